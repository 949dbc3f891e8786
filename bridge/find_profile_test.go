// SPDX-License-Identifier: MIT

package bridge_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/topics"
)

// A request may name a profile by its slug or its name, also when the slug is
// not made of the name.
func TestRequestNamesProfileBySlugOrName(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		bob := profile("Bob", &fakeCloud{user: "1"})
		bob.Slug = "papa"
		b := h.bridge(t, bob)
		runFor(t, b, 0, func() {
			<-time.After(2 * time.Minute)
			for _, name := range []string{"papa", "Bob", " bob", "PAPA"} {
				b.HandleRequest(topics.Refresh, []byte(`{"profile":"`+name+`"}`), false)
			}
			b.HandleRequest(topics.Refresh, []byte(`{"profile":"robert"}`), false)
			<-time.After(10 * time.Second)
			answers := h.publisher.messages("vitals2mqtt/bridge/response/refresh")
			slices.Sort(answers)
			const found, unknown = `{"status":"ok","profiles":{"papa":"ok"}}`, `{"status":"error","error":"unknown profile \"robert\""}`
			if !slices.Equal(answers, []string{unknown, found, found, found, found}) {
				t.Errorf("responses %q", answers)
			}
		})
	})
}
