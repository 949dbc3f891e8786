// SPDX-License-Identifier: MIT

package daemon

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"vitals2mqtt/bridge"
	"vitals2mqtt/config"
	"vitals2mqtt/history"
	"vitals2mqtt/web"
)

// pageHistory is the past that the page serves.
type pageHistory struct {
	config  *config.Config
	state   bridge.StateStore
	archive *history.Archive // nil for none
	// calendarSecret is "" without calendars.
	calendarSecret string
}

// addTo adds the past to the settings of the page.
func (h pageHistory) addTo(options *web.Options) {
	if h.archive != nil {
		options.History, options.HistoryProfile = h.archive, h.profile
	}
	if h.calendarSecret != "" {
		options.CalendarKey = h.calendarKey
	}
}

// calendarKey makes the key of a profile's calendar of the secret, so that one
// profile's address does not give away another's.
func (h pageHistory) calendarKey(slug string) string {
	sum := hmac.New(sha256.New, []byte(h.calendarSecret))
	_, _ = sum.Write([]byte("calendar " + slug))
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// profile returns what the past of a profile depends on; before the first
// sign-in it has no account.
func (h pageHistory) profile(ctx context.Context, slug string) (web.HistoryProfile, bool) {
	for _, p := range h.config.Withings.Profiles {
		if p.Slug != slug {
			continue
		}
		found := web.HistoryProfile{Name: p.Name, Units: p.Units, Extra: h.config.Withings.ExtraTypes}
		// A state that cannot be read is reported by the bridge.
		if account, known, err := bridge.LoadStoredAccount(h.state, slug); err == nil && known {
			found.User = account.UserID
		}
		found.Zone = AccountZone(ctx, h.archive, found.User)
		return found, true
	}
	return web.HistoryProfile{}, false
}
