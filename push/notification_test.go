// SPDX-License-Identifier: MIT

package push_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/push"
	"vitals2mqtt/withings"
)

// noon is when the invented notifications come in.
func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// ofCategory returns a notification for user 1 without further fields.
func ofCategory(c withings.Category) push.Notification {
	return push.Notification{UserID: "1", Category: c}
}

func TestParse(t *testing.T) {
	t.Parallel()
	start, end := time.Unix(1767305400, 0).UTC(), time.Unix(1767332400, 0).UTC()
	bare := push.Notification{UserID: "1", Category: withings.CategoryWeight}
	rows := map[string]struct {
		form string
		want push.Notification
		err  error
	}{
		"a night": {
			form: "userid=24680135&startdate=1767305400&enddate=1767332400&appli=44",
			want: push.Notification{UserID: "24680135", Category: withings.CategorySleep, Start: start, End: end},
		},
		"any order, unknown fields, white space": {
			form: "appli=+1+&colour=blue&enddate=1767332400&startdate=+1767305400&userid=+24680135&callbackurl=x",
			want: push.Notification{UserID: "24680135", Category: withings.CategoryWeight, Start: start, End: end},
		},
		"a day": {
			form: "userid=1&appli=16&date=2026-02-28",
			want: push.Notification{UserID: "1", Category: withings.CategoryActivity, Day: "2026-02-28"},
		},
		"a day with a span": {
			form: "userid=1&appli=16&date=2026-02-28&startdate=1767305400&enddate=1767332400",
			want: push.Notification{
				UserID:   "1",
				Category: withings.CategoryActivity,
				Day:      "2026-02-28",
				Start:    start,
				End:      end,
			},
		},
		"into bed": {
			form: "userid=1&appli=50&date=1767305400&deviceid=0123456789abcdef0123456789abcdef01234567",
			want: push.Notification{
				UserID:   "1",
				Category: withings.CategoryBedIn,
				Date:     start,
				DeviceID: "0123456789abcdef0123456789abcdef01234567",
			},
		},
		"unlinked": {
			form: "userid=1&appli=46&action=Unlink",
			want: push.Notification{UserID: "1", Category: withings.CategoryProfile, Action: "unlink"},
		},
		"unknown category": {form: "userid=1&appli=77", want: ofCategory(77)},
		"today, ahead of UTC": {
			form: "userid=1&appli=16&date=2026-03-02",
			want: push.Notification{UserID: "1", Category: 16, Day: "2026-03-02"},
		},
		"start only": {
			form: "userid=1&appli=1&startdate=1767305400",
			want: push.Notification{UserID: "1", Category: 1, Start: start},
		},
		"one moment": {
			form: "userid=1&appli=1&startdate=1767305400&enddate=1767305400",
			want: push.Notification{UserID: "1", Category: 1, Start: start, End: start},
		},
		"end before start":      {form: "userid=1&appli=1&startdate=1767332400&enddate=1767305400", want: bare},
		"odd numbers":           {form: "userid=1&appli=1&startdate=soon&enddate=1.5e9", want: bare},
		"milliseconds":          {form: "userid=1&appli=1&startdate=1767305400000", want: bare},
		"the beginning of time": {form: "userid=1&appli=1&startdate=0", want: bare},
		"before all time":       {form: "userid=1&appli=1&enddate=-5", want: bare},
		"another century":       {form: "userid=1&appli=16&date=1999-12-31", want: ofCategory(16)},
		"the end of time":       {form: "userid=1&appli=1&startdate=9223372036854775807", want: bare},
		"next week":             {form: "userid=1&appli=16&date=2026-03-08", want: ofCategory(16)},
		"no such day":           {form: "userid=1&appli=16&date=2026-02-30", want: ofCategory(16)},
		"device of two lines":   {form: "userid=1&appli=50&deviceid=a%0Ab", want: ofCategory(50)},
		"device with an escape": {form: "userid=1&appli=50&deviceid=a%1Bb", want: ofCategory(50)},
		"device without end": {
			form: "userid=1&appli=50&deviceid=" + strings.Repeat("f", 65),
			want: push.Notification{UserID: "1", Category: 50},
		},
		"the first of two users": {form: "userid=1&userid=2&appli=1", want: bare},
		"no user":                {form: "appli=53&deviceid=ab", err: push.ErrNoUser},
		"empty user":             {form: "userid=++&appli=1", err: push.ErrNoUser},
		"user without end":       {form: "userid=" + strings.Repeat("1", 65) + "&appli=1", err: push.ErrNoUser},
		"user of two words":      {form: "userid=1+2&appli=1", err: push.ErrNoUser},
		"user in another script": {form: "userid=%D9%A1&appli=1", err: push.ErrNoUser},
		"no category":            {form: "userid=1", err: push.ErrNoCategory},
		"category in words":      {form: "userid=1&appli=weight", err: push.ErrNoCategory},
		"category zero":          {form: "userid=1&appli=0", err: push.ErrNoCategory},
		"category below zero":    {form: "userid=1&appli=-1", err: push.ErrNoCategory},
		"category without end":   {form: "userid=1&appli=100000", err: push.ErrNoCategory},
		"nothing":                {form: "", err: push.ErrNoUser},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			form, err := url.ParseQuery(row.form)
			if err != nil {
				t.Fatal(err)
			}
			got, err := push.Parse(form, noon())
			if !errors.Is(err, row.err) || (err == nil) != (row.err == nil) {
				t.Fatalf("error %v, want %v", err, row.err)
			}
			if row.err == nil {
				row.want.Received = noon()
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add("userid=24680135&startdate=1767305400&enddate=1767332400&appli=44")
	f.Add("userid=1&appli=50&date=1767305400&deviceid=0123456789abcdef")
	f.Add("userid=1&appli=16&date=2026-02-28&action=%00")
	f.Add("userid=%zz&appli=1;2&userid=3")
	f.Fuzz(func(t *testing.T, body string) {
		form, _ := url.ParseQuery(body)
		n, err := push.Parse(form, noon())
		if err != nil {
			if n != (push.Notification{}) || !errors.Is(err, push.ErrNoUser) && !errors.Is(err, push.ErrNoCategory) {
				t.Fatalf("%+v with %v", n, err)
			}
			return
		}
		for _, text := range []string{n.UserID, n.DeviceID, n.Action, n.Day} {
			if len(text) > 64 || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
				t.Errorf("kept %q", text)
			}
		}
		if n.UserID == "" || n.Category <= 0 {
			t.Errorf("%+v has no user or no category", n)
		}
		for _, at := range []time.Time{n.Start, n.End, n.Date} {
			if !at.IsZero() && (at.Year() < 2000 || at.After(noon().Add(48*time.Hour)) || at.Location() != time.UTC) {
				t.Errorf("kept %s", at)
			}
		}
		if !n.End.IsZero() && n.End.Before(n.Start) {
			t.Errorf("ends %s before it starts %s", n.End, n.Start)
		}
	})
}
