package cli

import (
	"bufio"
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
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/signin"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/topics"
	"vitals2mqtt/web"
)

type loginCommand struct {
	Profile string `arg:"" help:"Profile name from the configuration."`
	Paste   bool   `help:"Do not listen; paste the address the browser is redirected to."`
	Replace bool   `help:"Allow a different account; its values replace those of the previous one."`
}

// terminalLogin is one person's sign-in at the terminal.
type terminalLogin struct {
	*session

	config  *config.Config
	signIn  *signin.Service
	tokens  *tokenstore.File
	profile config.Profile
	// replace is what the person has said of another account than before.
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
	// Better to know before the person consents than after the code is spent.
	if err := tokens.CheckWritable(ctx, profile.Slug); err != nil {
		return err
	}
	client, err := s.newCloud(c)
	if err != nil {
		return err
	}
	v := &terminalLogin{session: s, config: c, signIn: daemon.NewSignIn(c, client, tokens, l.Replace), replace: l.Replace, tokens: tokens, profile: profile}
	if l.Paste {
		return v.loginByPaste(ctx)
	}
	return v.loginByBrowser(ctx)
}

// findProfile takes a name or a slug.
func findProfile(c *config.Config, name string) (config.Profile, error) {
	slug := topics.Slug(name)
	var names []string
	for _, p := range c.Withings.Profiles {
		if p.Slug == slug {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return config.Profile{}, usageError(fmt.Sprintf("unknown profile %q; configured profiles: %s", name, strings.Join(names, ", ")))
}

// loginByPaste is for servers that no browser can be sent back to.
func (v *terminalLogin) loginByPaste(ctx context.Context) error {
	consent, logout, err := v.signIn.Start(v.profile.Slug)
	if err != nil {
		return err
	}
	v.printf("1. Open this address in a browser, choose %s and allow access:\n\n   %s\n\n", v.profile.Name, consent)
	v.printf("   If another account is signed in there, use this one instead:\n\n   %s\n\n", logout)
	v.printf("2. The browser then goes to %s…\n   (even if no page appears). Copy that address from the address bar\n"+
		"   and paste it here within 30 seconds. If a page says redirect_uri_mismatch instead, another address is\n"+
		"   registered in the developer portal: put that one into withings.callback_url.\n\n> ", daemon.RedirectURL(v.config))
	line, err := v.readLine(ctx)
	if err != nil {
		return err
	}
	state, code, err := signin.ParseRedirect(line)
	if err != nil {
		return err
	}
	_, err = v.signIn.Finish(ctx, state, code)
	if other, ok := errors.AsType[*signin.OtherAccountError](err); ok {
		_, _ = v.signIn.Confirm(ctx, other.ConfirmationID(), false)
		return fmt.Errorf("%w; if the wrong account was signed in at Withings, try again with the second link; if this account "+
			"should replace the previous one (its values are removed), use `vitals2mqtt login %s --paste --replace`",
			err, v.profile.Slug)
	}
	if err != nil {
		return err
	}
	return v.printResult(ctx)
}

// readLine reads what the person pastes, unless the program is stopped first.
func (s *session) readLine(ctx context.Context) (string, error) {
	type result struct {
		line string
		err  error
	}
	read := make(chan result, 1)
	go func() { // a read from a terminal cannot be called off; the program's end does
		line, err := bufio.NewReader(s.Stdin).ReadString('\n')
		read <- result{line, err}
	}()
	select {
	case got := <-read:
		if got.line == "" {
			return "", fmt.Errorf("no address pasted: %w", got.err)
		}
		return got.line, nil
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// loginByBrowser listens where the callback comes in. When the daemon runs, it
// listens there already and does the sign-in itself.
func (v *terminalLogin) loginByBrowser(ctx context.Context) error {
	watched := &signInWatcher{SignIn: v.signIn, profile: v.profile.Slug, done: make(chan struct{}), conflicts: make(chan string, 1)}
	page, err := v.newPage(watched)
	if err != nil {
		return err
	}
	if err := page.Listen(ctx); err != nil {
		if v.isDaemonRunning(ctx) {
			return v.loginAtDaemon(ctx)
		}
		return fmt.Errorf("%w; or use `vitals2mqtt login %s --paste`", err, v.profile.Slug)
	}
	running, stop := context.WithCancel(ctx)
	defer stop()
	finished := make(chan error, 1)
	go func() { finished <- page.Run(running) }()
	v.printInstructions("")
	for {
		select {
		case text := <-watched.conflicts:
			v.printf("%s.\nConfirm the replacement in the browser; `login %s --replace` skips this question.\n",
				text, v.profile.Slug)
		case <-watched.done:
			stop()
			return errors.Join(<-finished, v.printResult(ctx))
		case err := <-finished:
			return errors.Join(err, context.Cause(ctx))
		}
	}
}

// newPage is the daemon's newPage with nobody on it but the person who signs in.
func (v *terminalLogin) newPage(desk web.SignIn) (*web.Server, error) {
	shown := web.Profile{Slug: v.profile.Slug, Name: v.profile.Name, State: "sign-in needed", SignInNeeded: true}
	options := daemon.PageOptions(v.config, v.version(), zerolog.Nop())
	options.SignIn = desk
	options.Overview = func() web.Overview { return web.Overview{Alive: true, Profiles: []web.Profile{shown}} }
	return web.New(options)
}

func (v *terminalLogin) printInstructions(preface string) {
	v.printf("%sOpen this address in a browser, choose %s, and allow:\n\n   %slogin/%s\n\n",
		preface, v.profile.Name, daemon.PageURL(v.config), v.profile.Slug)
	v.printf("The callback is %s. If your browser cannot reach it, press Ctrl-C and use --paste.\n", daemon.RedirectURL(v.config))
}

// loginAtDaemon sends the person to the running daemon's page and waits until the
// daemon tells of the sign-in. The token tells nothing: every refresh changes it.
func (v *terminalLogin) loginAtDaemon(ctx context.Context) error {
	before, err := v.lastSignIn(ctx)
	if err != nil {
		return fmt.Errorf("asking the running daemon: %w; or use `vitals2mqtt login %s --paste`", err, v.profile.Slug)
	}
	v.printInstructions("The running daemon handles the sign-in. ")
	if v.replace {
		v.printf("The page asks for confirmation before it replaces the account.\n")
	}
	ticker := time.NewTicker(cmp.Or(v.Timing.LoginPoll, time.Second))
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-ticker.C:
			// An error passes: the daemon may be reading its configuration again.
			if now, err := v.lastSignIn(ctx); err == nil && !now.IsZero() && !now.Equal(before) {
				return v.printResult(ctx)
			}
		}
	}
}

// lastSignIn asks the daemon when the person last signed in there, the zero time
// for not since it was started.
func (v *terminalLogin) lastSignIn(ctx context.Context) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	reply, err := getFromDaemon(ctx, localPageURL(v.config)+"api/overview", v.config.Web.Password)
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
		if profile.Slug == v.profile.Slug {
			return profile.SignedIn, nil
		}
	}
	return time.Time{}, fmt.Errorf("the daemon does not know profile %s yet", v.profile.Name)
}

// maxOverviewSize is far above what a household's page has to tell, in bytes.
const maxOverviewSize = 16 << 20

// isDaemonRunning asks whether it is the daemon that holds the page's port.
func (v *terminalLogin) isDaemonRunning(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	reply, err := getFromDaemon(ctx, localPageURL(v.config)+"healthz", secret.Text{})
	if err != nil {
		return false
	}
	defer func() { _ = reply.Body.Close() }()
	return reply.StatusCode == http.StatusOK || reply.StatusCode == http.StatusServiceUnavailable
}

// printResult says what was reached, and what was not granted.
func (v *terminalLogin) printResult(ctx context.Context) error {
	token, err := v.tokens.Load(ctx, v.profile.Slug)
	if err != nil {
		return err
	}
	v.printf("%s is signed in.\n", v.profile.Name)
	if missing := signin.MissingScopes(token.Scopes); len(token.Scopes) > 0 && len(missing) > 0 {
		v.printf("Not granted: %s. Sensors that need these scopes stay unavailable.\n", strings.Join(slices.Sorted(slices.Values(missing)), ", "))
	}
	v.printf("A running daemon picks this up within seconds.\n")
	return nil
}

// signInWatcher tells when the sign-in of a profile has worked.
type signInWatcher struct {
	web.SignIn

	profile   string
	done      chan struct{} // closed then
	conflicts chan string   // holds what the browser is asked, until somebody reads it
	once      sync.Once
}

// Finish implements web.SignIn. Two windows may finish a sign-in each, at once.
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
