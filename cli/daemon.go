package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"vitals2mqtt/bridge"
	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/discovery"
	"vitals2mqtt/internal/jitter"
	"vitals2mqtt/internal/sdnotify"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/sensors"
	"vitals2mqtt/signin"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/topics"
	"vitals2mqtt/web"
	"vitals2mqtt/withings"
)

// daemon is the daemon with all its parts, built from one configuration.
type daemon struct {
	config *config.Config
	log    zerolog.Logger
	folder *checkpoint.Folder
	client *withings.Client
	broker *mqtt.Client
	// embedded is the broker of `mqtt.url: embedded`; nil when it is another.
	embedded acceptMonitor
	bridge   *bridge.Bridge
	signIn   *signin.Service
	page     *web.Server // nil when it is switched off
	// push takes notifications in; nil without a public address.
	push *pushService
}

// build puts the parts together, top to bottom; nothing runs yet. The caller
// closes what comes back.
func (s *session) build(ctx context.Context, c *config.Config, log zerolog.Logger) (_ *daemon, err error) {
	h := &daemon{config: c, log: log}
	defer func() {
		if err != nil {
			h.close()
		}
	}()
	if h.folder, err = checkpoint.Open(c.StateDir); err != nil {
		return nil, fmt.Errorf("opening the state folder: %w", err)
	}
	instance, err := h.folder.InstanceID()
	if err != nil {
		return nil, fmt.Errorf("opening the state folder: %w", err)
	}
	tokens, err := tokenstore.New(c.StateDir)
	if err != nil {
		return nil, fmt.Errorf("opening the token store: %w", err)
	}
	tokens.Warn = func(text string) { log.Warn().Msg(text) }
	budget := bridge.NewRequestCounter()
	if h.client, err = newClient(c, s.version(), budget, s.Jitter); err != nil {
		return nil, err
	}
	tree := treeOf(c)
	connection, err := brokerOptions(c, tree, instance, log)
	if err != nil {
		return nil, err
	}
	connection.AbortShutdown, connection.Jitter = s.hardStop.Done(), s.Jitter
	if h.broker, err = mqtt.New(connection); err != nil {
		return nil, err
	}
	accounts := make(map[string]*withings.Account, len(c.Withings.Profiles))
	for _, p := range c.Withings.Profiles {
		accounts[p.Slug] = h.client.Account(p.Slug, tokens)
	}
	if h.push, err = newPushService(c, h.folder, accounts, h.pageAddr, s.Jitter, log); err != nil {
		return nil, err
	}
	h.bridge, err = bridge.New(bridge.Options{
		Site: siteOf(c, instance, s.version()), Discovery: c.HomeAssistant.Discovery, Profiles: h.profiles(accounts, tokens),
		Publisher: h.broker, StateStore: h.folder, Requests: budget, Log: log, Digest: c.Digest(),
		Problems: h.problems,
	})
	if err != nil {
		return nil, err
	}
	if h.push != nil {
		h.push.bridge = h.bridge
		if err := h.push.listener.Listen(ctx); err != nil {
			return nil, err
		}
	}
	h.registerHandlers(tree)
	h.signIn = newSignInService(c, h.client, tokens, false)
	if !c.Web.Enabled {
		return h, nil
	}
	h.page, err = web.New(web.Options{
		Listen: c.Web.Listen, BaseURL: c.Withings.BaseURL, Auth: c.Web.Auth, Password: c.Web.Password, Overview: h.overview,
		CallbackURL: c.Withings.CallbackURL, CallbackOnOtherHost: isCallbackElsewhere(c), TrustedHosts: c.Web.TrustedHosts,
		Notify: h.push.handler(),
		SignIn: signInHandler{h.signIn, h.push}, Refresh: h.refresh,
		Log: log, Version: s.version(),
	})
	if err != nil {
		return nil, err
	}
	return h, h.page.Listen(ctx)
}

// refresh is the page's way to ask for a poll.
func (h *daemon) refresh(slug, endpoint string) error {
	err := h.bridge.Refresh(slug, endpoint, nil)
	if errors.Is(err, bridge.ErrUnknownProfile) || errors.Is(err, bridge.ErrUnknownEndpoint) {
		return fmt.Errorf("%w: %w", web.ErrNotFound, err)
	}
	return err
}

// pageAddr is where the page listens, nil while it does not.
func (h *daemon) pageAddr() net.Addr {
	if h.page == nil {
		return nil
	}
	return h.page.Addr()
}

// close gives back what build took.
func (h *daemon) close() {
	if h.folder != nil {
		_ = h.folder.Close()
	}
}

// run lets everything run until the context ends; then the polls stop first,
// and the connection last, so that what they published still gets out.
func (h *daemon) run(ctx context.Context) error {
	connection, disconnect := context.WithCancelCause(context.WithoutCancel(ctx))
	defer disconnect(nil)
	connected := make(chan error, 1)
	go func() { connected <- h.broker.Run(connection) }()

	group, inner := errgroup.WithContext(ctx)
	h.push.run(inner, group.Go)
	group.Go(func() error { return h.bridge.Run(inner) })
	group.Go(func() error { return sdnotify.RunWatchdog(inner, func() bool { return h.overview().Alive }) })
	if h.page != nil {
		group.Go(func() error { return h.page.Run(inner) })
	}
	err := group.Wait()

	if unsaved := h.flushTokens(ctx); unsaved != nil {
		h.log.Error().Err(unsaved).Msg("a profile must sign in again")
	}
	disconnect(context.Cause(ctx))
	return errors.Join(err, <-connected)
}

// flushTokens stores the tokens that could not be stored before, also when the
// context has ended: one that is lost costs a sign-in.
func (h *daemon) flushTokens(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tokenFlushTimeout)
	defer cancel()
	if err := h.bridge.Flush(ctx); err != nil {
		return fmt.Errorf("a token is lost, and its profile must sign in again: %w", err)
	}
	return nil
}

// tokenFlushTimeout bounds the last try to store a token.
const tokenFlushTimeout = 5 * time.Second

// registerHandlers connects the topics that the daemon reads with what answers them.
func (h *daemon) registerHandlers(tree topics.Tree) {
	for _, verb := range topics.Verbs() {
		h.broker.Handle(tree.Request(verb), func(m mqtt.Message) { h.bridge.HandleRequest(verb, m.Payload, m.Retained) })
	}
	if !h.config.HomeAssistant.Discovery {
		return
	}
	h.broker.Handle(tree.DocumentFilter(), func(m mqtt.Message) {
		if m.Retained && len(m.Payload) > 0 {
			h.bridge.HandleRetained(m.Topic, m.Payload)
		}
	})
}

// profiles turns the configured people into what the bridge polls.
func (h *daemon) profiles(accounts map[string]*withings.Account, tokens *tokenstore.File) []bridge.Profile {
	var profiles []bridge.Profile
	for _, p := range h.config.Withings.Profiles {
		profile := profileOf(h.config, &p)
		profile.Cloud = accounts[p.Slug]
		h.push.attach(&profile)
		if relaxed := h.config.Notifications.RelaxedSchedule; !relaxed.IsEmpty() {
			profile.RelaxedSchedule = relaxed
		}
		if h.config.Web.Enabled {
			profile.SignInURL = pageURL(h.config) + "login/" + p.Slug
		}
		profile.TokenVersion = func(ctx context.Context) string { return tokens.Version(ctx, p.Slug) }
		profiles = append(profiles, profile)
	}
	return profiles
}

// profileOf is a configured person as the bridge polls one, without the parts
// that reach outside.
func profileOf(c *config.Config, p *config.Profile) bridge.Profile {
	return bridge.Profile{
		Slug: p.Slug, Name: p.Name, Keys: p.Measurements, Unlisted: len(p.Measurements) >= len(sensors.Keys()), Schedule: p.Schedule,
		Policy: c.Withings.Attributions, Extra: c.Withings.ExtraTypes, Units: p.Units, Zone: time.Local,
	}
}

// newClient builds the cloud client from a configuration. Only the daemon spreads
// its waits: a command is run by somebody, not by all at once.
func newClient(c *config.Config, version string, budget *bridge.RequestCounter, spread *jitter.Source) (*withings.Client, error) {
	options := cloudOptions(c, version)
	options.Jitter = spread
	options.OnRequest = func(r withings.Request) { budget.Count(r.Service, r.Action) }
	client, err := withings.New(options)
	if err != nil {
		return nil, fmt.Errorf("the cloud client: %w", err)
	}
	return client, nil
}

// newSignInService builds the sign-in. With replace it takes another account than before
// without asking.
func newSignInService(c *config.Config, client *withings.Client, tokens *tokenstore.File, replace bool) *signin.Service {
	var profiles []signin.Profile
	for _, p := range c.Withings.Profiles {
		profiles = append(profiles, signin.Profile{Slug: p.Slug, Name: p.Name})
	}
	return signin.New(signin.Options{
		Client: client, Store: tokens, RedirectURL: redirectURL(c), Profiles: profiles,
		SleepEvents: c.Notifications.PublicURL != "", Replace: replace,
		LastAccount: func(profile string) (string, error) { return lastAccount(c, profile) },
	})
}

// lastAccount is the account whose values are remembered of a profile, ""
// for none. A damaged file holds no values that could be lost.
func lastAccount(c *config.Config, profile string) (string, error) {
	known, _, err := bridge.LoadStoredAccount(checkpoint.OpenReadOnly(c.StateDir), profile)
	if _, damaged := errors.AsType[*checkpoint.DamagedError](err); damaged {
		return "", nil
	}
	return known.UserID, err
}

// pageURL is the address of the page for people, with a slash at the end, be it
// the daemon's or, with that one switched off, that of a sign-in at the terminal.
func pageURL(c *config.Config) string {
	if c.Withings.BaseURL == "" {
		return "http://" + c.Web.Listen + "/"
	}
	return strings.TrimSuffix(c.Withings.BaseURL, "/") + "/"
}

// servedPageURL is the page's address for those who can only open it, "" when nobody
// serves it.
func servedPageURL(c *config.Config) string {
	if !c.Web.Enabled {
		return ""
	}
	return pageURL(c)
}

func treeOf(c *config.Config) topics.Tree {
	return topics.Tree{Base: c.MQTT.BaseTopic, Discovery: c.HomeAssistant.DiscoveryPrefix}
}

func siteOf(c *config.Config, instance, version string) discovery.Site {
	return discovery.Site{
		Tree:     treeOf(c),
		Identity: discovery.Identity{Instance: instance, Version: version, PageURL: servedPageURL(c)},
		Views:    discovery.Views{Bare: c.MQTT.Views.Bare, Detail: c.MQTT.Views.Detail, Snapshot: c.MQTT.Views.Snapshot},
	}
}
