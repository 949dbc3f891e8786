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

// postbox is where notifications come in, and who keeps the subscriptions of
// each profile alive. Nil is none.
type postbox struct {
	listener *push.Listener
	keepers  map[string]*push.SubscriptionManager // by slug
	alone    bool                                 // the listener has an address of its own
	address  string                               // names the callback address without giving it away
	log      zerolog.Logger
	folder   *checkpoint.Folder
	former   []string       // secrets from before, which hold for a while
	bridge   *bridge.Bridge // set when it is built: it asks the keepers, and they tell it
}

// newPostbox builds what notifications need, for the accounts by slug; nil when
// there are none.
func newPostbox(
	c *config.Config, folder *checkpoint.Folder, accounts map[string]*withings.Account, page func() net.Addr,
	spread *jitter.Source, log zerolog.Logger,
) (*postbox, error) {
	n := c.Notifications
	if n.PublicURL == "" {
		return nil, nil //nolint:nilnil // no notifications is no mistake
	}
	word, err := folder.Secret(push.NewSecret)
	if err != nil {
		return nil, err
	}
	former, err := folder.FormerSecrets()
	if err != nil {
		return nil, err
	}
	hidden := secret.New(word)
	callback, err := push.CallbackURL(n.PublicURL, word)
	if err != nil {
		return nil, fmt.Errorf("notifications: %w", err)
	}
	sum := sha256.Sum256([]byte(callback))
	box := &postbox{keepers: make(map[string]*push.SubscriptionManager, len(accounts)), address: hex.EncodeToString(sum[:4])}
	box.log, box.folder, box.former = log, folder, former
	box.listener, err = push.New(push.Options{
		PublicURL: n.PublicURL, Secret: hidden, Listen: n.Listen, Sources: n.Sources, TrustedProxies: n.TrustedProxies, Log: log,
		FormerSecrets: hiddenAll(former),
		IsKnownUser:   func(userID string) bool { return box.bridge.Knows(userID) },
		Deliver:       func(n push.Notification) { box.deliver(n) },
	})
	if err != nil {
		return nil, err
	}
	address := page
	if box.alone = n.Listen != ""; box.alone {
		address = box.listener.Addr
	}
	for _, p := range c.Withings.Profiles {
		account := accounts[p.Slug]
		box.keepers[p.Slug], err = push.NewSubscriptionManager(push.ManagerOptions{
			Account: account, CallbackURL: callback, FormerSecrets: hiddenAll(former), Probe: push.Probe(address, hidden),
			Jitter: spread, Log: log.With().Str("profile", p.Slug).Logger(),
			WantedCategories: func() []push.Category { return wantedCategories(profileOf(c, &p), account.State().Scopes) },
		})
		if err != nil {
			return nil, err
		}
	}
	return box, nil
}

// hiddenAll keeps words out of whatever is printed.
func hiddenAll(words []string) []secret.Text {
	hidden := make([]secret.Text, 0, len(words))
	for _, word := range words {
		hidden = append(hidden, secret.New(word))
	}
	return hidden
}

// forget removes the former secrets when nothing is taken in at them any more, so
// that they do not come back with the next start.
func (b *postbox) forget(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(push.FormerSecretGrace):
		if err := b.folder.RemoveFormerSecrets(b.former); err != nil {
			b.log.Warn().Err(err).Msg("the former address for notifications is taken in for a while again after the next start")
		}
	}
}

// wantedCategories are those that the keys need and the consent includes.
func wantedCategories(p bridge.Profile, scopes []string) []push.Category {
	var wanted []push.Category
	for _, number := range bridge.Categories(p) {
		category := push.Category(number)
		if len(scopes) == 0 || slices.Contains(scopes, category.Scope()) {
			wanted = append(wanted, category)
		}
	}
	return wanted
}

// deliver hands a notification to the bridge, as a hint.
func (b *postbox) deliver(n push.Notification) {
	b.bridge.Hint(bridge.Hint{
		UserID: n.UserID, Category: int(n.Category), Device: n.DeviceID, At: n.Date, Received: n.Received, Span: !n.Start.IsZero(),
	})
}

// connect has the bridge and the keeper of a profile tell each other what they
// need to know.
func (b *postbox) connect(p *bridge.Profile) {
	if b == nil {
		return
	}
	keeper := b.keepers[p.Slug]
	p.Recheck, p.SignedIn = keeper.RequestAudit, keeper.OnSignIn
	p.Push = func() bridge.PushState {
		state := keeper.State()
		out := bridge.PushState{Healthy: state.Healthy, Problem: state.Problem, Audited: state.LastAudit, Address: b.address}
		for _, category := range state.Categories {
			if category.Status == push.Subscribed {
				out.Subscribed = append(out.Subscribed, int(category.Category))
			}
		}
		return out
	}
}

// counted is what came in; nil when there are no notifications.
func (b *postbox) counted() *web.Notifications {
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
func (b *postbox) handler() http.Handler {
	if b == nil || b.alone {
		return nil
	}
	return b.listener.Handler()
}

// run takes notifications in and keeps the subscriptions, until the context ends.
func (b *postbox) run(ctx context.Context, start func(func() error)) {
	if b == nil {
		return
	}
	start(func() error { return b.listener.Run(ctx) })
	if len(b.former) > 0 {
		start(func() error { b.forget(ctx); return nil })
	}
	for _, keeper := range b.keepers {
		start(func() error { return keeper.Run(ctx) })
	}
}

// greeter is the sign-in on the page, which the subscriptions hear of: a new
// consent can include what the old one left out.
type greeter struct {
	*signin.Desk

	box *postbox
}

// Finish implements web.SignIn.
func (g greeter) Finish(ctx context.Context, state, code string) (profile string, err error) {
	profile, err = g.Desk.Finish(ctx, state, code)
	g.tell(profile, err == nil)
	return profile, err
}

// Answer implements web.SignIn.
func (g greeter) Answer(ctx context.Context, question string, replace bool) (profile string, err error) {
	profile, err = g.Desk.Answer(ctx, question, replace)
	g.tell(profile, err == nil && replace)
	return profile, err
}

func (g greeter) tell(profile string, signedIn bool) {
	if signedIn && g.box != nil && g.box.keepers[profile] != nil {
		g.box.keepers[profile].OnSignIn()
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
