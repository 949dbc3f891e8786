package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/bridge"
	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/internal/jitter"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/push"
	"vitals2mqtt/signin"
	"vitals2mqtt/web"
	"vitals2mqtt/withings"
)

// pushService is where notifications come in, and who keeps the subscriptions of
// each profile alive. Nil is none.
type pushService struct {
	listener       *push.Listener
	managers       map[string]*push.SubscriptionManager // by slug
	hasOwnListener bool                                 // the listener has an address of its own
	callbackID     string                               // names the callback address without giving it away
	log            zerolog.Logger
	folder         *checkpoint.Folder
	formerSecrets  []string       // secrets from before, which hold for a while
	bridge         *bridge.Bridge // set when it is built: it asks the keepers, and they tell it
}

// newPushService builds what notifications need, for the accounts by slug; nil when
// there are none.
func newPushService(
	c *config.Config, folder *checkpoint.Folder, accounts map[string]*withings.Account, page func() net.Addr,
	jitterSource *jitter.Source, log zerolog.Logger,
) (*pushService, error) {
	n := c.Notifications
	if n.PublicURL == "" {
		return nil, nil //nolint:nilnil // no notifications is no mistake
	}
	plain, err := folder.Secret(push.NewSecret)
	if err != nil {
		return nil, err
	}
	former, err := folder.FormerSecrets()
	if err != nil {
		return nil, err
	}
	hidden := secret.New(plain)
	callback, err := push.CallbackURL(n.PublicURL, plain)
	if err != nil {
		return nil, fmt.Errorf("notifications: %w", err)
	}
	sum := sha256.Sum256([]byte(callback))
	service := &pushService{managers: make(map[string]*push.SubscriptionManager, len(accounts)), callbackID: hex.EncodeToString(sum[:4])}
	service.log, service.folder, service.formerSecrets = log, folder, former
	service.listener, err = push.New(push.Options{
		PublicURL: n.PublicURL, Secret: hidden, Listen: n.Listen, Sources: n.Sources, TrustedProxies: n.TrustedProxies, Log: log,
		FormerSecrets: secretTexts(former),
		IsKnownUser:   func(userID string) bool { return service.bridge.HasAccount(userID) },
		Deliver:       func(n push.Notification) { service.deliver(n) },
	})
	if err != nil {
		return nil, err
	}
	address := page
	if service.hasOwnListener = n.Listen != ""; service.hasOwnListener {
		address = service.listener.Addr
	}
	for _, p := range c.Withings.Profiles {
		account := accounts[p.Slug]
		service.managers[p.Slug], err = push.NewSubscriptionManager(push.ManagerOptions{
			Account: account, CallbackURL: callback, FormerSecrets: secretTexts(former), Probe: push.Probe(address, hidden),
			Jitter: jitterSource, Log: log.With().Str("profile", p.Slug).Logger(),
			WantedCategories: func() []push.Category { return wantedCategories(profileOf(c, &p), account.State().Scopes) },
		})
		if err != nil {
			return nil, err
		}
	}
	return service, nil
}

// secretTexts keeps words out of whatever is printed.
func secretTexts(words []string) []secret.Text {
	hidden := make([]secret.Text, 0, len(words))
	for _, word := range words {
		hidden = append(hidden, secret.New(word))
	}
	return hidden
}

// forgetFormerSecrets removes the former secrets when nothing is taken in at them any more, so
// that they do not come back with the next start.
func (b *pushService) forgetFormerSecrets(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(push.FormerSecretGrace):
		if err := b.folder.RemoveFormerSecrets(b.formerSecrets); err != nil {
			b.log.Warn().Err(err).Msg("the former address for notifications is taken in for a while again after the next start")
		}
	}
}

// wantedCategories are those that the keys need and the consent includes.
func wantedCategories(p bridge.Profile, scopes []string) []push.Category {
	var wanted []push.Category
	for _, category := range bridge.Categories(p) {
		if len(scopes) == 0 || slices.Contains(scopes, category.Scope()) {
			wanted = append(wanted, category)
		}
	}
	return wanted
}

// deliver hands a notification to the bridge, as a hint.
func (b *pushService) deliver(n push.Notification) {
	b.bridge.HandleHint(bridge.Hint{
		UserID: n.UserID, Category: n.Category, Device: n.DeviceID, At: n.Date, Received: n.Received, Span: !n.Start.IsZero(),
	})
}

// attach has the bridge and the keeper of a profile tell each other what they
// need to know.
func (b *pushService) attach(p *bridge.Profile) {
	if b == nil {
		return
	}
	keeper := b.managers[p.Slug]
	p.RequestAudit, p.OnSignIn = keeper.RequestAudit, keeper.OnSignIn
	p.Push = func() bridge.PushState {
		state := keeper.State()
		out := bridge.PushState{Healthy: state.Healthy, Problem: state.Problem, LastAudit: state.LastAudit, Address: b.callbackID}
		for _, category := range state.Categories {
			if category.Status == push.Subscribed {
				out.Subscribed = append(out.Subscribed, category.Category)
			}
		}
		return out
	}
}

// stats is what came in; nil when there are no notifications.
func (b *pushService) stats() *web.Notifications {
	if b == nil {
		return nil
	}
	stats := b.listener.Stats()
	refused := make(map[string]uint64, len(stats.Refused))
	for why, n := range stats.Refused {
		refused[string(why)] = n
	}
	return &web.Notifications{
		Received: stats.Received, Duplicates: stats.Duplicates, Dropped: stats.Dropped, Probes: stats.Probes, Refused: refused,
	}
}

// handler is what the page serves of them; nil when they have a listener of
// their own, or there are none.
func (b *pushService) handler() http.Handler {
	if b == nil || b.hasOwnListener {
		return nil
	}
	return b.listener.Handler()
}

// run takes notifications in and keeps the subscriptions, until the context ends.
func (b *pushService) run(ctx context.Context, start func(func() error)) {
	if b == nil {
		return
	}
	start(func() error { return b.listener.Run(ctx) })
	if len(b.formerSecrets) > 0 {
		start(func() error { b.forgetFormerSecrets(ctx); return nil })
	}
	for _, keeper := range b.managers {
		start(func() error { return keeper.Run(ctx) })
	}
}

// signInHandler is the sign-in on the page, which the subscriptions hear of: a new
// consent can include what the old one left out.
type signInHandler struct {
	*signin.Service

	push *pushService
}

// Finish implements web.SignIn.
func (g signInHandler) Finish(ctx context.Context, state, code string) (profile string, err error) {
	profile, err = g.Service.Finish(ctx, state, code)
	g.notifySignedIn(profile, err == nil)
	return profile, err
}

// Answer implements web.SignIn.
func (g signInHandler) Answer(ctx context.Context, question string, replace bool) (profile string, err error) {
	profile, err = g.Service.Answer(ctx, question, replace)
	g.notifySignedIn(profile, err == nil && replace)
	return profile, err
}

func (g signInHandler) notifySignedIn(profile string, signedIn bool) {
	if signedIn && g.push != nil && g.push.managers[profile] != nil {
		g.push.managers[profile].OnSignIn()
	}
}

type pushCommand struct {
	Rotate rotateCommand `cmd:"" help:"Make a new secret address for notifications."`
}

type rotateCommand struct{}

func (rotateCommand) run(_ context.Context, s *session) error {
	_, c, err := s.load()
	if err != nil {
		return err
	}
	if _, err := checkpoint.OpenReadOnly(c.StateDir).RotateSecret(push.NewSecret); err != nil {
		return err
	}
	s.printf("Notifications have a new secret address. A daemon that runs takes it over when it is restarted or gets SIGHUP;\n" +
		"it subscribes the new address first and removes the old one then; what comes to the old one is taken in for one more hour.\n")
	return nil
}
