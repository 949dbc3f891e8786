package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/bridge"
	"vitals2mqtt/config"
	"vitals2mqtt/signin"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/topics"
	"vitals2mqtt/web"
)

type loginCommand struct {
	Profile string `arg:"" help:"The person, as named in the configuration."`
	Paste   bool   `help:"Do not listen: paste the address that the browser ends up at."`
}

func (l loginCommand) run(ctx context.Context, s *session) error {
	_, c, err := s.load()
	if err != nil {
		return err
	}
	person, err := findProfile(c, l.Profile)
	if err != nil {
		return err
	}
	tokens, err := tokenstore.New(c.StateDir)
	if err != nil {
		return err
	}
	// Better to know before the person consents than after the code is spent.
	if err := tokens.Writable(ctx, person.Slug); err != nil {
		return err
	}
	client, err := newClient(c, s.version(), bridge.NewBudget())
	if err != nil {
		return err
	}
	desk := newDesk(c, client, tokens)
	if l.Paste {
		return s.loginByPaste(ctx, c, desk, tokens, person)
	}
	return s.loginByBrowser(ctx, c, desk, tokens, person)
}

// findProfile takes a name or a slug.
func findProfile(c *config.Config, name string) (config.Profile, error) {
	slug := topics.Slug(name)
	for _, p := range c.Withings.Profiles {
		if p.Slug == slug {
			return p, nil
		}
	}
	var names []string
	for _, p := range c.Withings.Profiles {
		names = append(names, p.Name)
	}
	return config.Profile{}, usageError(fmt.Sprintf("there is no profile %q; the configuration has %s", name, strings.Join(names, ", ")))
}

// loginByPaste is for servers that no browser can be sent back to.
func (s *session) loginByPaste(ctx context.Context, c *config.Config, desk *signin.Desk, tokens *tokenstore.File, p config.Profile) error {
	consent, logout, err := desk.Start(p.Slug)
	if err != nil {
		return err
	}
	s.printf("1. Open this address in any browser, choose %s, and allow:\n\n   %s\n\n", p.Name, consent)
	s.printf("   If somebody else is still signed in there, use this one instead:\n\n   %s\n\n", logout)
	s.printf("2. The browser then goes to %s…\n   (whether or not a page shows up there). Copy that address from the address bar\n"+
		"   and paste it here within 30 seconds:\n\n> ", redirectURL(c))
	line, err := s.readLine(ctx)
	if err != nil {
		return err
	}
	state, code, err := signin.ParseRedirect(line)
	if err != nil {
		return err
	}
	if _, err := desk.Finish(ctx, state, code); err != nil {
		return err
	}
	return s.signedIn(ctx, tokens, p)
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
		if line != "" {
			err = nil
		}
		read <- result{line, err}
	}()
	select {
	case got := <-read:
		if got.err != nil {
			return "", fmt.Errorf("nothing was pasted: %w", got.err)
		}
		return got.line, nil
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// loginByBrowser listens where the callback comes in. When the daemon runs, it
// listens there already and does the sign-in itself.
func (s *session) loginByBrowser(ctx context.Context, c *config.Config, desk *signin.Desk, tokens *tokenstore.File, p config.Profile) error {
	watched := &watchedDesk{Desk: desk, done: make(chan string, 1)}
	page, err := web.New(web.Options{
		Listen: c.Web.Listen, BaseURL: c.Withings.BaseURL, Auth: c.Web.Auth, Password: c.Web.Password, SignIn: watched, Log: zerolog.Nop(),
		Version: s.version(), Overview: func() web.Overview {
			return web.Overview{Healthy: true, People: []web.Person{{Slug: p.Slug, Name: p.Name, State: "sign-in needed", SignInNeeded: true}}}
		},
	})
	if err != nil {
		return err
	}
	if err := page.Listen(ctx); err != nil {
		if s.daemonRuns(ctx, c) {
			return s.loginAtDaemon(ctx, c, tokens, p)
		}
		return fmt.Errorf("%w; or use `vitals2mqtt login %s --paste`", err, p.Slug)
	}
	running, stop := context.WithCancel(ctx)
	finished := make(chan error, 1)
	go func() { finished <- page.Run(running) }()
	s.printf("Open this address in a browser, choose %s, and allow:\n\n   %slogin/%s\n\n", p.Name, pageURL(c), p.Slug)
	s.printf("The callback is %s. If no browser can reach this machine there, stop this and use --paste.\n", redirectURL(c))
	var outcome error
	for outcome == nil {
		select {
		case who := <-watched.done:
			if who != p.Slug {
				continue
			}
		case err := <-finished:
			stop()
			return err
		case <-ctx.Done():
			outcome = context.Cause(ctx)
		}
		break
	}
	stop()
	if err := errors.Join(outcome, <-finished); err != nil {
		return err
	}
	return s.signedIn(ctx, tokens, p)
}

// loginAtDaemon sends the person to the running daemon's page and waits until
// the token is there.
func (s *session) loginAtDaemon(ctx context.Context, c *config.Config, tokens *tokenstore.File, p config.Profile) error {
	before := tokens.Version(ctx, p.Slug)
	s.printf("The daemon is running and takes the sign-in. Open this address in a browser, choose %s, and allow:\n\n   %slogin/%s\n\n",
		p.Name, pageURL(c), p.Slug)
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-ticker.C:
			if now := tokens.Version(ctx, p.Slug); now != "" && now != before {
				return s.signedIn(ctx, tokens, p)
			}
		}
	}
}

// daemonRuns asks whether it is the daemon that holds the page's port.
func (s *session) daemonRuns(ctx context.Context, c *config.Config) bool {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	reply, err := ask(ctx, healthURL(c))
	if err != nil {
		return false
	}
	defer func() { _ = reply.Body.Close() }()
	return reply.StatusCode == http.StatusOK || reply.StatusCode == http.StatusServiceUnavailable
}

// signedIn says what was reached, and what was not granted.
func (s *session) signedIn(ctx context.Context, tokens *tokenstore.File, p config.Profile) error {
	token, err := tokens.Load(ctx, p.Slug)
	if err != nil {
		return err
	}
	s.printf("%s is signed in.\n", p.Name)
	if missing := signin.Missing(token.Scopes); len(token.Scopes) > 0 && len(missing) > 0 {
		s.printf("Not granted: %s. Values that need it will be missing.\n", strings.Join(slices.Sorted(slices.Values(missing)), ", "))
	}
	s.printf("A running daemon notices within seconds.\n")
	return nil
}

// watchedDesk tells when a sign-in has worked.
type watchedDesk struct {
	*signin.Desk
	done chan string
}

func (w *watchedDesk) Finish(ctx context.Context, state, code string) (string, error) {
	profile, err := w.Desk.Finish(ctx, state, code)
	if err == nil {
		select {
		case w.done <- profile:
		default:
		}
	}
	return profile, err
}
