// SPDX-License-Identifier: MIT

// Package daemon wires the program together. It builds all parts from one
// configuration, runs them, and replaces them when the configuration changes.
package daemon

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"vitals2mqtt/bridge"
	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/health"
	"vitals2mqtt/history"
	"vitals2mqtt/internal/sdnotify"
	"vitals2mqtt/mirror"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/push"
	"vitals2mqtt/release"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/topics"
	"vitals2mqtt/web"
	"vitals2mqtt/withings"
)

// daemon is one set of parts, built from one configuration.
type daemon struct {
	log     zerolog.Logger
	folder  *checkpoint.Folder
	archive *history.Archive
	keep    config.Keep
	broker  *mqtt.Client
	bridge  *bridge.Bridge
	// subscriptions and listener are nil without notifications.
	subscriptions *subscriptions
	listener      *push.Listener
	statistics    *statisticsService
	imports       *importService
	mirror        *mirror.Mirror   // nil without one
	releases      *release.Checker // nil without one
	images        *imagePublisher  // nil without pictures
	memory        *memoryReturner
	status        *status
	page          *web.Server // nil when it is disabled
}

// build creates the parts, each from those before it; nothing runs yet. The
// caller closes the result.
func build(
	ctx, hardStop context.Context, c *config.Config, embedded acceptMonitor, o Options, log zerolog.Logger,
) (_ *daemon, err error) {
	folder, err := checkpoint.Open(c.StateDir)
	if err != nil {
		return nil, fmt.Errorf("opening the state directory: %w", err)
	}
	defer func() {
		if err != nil {
			_ = folder.Close()
		}
	}()
	instance, err := folder.InstanceID()
	if err != nil {
		return nil, fmt.Errorf("opening the state directory: %w", err)
	}
	tokens, err := tokenstore.New(c.StateDir, tokenstore.WithLogger(log))
	if err != nil {
		return nil, fmt.Errorf("opening the token store: %w", err)
	}
	if err := AdoptProfiles(ctx, c, folder, tokens, log); err != nil {
		return nil, err
	}
	archive, err := openOwnArchive(ctx, c)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = archive.Close()
		}
	}()
	copier, err := newMirror(c, archive, folder, o.Jitter, log)
	if err != nil {
		return nil, err
	}
	memory := newMemoryReturner(log)
	defer func() {
		if err != nil {
			memory.stop()
		}
	}()
	requests := bridge.NewRequestCounter()
	client, err := NewCloud(c, requests, o)
	if err != nil {
		return nil, err
	}
	accounts := make(map[string]*withings.Account, len(c.Withings.Profiles))
	for _, p := range c.Withings.Profiles {
		accounts[p.Slug] = client.Account(p.Slug, tokens)
	}
	connection, err := BrokerOptions(c, instance, log)
	if err != nil {
		return nil, err
	}
	connection.AbortShutdown, connection.Jitter = hardStop.Done(), o.Jitter
	wait := o.Timing.Broker
	connection.Timeouts.Ack, connection.Timeouts.Flush, connection.Timeouts.Offline = wait, wait, wait
	broker, err := mqtt.New(connection)
	if err != nil {
		return nil, err
	}
	connectionHealth := brokerHealth{client: broker, embedded: embedded}
	subscriptions, err := newSubscriptions(c, folder, accounts, o.Jitter, log)
	if err != nil {
		return nil, err
	}
	statistics := newStatisticsService(c, folder, log)
	changes := web.NewChanges()
	images := newImagePublisher(c, folder, archive, log)
	loop, err := bridge.New(ctx, bridge.Options{
		Site:       Site(c, instance, o.Version),
		Discovery:  c.HomeAssistant.Discovery,
		Profiles:   polledProfiles(c, accounts, tokens, subscriptions, statistics),
		Publisher:  broker,
		StateStore: folder,
		Archive:    mirroredArchive{archive, copier, memory, images},
		Requests:   requests,
		Log:        log,
		Digest:     c.Digest(),
		Facts:      outsideFacts{c, connectionHealth, client, archive, copier, &folderExplanation{}}.add,
		Changed:    broker.Changed(),
		Published:  changes.Notify,
	})
	if err != nil {
		return nil, err
	}
	handleTopics(broker, loop, Tree(c), c.HomeAssistant.Discovery)
	listener, err := newListener(c, subscriptions, loop, log)
	if err != nil {
		return nil, err
	}
	signIn := NewSignIn(c, client, tokens, false)
	shown := &status{
		config: c, bridge: loop, broker: connectionHealth, listener: listener, signIn: signIn, changes: changes,
	}
	files, err := newPageFiles(c.StateDir)
	if err != nil {
		return nil, err
	}
	imports := newImportService(c, folder, files, log)
	past := pagePast{
		pageHistory: pageHistory{config: c, state: folder, archive: archive},
		files:       files,
		backingUp:   &sync.Mutex{},
	}
	if c.Web.Calendar {
		if past.calendarSecret, err = folder.CalendarSecret(rand.Text); err != nil {
			return nil, err
		}
	}
	handler := signInHandler{signIn, subscriptions, newDisconnect(c, client, log)}
	page, err := newPage(c, shown, past, imports, statistics, handler, o.Version, log)
	if err != nil {
		return nil, err
	}
	d := &daemon{
		log:           log,
		folder:        folder,
		archive:       archive,
		memory:        memory,
		keep:          c.History.Keep,
		broker:        broker,
		bridge:        loop,
		subscriptions: subscriptions,
		listener:      listener,
		statistics:    statistics,
		imports:       imports,
		mirror:        copier,
		releases:      newReleaseChecker(c, loop, o, log),
		images:        images,
		status:        shown,
		page:          page,
	}
	if err := d.listen(ctx); err != nil {
		return nil, err
	}
	return d, nil
}

// outsideFacts are what the bridge does not see.
type outsideFacts struct {
	config  *config.Config
	broker  brokerHealth
	client  *withings.Client
	archive *history.Archive
	mirror  *mirror.Mirror
	folder  *folderExplanation
}

// add adds them to the facts of the bridge.
func (o outsideFacts) add(facts *health.Facts) {
	facts.Broker = o.broker.facts()
	o.folder.explain(facts.Folder, o.config.StateDir)
	o.addArchive(facts.Archive)
	facts.Mirror = mirrorFacts(o.mirror)
	ahead, known := o.client.ClockOffset()
	facts.Clock = &health.Clock{Ahead: ahead, Known: known}
	status, home := o.broker.client.Status(), o.config.HomeAssistant
	if status.Connected && home.Discovery && home.BirthTopic != "" {
		facts.HomeAssistant = &health.Birth{Offline: status.BirthOffline, Since: status.BirthSince}
	}
}

// polledProfiles turns the configured profiles into what the bridge polls.
func polledProfiles(
	c *config.Config, accounts map[string]*withings.Account, tokens *tokenstore.File, s *subscriptions,
	statistics *statisticsService,
) []bridge.Profile {
	var profiles []bridge.Profile
	for _, p := range c.Withings.Profiles {
		profile := Profile(c, &p)
		profile.Cloud = accounts[p.Slug]
		s.attach(&profile)
		statistics.attach(&profile)
		if page := servedPageURL(c); page != "" {
			profile.SignInURL = page + "login/" + p.Slug
		}
		profile.TokenVersion = func(ctx context.Context) string { return tokens.Version(ctx, p.Slug) }
		profiles = append(profiles, profile)
	}
	return profiles
}

// handleTopics routes the topics that the daemon reads to the bridge.
func handleTopics(broker *mqtt.Client, loop *bridge.Bridge, tree topics.Tree, discovery bool) {
	for _, verb := range topics.Verbs() {
		broker.Handle(tree.Request(verb), func(m mqtt.Message) { loop.HandleRequest(verb, m.Payload, m.Retained) })
	}
	if !discovery {
		return
	}
	broker.HandleRetained(tree.DocumentFilter(), func(m mqtt.Message) { loop.HandleRetained(m.Topic, m.Payload) })
}

// newPage builds the page, nil when it is disabled.
func newPage(
	c *config.Config, s *status, past pagePast, imports *importService, statistics *statisticsService,
	signIn signInHandler, version string, log zerolog.Logger,
) (*web.Server, error) {
	if !c.Web.Enabled {
		return nil, nil //nolint:nilnil // a disabled page is not an error
	}
	options := PageOptions(c, version, log)
	options.Published = published(c)
	options.Overview, options.SignIn, options.Disconnect = s.overview, signIn, signIn.disconnect
	options.Changes = s.changes
	past.addTo(&options)
	options.Past, options.Imports = past, imports
	if hasStatistics(c) {
		options.Statistics = statistics
	}
	poll := refresher{s.bridge}
	options.Refresh, options.RefreshAndWait = poll.start, poll.wait
	if s.listener != nil && c.Notifications.Listen == "" {
		options.Notify = s.listener.Handler()
	}
	return web.New(options)
}

// listen binds every address, so that a port in use is known before anything
// runs. When one fails, none stays bound.
func (d *daemon) listen(ctx context.Context) error {
	if d.listener != nil {
		if err := d.listener.Listen(ctx); err != nil {
			return err
		}
	}
	if d.page == nil {
		return nil
	}
	err := d.page.Listen(ctx)
	if err != nil && d.listener != nil {
		ended, cancel := context.WithCancel(ctx)
		cancel()
		err = errors.Join(err, d.listener.Run(ended)) // closes what Listen has bound
	}
	return err
}

// close closes the archive and releases the state directory.
func (d *daemon) close() {
	d.memory.stop()
	if err := d.archive.Close(); err != nil {
		d.log.Warn().Err(err).Msg("could not close the archive")
	}
	_ = d.folder.Close()
}

// run runs everything until the context ends. The polls stop first and the
// connection last, so that what they have published still reaches the broker.
func (d *daemon) run(ctx context.Context) error {
	disconnect, connected := d.connect(context.WithoutCancel(ctx))
	defer disconnect(nil)

	group, inner := errgroup.WithContext(ctx)
	d.subscriptions.run(inner, group)
	if d.listener != nil {
		group.Go(func() error { return d.listener.Run(inner) })
	}
	group.Go(func() error { return d.bridge.Run(inner) })
	group.Go(func() error { return runRetention(inner, d.archive, d.keep, d.log) })
	group.Go(func() error { return d.statistics.run(inner) })
	group.Go(func() error { return d.imports.run(inner) })
	if d.mirror != nil {
		group.Go(func() error {
			d.mirror.Run(inner)
			return nil
		})
	}
	if d.releases != nil {
		group.Go(func() error {
			d.releases.Run(inner)
			return nil
		})
	}
	if d.images != nil {
		group.Go(func() error {
			d.images.run(inner, d.bridge)
			return nil
		})
	}
	group.Go(func() error { return sdnotify.RunWatchdog(inner, func() bool { return d.status.overview().Alive }) })
	if d.page != nil {
		group.Go(func() error { return d.page.Run(inner) })
	}
	err := group.Wait()

	if unsaved := d.flushTokens(ctx); unsaved != nil {
		d.log.Error().Err(unsaved).Msg("token lost; sign-in needed")
	}
	disconnect(context.Cause(ctx))
	return errors.Join(err, <-connected)
}

// connect runs the connection to the broker until disconnect is called; then
// ended receives its error.
func (d *daemon) connect(ctx context.Context) (disconnect context.CancelCauseFunc, ended <-chan error) {
	ctx, disconnect = context.WithCancelCause(ctx)
	done := make(chan error, 1)
	go func() { done <- d.broker.Run(ctx) }()
	return disconnect, done
}

// flushTokens stores the tokens that could not be stored before, even after the
// context has ended: a lost token costs a sign-in.
func (d *daemon) flushTokens(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tokenFlushTimeout)
	defer cancel()
	if err := d.bridge.Flush(ctx); err != nil {
		return fmt.Errorf("token could not be stored; the profile must sign in again: %w", err)
	}
	return nil
}

// tokenFlushTimeout bounds the last attempt to store a token.
const tokenFlushTimeout = 5 * time.Second
