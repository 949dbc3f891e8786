// SPDX-License-Identifier: MIT

package setup

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"vitals2mqtt/config"
	"vitals2mqtt/find"
	"vitals2mqtt/internal/secret"
)

// Options are the settings of a Wizard; all functions are required.
type Options struct {
	File File
	// Replaceable means that the file at Path, if there is one, may be replaced
	// unasked for as long as it is the example.
	Replaceable bool
	// NeedsPassword means that the page can be reached from other machines, or
	// that the environment requires a password.
	NeedsPassword bool
	// StateDir is written as state_dir, "" for the default.
	StateDir string
	// Unusable is why the configuration that exists cannot be used.
	Unusable []string
	// Search looks for brokers.
	Search func(ctx context.Context) []find.Broker
	// ProveApplication proves client id and secret, ProveBroker the connection to
	// the broker, CheckPlace that the state directory can be written.
	ProveApplication, ProveBroker func(ctx context.Context, c *config.Config) []Problem
	CheckPlace                    func(c *config.Config) []Problem
}

// Wizard holds the answers of the one set-up that is going on, in memory. It is
// safe for concurrent use: several windows show the same set-up.
type Wizard struct {
	options Options
	search  *search
	done    chan struct{} // closed once the file is written

	mu       sync.Mutex
	answers  Answers
	proved   map[Step]bool
	warnings map[Step][]Problem
	revision int
	backup   string
}

// New returns a set-up without answers.
func New(o Options) *Wizard {
	return &Wizard{
		options:  o,
		search:   newSearch(o.Search),
		done:     make(chan struct{}),
		answers:  Answers{StateDir: o.StateDir},
		proved:   map[Step]bool{},
		warnings: map[Step][]Problem{},
	}
}

// Run looks for brokers in the background, until the context ends.
func (w *Wizard) Run(ctx context.Context) { w.search.run(ctx) }

// Done is closed once the configuration is written.
func (w *Wizard) Done() <-chan struct{} { return w.done }

// Brokers returns the brokers that were found. It waits for the search.
func (w *Wizard) Brokers(ctx context.Context) []find.Broker { return w.search.wait(ctx) }

// SearchAgain looks for brokers again.
func (w *Wizard) SearchAgain() { w.search.restart() }

// State returns what has been answered so far.
func (w *Wizard) State() State {
	w.mu.Lock()
	defer w.mu.Unlock()
	steps := w.steps()
	a := w.answers
	state := State{
		Steps:             steps,
		Next:              StepSummary,
		Revision:          w.revision,
		ClientID:          a.ClientID,
		HasSecret:         !a.ClientSecret.IsEmpty(),
		Callback:          a.CallbackURL,
		IsOwn:             w.proved[StepCallback] && a.CallbackURL == "",
		Units:             a.Units,
		Broker:            a.Broker,
		HasBrokerPassword: !a.Broker.Password.IsEmpty(),
		BrokerIsOpen:      a.BrokerListen != "",
		HasWebPassword:    !a.WebPassword.IsEmpty(),
		BrokerVariable:    w.options.File.Variable("V2M_MQTT_URL"),
		Unusable:          w.options.Unusable,
		Warnings:          maps.Clone(w.warnings),
	}
	state.Broker.Password = secret.Text{}
	if a.BaseURL != "" && a.CallbackURL == "" {
		state.Callback = a.BaseURL + callbackPath
	}
	for _, step := range steps {
		if step != StepSummary && !w.proved[step] {
			state.Next = step
			break
		}
	}
	if c, err := w.options.File.Parse(w.answers); err == nil && len(a.Profiles) > 0 {
		for _, p := range c.Withings.Profiles {
			state.Profiles = append(state.Profiles, Profile{Name: p.Name, Slug: p.Slug})
		}
	}
	return state
}

// steps are the steps of this set-up.
func (w *Wizard) steps() []Step {
	steps := []Step{StepApplication, StepCallback, StepPeople, StepBroker}
	if w.options.NeedsPassword {
		steps = append(steps, StepPassword)
	}
	return append(steps, StepSummary)
}

// callbackPath is the path of the page's own callback.
const callbackPath = "/oauth/callback"

// SetApplication proves client id and secret. Without a secret the one that is
// known is used.
func (w *Wizard) SetApplication(ctx context.Context, clientID string, clientSecret secret.Text) []Problem {
	draft := w.draft()
	draft.ClientID = strings.TrimSpace(clientID)
	if !clientSecret.IsEmpty() {
		draft.ClientSecret = clientSecret
	}
	if draft.ClientID == "" || draft.ClientSecret.IsEmpty() {
		return []Problem{{Code: CodeMissing, Text: "client id or client secret is missing"}}
	}
	keys := []string{"withings.client_id", "withings.client_secret", "V2M_WITHINGS_CLIENT"}
	return w.prove(ctx, StepApplication, draft, keys, w.options.ProveApplication, func(a *Answers) {
		a.ClientID, a.ClientSecret = draft.ClientID, draft.ClientSecret
	})
}

// SetCallback sets the registered callback: one of the page, or any other
// address. With another one, pageURL is the address of the page for browsers,
// "" for the default.
func (w *Wizard) SetCallback(ctx context.Context, callback, pageURL string) []Problem {
	callback = strings.TrimSpace(callback)
	if callback == "" {
		return []Problem{{Code: CodeMissing, Text: "no callback"}}
	}
	draft := w.draft()
	if draft.BaseURL, draft.CallbackURL = SplitCallback(callback); draft.CallbackURL != "" {
		draft.BaseURL = pageURL
	}
	keys := []string{"withings.base_url", "withings.callback_url"}
	return w.prove(ctx, StepCallback, draft, keys, nil, func(a *Answers) {
		a.BaseURL, a.CallbackURL = draft.BaseURL, draft.CallbackURL
	})
}

// SetPeople sets the names of the profiles and their units.
func (w *Wizard) SetPeople(ctx context.Context, names []string, units string) []Problem {
	draft := w.draft()
	draft.Profiles, draft.Units = nil, units
	for _, name := range names {
		if name = strings.TrimSpace(name); name != "" {
			draft.Profiles = append(draft.Profiles, name)
		}
	}
	if len(draft.Profiles) == 0 {
		return []Problem{{Code: CodeMissing, Text: "no name"}}
	}
	keys := []string{"withings.profiles", "withings.units"}
	return w.prove(ctx, StepPeople, draft, keys, nil, func(a *Answers) {
		a.Profiles, a.Units = draft.Profiles, draft.Units
	})
}

// minPassword is the least length of the page's password, in bytes.
const minPassword = 8

// SetPassword sets the password of the page; an empty one keeps the one that is
// known.
func (w *Wizard) SetPassword(ctx context.Context, password, repeated secret.Text) []Problem {
	draft := w.draft()
	if !password.IsEmpty() || !repeated.IsEmpty() {
		draft.WebPassword = password
	}
	switch {
	case draft.WebPassword.IsEmpty():
		return []Problem{{Code: CodeMissing, Text: "no password"}}
	case password.Reveal() != repeated.Reveal():
		return []Problem{{Code: CodeDifferent, Text: "the two passwords differ"}}
	case len(draft.WebPassword.Reveal()) < minPassword:
		return []Problem{{Code: CodeTooShort, Text: "the password has less than 8 characters"}}
	}
	keys := []string{"web.password"}
	return w.prove(ctx, StepPassword, draft, keys, nil, func(a *Answers) { a.WebPassword = draft.WebPassword })
}

// draft returns the present answers, to be changed.
func (w *Wizard) draft() Answers {
	w.mu.Lock()
	defer w.mu.Unlock()
	draft := w.answers
	draft.Profiles = slices.Clone(draft.Profiles)
	return draft
}

// prove checks a draft and proves it; when nothing is wrong, its answer is
// taken. The proof runs without the lock: it takes seconds.
func (w *Wizard) prove(
	ctx context.Context, step Step, draft Answers, keys []string,
	proof func(context.Context, *config.Config) []Problem, take func(*Answers),
) (problems []Problem) {
	if text := w.options.File.Problem(draft, keys...); text != "" {
		return []Problem{{Code: CodeInvalid, Text: text}}
	}
	if proof != nil {
		c, err := w.options.File.Parse(w.withPassword(draft))
		if err != nil { // of a variable: the answers before were accepted
			return []Problem{{Code: CodeEnvironment, Text: err.Error()}}
		}
		problems = proof(ctx, c)
	}
	if failed(problems) {
		return problems
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	take(&w.answers)
	w.proved[step], w.warnings[step] = true, problems
	w.revision++
	return nil
}

// withPassword makes up a password of the page while it is not known: without
// one the configuration is not complete.
func (w *Wizard) withPassword(a Answers) Answers {
	if w.options.NeedsPassword && a.WebPassword.IsEmpty() {
		a.WebPassword = secret.New("asked for later")
	}
	return a
}
