// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"errors"
	"slices"
	"strings"

	"vitals2mqtt/bridge"
	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/withings"
)

type onceCommand struct {
	jsonFlag

	Profile string `arg:"" optional:"" help:"Only this profile."`
}

func (o onceCommand) run(ctx context.Context, s *session) error {
	c, err := s.load(ctx)
	if err != nil {
		return err
	}
	if c.MQTT.URL == daemon.EmbeddedBroker {
		return usageError("`once` needs an external broker: the embedded one stops with the command")
	}
	selected := c.Withings.Profiles
	slug := ""
	if o.Profile != "" {
		profile, err := findProfile(c, o.Profile)
		if err != nil {
			return err
		}
		selected, slug = []config.Profile{profile}, profile.Slug
	}
	result := newOnceResult(selected, daemon.Once(ctx, s.hardStop, c, slug, s.daemonOptions()))
	if o.JSON {
		if err := s.printJSON(result); err != nil {
			return err
		}
	}
	if result.err == nil {
		return nil
	}
	return result
}

// onceResult is how a fetch of several profiles ended. As an error it prints
// each cause once.
type onceResult struct {
	Profiles []onceProfile `json:"profiles"`
	// Errors are about everything but the fetch, such as the broker.
	Errors []string `json:"errors,omitempty"`

	err error
}

// resultNotPolled is the outcome of each profile when polling has not begun; the
// reason is in the errors.
const resultNotPolled = "not polled"

// onceProfile is the outcome for a profile.
type onceProfile struct {
	Profile string `json:"profile"`
	Result  string `json:"result"` // resultOK, resultNotPolled or what failed

	name string
}

// newOnceResult takes the error of daemon.Once apart.
func newOnceResult(selected []config.Profile, err error) onceResult {
	result := onceResult{err: err}
	failed, others := profileErrors(err)
	_, unstarted := errors.AsType[*daemon.StartError](err)
	for _, p := range selected {
		outcome := onceProfile{Profile: p.Slug, Result: resultOK, name: p.Name}
		if unstarted {
			outcome.Result = resultNotPolled
		}
		if err := failed[p.Slug]; err != nil {
			outcome.Result = describeOutcome(err)
		}
		result.Profiles = append(result.Profiles, outcome)
	}
	for _, err := range others {
		text := err.Error()
		if errors.Is(err, checkpoint.ErrInUse) {
			text = "another vitals2mqtt uses this state directory; if it is the daemon, " +
				"`vitals2mqtt refresh` makes it poll now"
		}
		result.Errors = append(result.Errors, text)
	}
	return result
}

// profileErrors separates the errors of profiles, by slug, from the others.
func profileErrors(err error) (bySlug map[string]error, others []error) {
	bySlug = map[string]error{}
	for _, part := range joined(err) {
		ofProfiles := true
		for _, one := range joined(part) {
			profile, ok := one.(*bridge.ProfileError) //nolint:errorlint // not one inside of another error
			if ofProfiles = ofProfiles && ok; ok {
				bySlug[profile.Slug] = profile.Err
			}
		}
		if !ofProfiles {
			others = append(others, part)
		}
	}
	return bySlug, others
}

// joined returns the errors that errors.Join has joined, else the error itself:
// one that wraps several others is one sentence.
func joined(err error) []error {
	found := parts(err)
	texts := make([]string, 0, len(found))
	for _, one := range found {
		texts = append(texts, one.Error())
	}
	if err != nil && strings.Join(texts, "\n") != err.Error() {
		return []error{err}
	}
	return found
}

// parts returns the errors that an error consists of.
func parts(err error) []error {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

// describeOutcome describes why a profile failed.
func describeOutcome(err error) string {
	if needsOnlySignIn(err) {
		return resultSignInNeeded
	}
	return err.Error()
}

// needsOnlySignIn reports whether a sign-in is all that is missing.
func needsOnlySignIn(err error) bool {
	causes := parts(err)
	if len(causes) == 1 {
		return errors.Is(err, withings.ErrSignIn)
	}
	return !slices.ContainsFunc(causes, func(one error) bool { return !needsOnlySignIn(one) })
}

// Lines lists each cause once, with the profiles that it concerns.
func (r onceResult) Lines() []string {
	var causes []string
	names, slugs := map[string][]string{}, map[string]string{}
	for _, p := range r.Profiles {
		if p.Result == resultOK || p.Result == resultNotPolled {
			continue
		}
		if names[p.Result] == nil {
			causes = append(causes, p.Result)
		}
		names[p.Result] = append(names[p.Result], p.name)
		slugs[p.Result] = p.Profile
	}
	var lines []string
	for _, cause := range causes {
		line := strings.Join(names[cause], ", ") + ": " + cause
		switch {
		case cause == resultSignInNeeded && len(names[cause]) == 1:
			line += ": vitals2mqtt login " + slugs[cause]
		case cause == resultSignInNeeded:
			line += ": run `vitals2mqtt login NAME` for each of them"
		}
		lines = append(lines, line)
	}
	return append(lines, r.Errors...)
}

// Error implements error.
func (r onceResult) Error() string { return strings.Join(r.Lines(), "\n") }

// Unwrap returns the cause, for the exit code.
func (r onceResult) Unwrap() error { return r.err }
