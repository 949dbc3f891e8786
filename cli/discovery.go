// SPDX-License-Identifier: MIT

package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/rs/zerolog"

	"vitals2mqtt/bridge"
	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/discovery"
	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

type discoveryCommand struct {
	jsonFlag

	Profile string `arg:"" optional:"" help:"Only this profile."`
	All     bool   `help:"Include every configured key, even without a value."`
	Pretty  bool   `help:"Indent the documents."`
}

// document is a discovery document for --json.
type document struct {
	Topic   string          `json:"topic"`
	Payload json.RawMessage `json:"payload"`
}

// run prints each document after its topic, as mosquitto_sub -v does.
func (d discoveryCommand) run(ctx context.Context, s *session) error {
	c, err := s.load(ctx)
	if err != nil {
		return err
	}
	selected := c.Withings.Profiles
	if d.Profile != "" {
		profile, err := findProfile(c, d.Profile)
		if err != nil {
			return err
		}
		selected = []config.Profile{profile}
	}
	folder := checkpoint.OpenReadOnly(c.StateDir)
	instance, err := folder.InstanceID()
	if errors.Is(err, fs.ErrNotExist) {
		instance = "00000000"
		_, _ = fmt.Fprintln(s.Stderr,
			"note: no daemon has run yet; using 00000000 in place of the instance id created at first start")
	} else if err != nil {
		return err
	}
	site := daemon.Site(c, instance, s.version())
	documents, err := d.storedDocuments(ctx, c, s, site, selected)
	if err != nil {
		return err
	}
	bridgeTopic := site.Tree.Document(site.BridgeID())
	ordered := []document{{bridgeTopic, documents[bridgeTopic]}} // first, as published
	delete(documents, bridgeTopic)
	for _, p := range selected {
		if !d.All {
			break
		}
		full, err := d.fullDocument(s, site, folder, daemon.Profile(c, &p), c.Notifications.PublicURL != "")
		if err != nil {
			return err
		}
		topic := full.Topic(site.Tree)
		delete(documents, topic)
		ordered = append(ordered, document{topic, full.JSON()})
	}
	for _, topic := range slices.Sorted(maps.Keys(documents)) {
		ordered = append(ordered, document{topic, documents[topic]})
	}
	if d.JSON {
		return s.printJSON(ordered)
	}
	for _, one := range ordered {
		if err := d.print(s, one.Topic, one.Payload); err != nil {
			return err
		}
	}
	return nil
}

// recordingPublisher records what is published.
type recordingPublisher map[string][]byte

// Set implements bridge.Publisher.
func (r recordingPublisher) Set(topic string, payload []byte) { r[topic] = payload }

// SetBuilt implements bridge.Publisher.
func (r recordingPublisher) SetBuilt(topic string, payload []byte, _ func() []byte) {
	r[topic] = payload
}

// Clear implements bridge.Publisher.
func (recordingPublisher) Clear(string) {}

// Send implements bridge.Publisher.
func (recordingPublisher) Send(string, []byte) {}

// SendConfirmed implements bridge.Publisher.
func (recordingPublisher) SendConfirmed(string, []byte, func()) {}

// Republish implements bridge.Publisher.
func (recordingPublisher) Republish() {}

// idleCloud is an account that is never polled.
type idleCloud struct{ bridge.Cloud }

// State implements bridge.Cloud.
func (idleCloud) State() withings.AccountState { return withings.AccountState{} }

// emptyArchive is an archive that was never written.
type emptyArchive struct{ bridge.Archive }

// Window implements bridge.Archive.
func (emptyArchive) Window(context.Context, string, sensors.Window, sensors.Policy) ([]sensors.Record, error) {
	return nil, nil
}

// Zone implements bridge.Archive.
func (emptyArchive) Zone(context.Context, string) (string, error) { return "", nil }

// Cursor implements bridge.Archive.
func (emptyArchive) Cursor(context.Context, string, sensors.Endpoint) (sensors.Cursor, error) {
	return sensors.Cursor{}, nil
}

// Untold implements bridge.Archive.
func (emptyArchive) Untold(context.Context, string) ([]sensors.KindRecord, error) { return nil, nil }

// Apply implements bridge.Archive.
func (emptyArchive) Apply(
	context.Context, string, sensors.Batch, sensors.ApplyOptions, sensors.Progress,
) (sensors.Changes, error) {
	return sensors.Changes{}, nil
}

// SetProfile implements bridge.Archive.
func (emptyArchive) SetProfile(context.Context, string, string) error { return nil }

// Revision implements bridge.Archive.
func (emptyArchive) Revision(context.Context, string) (int64, error) { return 0, nil }

// publishedAtStart returns what a daemon would publish at its start.
func publishedAtStart(
	ctx context.Context, site discovery.Site, documents bool, profiles []bridge.Profile, stored bridge.Stored,
) (recordingPublisher, error) {
	published := recordingPublisher{}
	if stored.Archive == nil {
		stored.Archive = emptyArchive{}
	}
	loop, err := bridge.New(ctx, bridge.Options{
		Site:       site,
		Discovery:  documents,
		Profiles:   profiles,
		Publisher:  published,
		StateStore: stored.State,
		Archive:    stored.Archive,
		Requests:   bridge.NewRequestCounter(),
		Log:        zerolog.Nop(),
	})
	if err != nil {
		return nil, err
	}
	loop.PublishPendingDevices()
	return published, nil
}

// storedDocuments returns the documents that a daemon would publish at start.
func (d discoveryCommand) storedDocuments(
	ctx context.Context, c *config.Config, s *session, site discovery.Site, selected []config.Profile,
) (map[string][]byte, error) {
	stored, done, err := daemon.OpenStored(ctx, c)
	if err != nil {
		return nil, err
	}
	defer done()
	var profiles []bridge.Profile
	for _, p := range selected {
		_, found, err := bridge.LoadStoredAccount(stored.State, p.Slug)
		if err != nil {
			return nil, err
		}
		if !found && !d.All {
			_, _ = fmt.Fprintf(s.Stderr,
				"note: %s has never signed in, so it has no document yet (use --all to preview it)\n",
				p.Name)
		}
		profile := daemon.Profile(c, &p)
		profile.Cloud = idleCloud{}
		profiles = append(profiles, profile)
	}
	published, err := publishedAtStart(ctx, site, true, profiles, stored)
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(published, func(topic string, _ []byte) bool {
		_, ok := site.Tree.DocumentID(topic)
		return !ok
	})
	return published, nil
}

// fullDocument returns a profile's document as if every key had a value.
func (discoveryCommand) fullDocument(
	s *session, site discovery.Site, folder *checkpoint.Folder, p bridge.Profile, push bool,
) (discovery.Document, error) {
	account, found, err := bridge.LoadStoredAccount(folder, p.Slug)
	if err != nil {
		return discovery.Document{}, err
	}
	if !found {
		account.UserID = "USERID"
	}
	var rows []sensors.Sensor
	for _, key := range p.Keys {
		if row, ok := p.Row(key); ok && row.Scope == sensors.ScopeProfile {
			rows = append(rows, row)
		}
	}
	clean, problems := discovery.Validate(discovery.ProfileDocument(site, discovery.Profile{
		Slug:    p.Slug,
		Name:    p.Name,
		UserID:  account.UserID,
		Sensors: rows,
		Push:    push,

		StatisticsButton: p.StatisticsButton,
	}))
	for _, problem := range problems {
		_, _ = fmt.Fprintf(s.Stderr, "omitted: %s\n", problem)
	}
	return clean, nil
}

func (d discoveryCommand) print(s *session, topic string, text []byte) error {
	if d.Pretty {
		var indented bytes.Buffer
		if err := json.Indent(&indented, text, "", "  "); err != nil {
			return fmt.Errorf("printing a document: %w", err)
		}
		text = indented.Bytes()
	}
	s.printf("%s %s\n", topic, text)
	return nil
}
