// SPDX-License-Identifier: MIT

package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"vitals2mqtt/bridge"
	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/withings"
)

// One sentence for each cause, however many endpoints and profiles fail.
func TestOncePrintsEachCauseOnce(t *testing.T) {
	t.Parallel()
	profiles := []config.Profile{
		{Name: "Alice", Slug: "alice"},
		{Name: "Bob", Slug: "bob"},
		{Name: "Carol", Slug: "carol"},
		{Name: "Dora", Slug: "dora"},
	}
	signIn := func(endpoint string) error { return fmt.Errorf("%s: %w", endpoint, withings.ErrSignIn) }
	outage := errors.New("temporary, HTTP 503 (measure/getmeas and 5 more)")
	broker := fmt.Errorf("mqtt://nas: %w: %w", mqtt.ErrUnreachable, errors.New("connection refused"))
	failed := func(slug string, err error) error { return &bridge.ProfileError{Slug: slug, Err: err} }
	result := newOnceResult(profiles, errors.Join(errors.Join(
		failed("alice", errors.Join(signIn("measure/getmeas"), signIn("v2/sleep/get"))),
		failed("bob", outage),
		failed("dora", outage),
	), broker))
	want := []string{
		"Alice: sign-in needed: vitals2mqtt login alice",
		"Bob, Dora: temporary, HTTP 503 (measure/getmeas and 5 more)",
		"mqtt://nas: broker unreachable: connection refused",
	}
	if got := result.Lines(); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if code := exitCode(result); code != exitSignIn {
		t.Errorf("exit code %d, want %d", code, exitSignIn)
	}
	var outcomes []string
	for _, p := range result.Profiles {
		outcomes = append(outcomes, p.Result)
	}
	if !slices.Equal(outcomes, []string{resultSignInNeeded, outage.Error(), resultOK, outage.Error()}) {
		t.Errorf("outcomes %q", outcomes)
	}
	// An error that wraps two others is one sentence.
	inUse := fmt.Errorf("%w: %w", errors.New("the state directory is in use"), errors.New("stop the daemon"))
	if got := newOnceResult(profiles, inUse).Lines(); !slices.Equal(got, []string{inUse.Error()}) {
		t.Errorf("%q", got)
	}
	// Nothing was polled, so nothing is "ok".
	unstarted := newOnceResult(profiles[:1], &daemon.StartError{Cause: fmt.Errorf("opening: %w", checkpoint.ErrInUse)})
	if got := unstarted.Lines(); len(got) != 1 || !strings.Contains(got[0], "vitals2mqtt refresh") ||
		unstarted.Profiles[0].Result != resultNotPolled {
		t.Errorf("%q, %+v", got, unstarted.Profiles)
	}
	// Without a failed fetch, the broker alone.
	if got := newOnceResult(profiles, errors.Join(nil, broker)).Lines(); !slices.Equal(got, want[2:]) {
		t.Errorf("%q", got)
	}
}
