// SPDX-License-Identifier: MIT

package signin_test

import (
	"errors"
	"testing"

	"vitals2mqtt/signin"
	"vitals2mqtt/withings"
)

// TestStatesCannotBeGuessed: they are long, no two are alike, and one that is
// shortened, changed or of another sign-in finishes nothing.
func TestStatesCannotBeGuessed(t *testing.T) {
	t.Parallel()
	const count, shortest = 500, 26 // characters of base 32: 130 bits
	d, store := newService(fakeClient{scopes: withings.AllScopes()})
	seen, firsts := map[string]bool{}, map[byte]bool{}
	for range count {
		state := start(t, d, "alice")
		if len(state) < shortest || seen[state] {
			t.Fatalf("state %q", state)
		}
		seen[state], firsts[state[0]] = true, true
	}
	if len(firsts) < 16 {
		t.Errorf("they begin with %d characters", len(firsts))
	}
	state := start(t, d, "alice")
	for _, guess := range []string{"", state[:len(state)-1], state + "0", "0" + state[1:], state + "\x00", " " + state} {
		if _, err := d.Finish(t.Context(), guess, "code-1001"); guess != state && !errors.Is(err, signin.ErrUnknownState) {
			t.Errorf("%q: %v", guess, err)
		}
	}
	if _, err := store.Load(t.Context(), "alice"); !errors.Is(err, withings.ErrNoToken) {
		t.Errorf("something was stored: %v", err)
	}
	if _, err := d.Finish(t.Context(), state, "code-1001"); err != nil {
		t.Errorf("the right one: %v", err)
	}
	if _, err := d.Finish(t.Context(), state, "code-1001"); !errors.Is(err, signin.ErrUnknownState) {
		t.Errorf("a second time: %v", err)
	}
}
