// SPDX-License-Identifier: MIT

package notify

import (
	"encoding/binary"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"time"

	"vitals2mqtt/simulator/people"
)

// SpoofedBody is the body of an invented notification, different for each
// number: of unknown users and of the people here, with impossible times,
// unknown categories, and bodies that are no form.
func (n *Service) SpoofedBody(number int64) string {
	n.store.Lock()
	defer n.store.Unlock()
	return spoofedBody(n.store, number)
}

// spoofedBody is called with the store's lock held.
func spoofedBody(store *people.Store, number int64) string {
	r, now := people.NewRand(0, number, "spoofed", 0), store.NowLocked()
	user := strconv.FormatInt(10_000_000+r.Int64N(90_000_000), 10)
	if len(store.Accounts) > 0 && r.IntN(2) == 0 {
		user = store.Accounts[r.IntN(len(store.Accounts))].ID()
	}
	form := url.Values{"userid": {user}, "appli": {strconv.Itoa(r.IntN(70))}}
	switch r.IntN(8) {
	case 0: // Plausible.
		spoofSpan(form, now.Add(-time.Duration(r.Int64N(int64(time.Hour)))))
	case 1: // Of long ago.
		spoofSpan(form, now.AddDate(-1-r.IntN(20), 0, 0))
	case 2: // Of the future.
		spoofSpan(form, now.AddDate(1+r.IntN(80), 0, 0))
	case 3:
		form = url.Values{"userid": {user}, "appli": {"46"}, "action": {[]string{"unlink", "delete", "update"}[r.IntN(3)]}}
	case 4:
		form.Set("appli", strconv.Itoa(appliBedIn+r.IntN(2)))
		form.Set("date", strconv.FormatInt(now.Unix()-r.Int64N(100_000), 10))
		form.Set("deviceid", people.HexDigits(r, 40))
	case 5: // Numbers that are none, or too large for anything.
		form.Set("appli", strings.Repeat("9", 1+r.IntN(40)))
		form.Set("startdate", "-"+strings.Repeat("8", 1+r.IntN(30)))
		form.Set("enddate", "soon")
	case 6:
		return noise(r)
	case 7:
		form.Set("comment", strings.Repeat("x", r.IntN(20_000)))
	}
	return form.Encode()
}

func spoofSpan(form url.Values, at time.Time) {
	form.Set("startdate", strconv.FormatInt(at.Unix(), 10))
	form.Set("enddate", strconv.FormatInt(at.Unix()+1, 10))
}

// noise is no form.
func noise(r *rand.Rand) string {
	var raw []byte
	for range r.IntN(50) {
		raw = binary.BigEndian.AppendUint64(raw, r.Uint64())
	}
	return string(raw)
}
