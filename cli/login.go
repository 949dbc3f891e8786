// SPDX-License-Identifier: MIT

package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/health"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/signin"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/web"
)

type loginCommand struct {
	Profile string `arg:"" help:"Profile name from the configuration."`
	Paste   bool   `help:"Do not listen; paste the address the browser is redirected to."`
	Replace bool   `help:"Allow a different account; its values replace those of the previous one."`
}

// terminalLogin is the sign-in of one profile at the terminal.
type terminalLogin struct {
	*session

	config  *config.Config
	signIn  *signin.Service
	tokens  *tokenstore.File
	profile config.Profile
	// replace allows another account than before.
	replace bool
}

func (l loginCommand) run(ctx context.Context, s *session) error {
	c, err := s.load(ctx)
	if err != nil {
		return err
	}
	profile, err := findProfile(c, l.Profile)
	if err != nil {
		return err
	}
	tokens, err := tokenstore.New(c.StateDir)
	if err != nil {
		return err
	}
	// Before the consent: afterwards the code would be spent.
	if err := tokens.CheckWritable(ctx, profile.Slug); err != nil {
		return err
	}
	client, err := s.newCloud(c)
	if err != nil {
		return err
	}
	t := &terminalLogin{
		session: s,
		config:  c,
		signIn:  daemon.NewSignIn(c, client, tokens, l.Replace),
		tokens:  tokens,
		profile: profile,
		replace: l.Replace,
	}
	if l.Paste {
		return t.loginByPaste(ctx)
	}
	return t.loginByBrowser(ctx)
}

// findProfile finds a profile by name or slug.
func findProfile(c *config.Config, name string) (config.Profile, error) {
	if found, ok := c.Withings.FindProfile(name); ok {
		return found, nil
	}
	var names []string
	for _, p := range c.Withings.Profiles {
		names = append(names, p.Name)
	}
	list := strings.Join(names, ", ")
	return config.Profile{}, usageError(fmt.Sprintf("unknown profile %q; configured profiles: %s", name, list))
}

// loginByBrowser listens at the callback. A running daemon listens there
// already and handles the sign-in itself.
func (t *terminalLogin) loginByBrowser(ctx context.Context) error {
	watched := &signInWatcher{
		SignIn:    t.signIn,
		profile:   t.profile.Slug,
		done:      make(chan struct{}),
		conflicts: make(chan string, 1),
	}
	page, err := t.newPage(watched)
	if err != nil {
		return err
	}
	if err := page.Listen(ctx); err != nil {
		if t.isDaemonRunning(ctx) {
			return t.loginAtDaemon(ctx)
		}
		return fmt.Errorf("%w; or use `vitals2mqtt login %s --paste`", err, t.profile.Slug)
	}
	running, stop := context.WithCancel(ctx)
	defer stop()
	finished := make(chan error, 1)
	go func() { finished <- page.Run(running) }()
	t.printInstructions("")
	for {
		select {
		case text := <-watched.conflicts:
			t.printf("%s.\nConfirm the replacement in the browser; `login %s --replace` skips this question.\n",
				text, t.profile.Slug)
		case <-watched.done:
			stop()
			return errors.Join(<-finished, t.printResult(ctx))
		case err := <-finished:
			return errors.Join(err, context.Cause(ctx))
		}
	}
}

// newPage is the daemon's page with only the profile that signs in.
func (t *terminalLogin) newPage(signIn web.SignIn) (*web.Server, error) {
	shown := web.Profile{Slug: t.profile.Slug, Name: t.profile.Name, State: "sign-in needed", SignInNeeded: true}
	options := daemon.PageOptions(t.config, t.version(), zerolog.Nop())
	options.SignIn = signIn
	verdict := health.Judge(health.Facts{Stored: true, Profiles: []health.Profile{{
		Slug:    t.profile.Slug,
		Name:    t.profile.Name,
		Consent: health.Consent{State: health.ConsentNone},
	}}})
	options.Overview = func() web.Overview {
		return web.Overview{Alive: true, Verdict: verdict, Profiles: []web.Profile{shown}}
	}
	return web.New(options)
}

func (t *terminalLogin) printInstructions(preface string) {
	t.printf("%sOpen this address in a browser, choose %s, and allow:\n\n   %slogin/%s\n\n",
		preface, t.profile.Name, daemon.PageURL(t.config), t.profile.Slug)
	hint := "The callback is %s. If your browser cannot reach it, press Ctrl-C and use --paste.\n"
	if daemon.IsCallbackElsewhere(t.config) {
		hint = "The callback is %s, which is not the address of this page.\n" +
			"Unless it leads here, press Ctrl-C and use --paste.\n"
	}
	t.printf(hint, daemon.RedirectURL(t.config))
}

// loginAtDaemon sends the user to the running daemon's page and waits until the
// daemon reports the sign-in. The token cannot show it: every refresh changes
// it.
func (t *terminalLogin) loginAtDaemon(ctx context.Context) error {
	before, err := t.lastSignIn(ctx)
	if err != nil {
		return fmt.Errorf("asking the running daemon: %w; or use `vitals2mqtt login %s --paste`", err, t.profile.Slug)
	}
	t.printInstructions("The running daemon handles the sign-in. ")
	if t.replace {
		t.printf("The page asks for confirmation before it replaces the account.\n")
	}
	ticker := time.NewTicker(cmp.Or(t.Timing.LoginPoll, time.Second))
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-ticker.C:
			// Errors are temporary: the daemon may be reloading.
			if now, err := t.lastSignIn(ctx); err == nil && !now.IsZero() && !now.Equal(before) {
				return t.printResult(ctx)
			}
		}
	}
}

// lastSignIn asks the daemon for the last sign-in since its start, the zero
// time for none.
func (t *terminalLogin) lastSignIn(ctx context.Context) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	reply, err := getFromDaemon(ctx, localPageURL(t.config)+"api/overview", t.config.Web.Password)
	if err != nil {
		return time.Time{}, err
	}
	defer func() { _ = reply.Body.Close() }()
	if reply.StatusCode != http.StatusOK {
		return time.Time{}, fmt.Errorf("the page responded with %s", reply.Status)
	}
	var overview web.Overview
	if err := json.NewDecoder(io.LimitReader(reply.Body, maxOverviewSize)).Decode(&overview); err != nil {
		return time.Time{}, fmt.Errorf("invalid response from the page: %w", err)
	}
	for _, profile := range overview.Profiles {
		if profile.Slug == t.profile.Slug {
			return profile.SignedIn, nil
		}
	}
	return time.Time{}, fmt.Errorf("the daemon does not know profile %s yet", t.profile.Name)
}

// maxOverviewSize is far above the size of any overview, in bytes.
const maxOverviewSize = 16 << 20

// isDaemonRunning reports whether a daemon holds the page's port.
func (t *terminalLogin) isDaemonRunning(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	reply, err := getFromDaemon(ctx, localPageURL(t.config)+"healthz", secret.Text{})
	if err != nil {
		return false
	}
	defer func() { _ = reply.Body.Close() }()
	return reply.StatusCode == http.StatusOK || reply.StatusCode == http.StatusServiceUnavailable
}

// printResult prints the outcome, and the scopes that were not granted.
func (t *terminalLogin) printResult(ctx context.Context) error {
	token, err := t.tokens.Load(ctx, t.profile.Slug)
	if err != nil {
		return err
	}
	t.printf("%s is signed in.\n", t.profile.Name)
	if missing := signin.MissingScopes(token.Scopes); len(token.Scopes) > 0 && len(missing) > 0 {
		t.printf("Not granted: %s. Sensors that need these scopes stay unavailable.\n",
			strings.Join(slices.Sorted(slices.Values(missing)), ", "))
	}
	t.printf("A running daemon picks this up within seconds.\n")
	return nil
}

// signInWatcher reports the successful sign-in of a profile.
type signInWatcher struct {
	web.SignIn

	profile   string
	done      chan struct{} // closed after the sign-in
	conflicts chan string   // holds the last question on the page
	once      sync.Once
}

// Finish implements web.SignIn. Two browser windows may call it concurrently.
func (w *signInWatcher) Finish(ctx context.Context, state, code string) (string, error) {
	profile, err := w.SignIn.Finish(ctx, state, code)
	if other, ok := errors.AsType[*signin.OtherAccountError](err); ok {
		select {
		case w.conflicts <- other.Error():
		default:
		}
	}
	w.finish(profile, err == nil)
	return profile, err
}

// FinishPasted implements web.SignIn.
func (w *signInWatcher) FinishPasted(ctx context.Context, profile, pasted string) error {
	err := w.SignIn.FinishPasted(ctx, profile, pasted)
	w.finish(profile, err == nil)
	return err
}

// Confirm implements web.SignIn.
func (w *signInWatcher) Confirm(ctx context.Context, confirmationID string, replace bool) (string, error) {
	profile, err := w.SignIn.Confirm(ctx, confirmationID, replace)
	w.finish(profile, err == nil && replace)
	return profile, err
}

func (w *signInWatcher) finish(profile string, signedIn bool) {
	if signedIn && profile == w.profile {
		w.once.Do(func() { close(w.done) })
	}
}
