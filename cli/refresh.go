// SPDX-License-Identifier: MIT

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"vitals2mqtt/config"
	"vitals2mqtt/health"
	"vitals2mqtt/web"
	"vitals2mqtt/withings"
)

type refreshCommand struct {
	jsonFlag

	Profile string `arg:"" optional:"" help:"Only this profile."`
}

// Help is the long help text.
func (refreshCommand) Help() string {
	return "It waits until the daemon has polled, and prints which values have changed. " +
		"The daemon is asked by its page, or by MQTT when web.enabled is false."
}

// refreshTimeout is above the time that the daemon lets a client wait.
const refreshTimeout = 4 * time.Minute

// refreshed is the outcome for one profile.
type refreshed struct {
	Profile string `json:"profile"`
	Result  string `json:"result"` // resultOK or what failed
	// Changed are the keys with a new value or time; nil when that is unknown.
	Changed []string `json:"changed,omitempty"`

	name    string
	texts   []string // the changed values for reading
	problem string   // what the daemon's verdict says of a failure
}

// The outcomes of a poll, as the daemon reports them.
const (
	resultOK           = "ok"
	resultSignInNeeded = "sign-in needed"
)

func (r refreshCommand) run(ctx context.Context, s *session) error {
	c, err := s.load(ctx)
	if err != nil {
		return err
	}
	slug := ""
	if r.Profile != "" {
		profile, err := findProfile(c, r.Profile)
		if err != nil {
			return err
		}
		slug = profile.Slug
	}
	ctx, cancel := context.WithTimeoutCause(ctx, refreshTimeout, errNoResponse)
	defer cancel()
	results, err := s.refresh(ctx, c, slug)
	if err != nil {
		return err
	}
	if r.JSON {
		if err := s.printJSON(map[string][]refreshed{"profiles": results}); err != nil {
			return err
		}
	}
	failed := map[bool]int{} // by whether a sign-in is needed
	for _, result := range results {
		if !r.JSON {
			s.printf("%s: %s\n", result.name, result.sentence())
		}
		if result.Result != resultOK {
			failed[result.Result == resultSignInNeeded]++
		}
	}
	count := failed[true] + failed[false]
	which := fmt.Sprintf("%d of %s not refreshed", count, plural(len(results), "profile", "profiles"))
	switch {
	case count == 0:
		return nil
	case failed[false] == 0:
		return fmt.Errorf("%s: %w", which, withings.ErrSignIn)
	}
	return errors.New(which)
}

// errNoResponse is the cause of a wait that ended.
var errNoResponse = errors.New("the daemon has not responded for 4 minutes; see its log")

// refresh asks the daemon by its page, else by MQTT.
func (s *session) refresh(ctx context.Context, c *config.Config, slug string) ([]refreshed, error) {
	if err := checkDaemonRuns(c); err != nil {
		return nil, err
	}
	page, enabled := pageOf(c)
	if !enabled {
		return s.refreshByMQTT(ctx, c, slug)
	}
	results, err := refreshByPage(ctx, c, page, slug)
	if errors.Is(err, errNoPage) {
		return nil, fmt.Errorf("a daemon is running, but %w", err)
	}
	return results, err
}

func refreshByPage(ctx context.Context, c *config.Config, page daemonPage, slug string) ([]refreshed, error) {
	before, err := page.overview(ctx)
	if err != nil {
		return nil, err
	}
	var answer struct {
		Refresh  string            `json:"refresh"`
		Profiles map[string]string `json:"profiles"`
	}
	form := url.Values{"wait": {"true"}, "profile": {slug}}
	if err := page.request(ctx, http.MethodPost, "api/refresh", form, &answer); err != nil {
		return nil, err
	}
	if answer.Profiles == nil { // of an older version
		return nil, errors.New("the daemon polls now, and does not report the outcome; restart it after an update")
	}
	after, err := page.overview(ctx)
	if err != nil {
		return nil, err
	}
	results := outcomes(c, answer.Profiles)
	for i := range results {
		results[i].compare(before, after)
		results[i].explain(after.Verdict)
	}
	return results, nil
}

// outcomes turns the outcomes by slug into a list in the order of the
// configuration.
func outcomes(c *config.Config, bySlug map[string]string) (results []refreshed) {
	names, place := map[string]string{}, map[string]int{}
	for i, p := range c.Withings.Profiles {
		names[p.Slug], place[p.Slug] = p.Name, i
	}
	slugs := slices.SortedFunc(maps.Keys(bySlug), func(a, b string) int {
		return cmp.Or(cmp.Compare(place[a], place[b]), cmp.Compare(a, b))
	})
	for _, slug := range slugs {
		results = append(results, refreshed{Profile: slug, Result: bySlug[slug], name: cmp.Or(names[slug], slug)})
	}
	return results
}

// explain takes the sentence of the verdict, which the page shows too, in place
// of the error of a request.
func (r *refreshed) explain(verdict health.Verdict) {
	found := verdict.Of(r.Profile)
	found = append(health.SignInFindings(found), health.SyncFindings(found)...)
	if len(found) > 0 && found[0].Code != health.CodeNotSignedIn {
		r.problem = strings.TrimSpace(found[0].Text + " " + found[0].Remedy)
	}
}

// compare finds the values that changed.
func (r *refreshed) compare(before, after web.Overview) {
	former := map[string]web.Value{}
	for _, value := range valuesOf(before, r.Profile) {
		former[value.Key] = value
	}
	r.Changed = []string{}
	for _, value := range valuesOf(after, r.Profile) {
		was, existed := former[value.Key]
		delete(former, value.Key)
		if !existed || was.Text != value.Text || !was.MeasuredAt.Equal(value.MeasuredAt) {
			r.Changed = append(r.Changed, value.Key)
			r.texts = append(r.texts, value.Key+" "+value.Shown)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(former)) {
		r.Changed = append(r.Changed, key)
		r.texts = append(r.texts, key+" removed")
	}
}

func valuesOf(shown web.Overview, slug string) []web.Value {
	for _, p := range shown.Profiles {
		if p.Slug == slug {
			return p.Values
		}
	}
	return nil
}

// maxChanges is how many changed values a sentence lists.
const maxChanges = 6

// sentence says what happened.
func (r *refreshed) sentence() string {
	switch {
	case r.Result == resultSignInNeeded && r.problem == "":
		return "not signed in: vitals2mqtt login " + r.Profile
	case r.Result != resultOK:
		return "failed: " + cmp.Or(r.problem, r.Result)
	case r.Changed == nil:
		return "polled"
	case len(r.Changed) == 0:
		return "polled, nothing new"
	}
	listed := r.texts[:min(len(r.texts), maxChanges)]
	text := fmt.Sprintf("polled, %d values changed: %s", len(r.Changed), strings.Join(listed, ", "))
	if len(r.Changed) == 1 {
		text = "polled, 1 value changed: " + listed[0]
	}
	if more := len(r.texts) - len(listed); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
