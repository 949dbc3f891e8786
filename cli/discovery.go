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
	"vitals2mqtt/discovery"
	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

type discoveryCommand struct {
	Profile string `arg:"" optional:"" help:"Only this person."`
	All     bool   `help:"As if every configured key had had a value already."`
	Pretty  bool   `help:"Indent the documents for reading."`
}

// run prints each document behind its topic, the way mosquitto_sub -v would.
func (d discoveryCommand) run(_ context.Context, s *session) error {
	_, c, err := s.load()
	if err != nil {
		return err
	}
	people := c.Withings.Profiles
	if d.Profile != "" {
		person, err := findProfile(c, d.Profile)
		if err != nil {
			return err
		}
		people = []config.Profile{person}
	}
	folder := checkpoint.OpenReadOnly(c.StateDir)
	instance, err := folder.InstanceID()
	if errors.Is(err, fs.ErrNotExist) {
		instance = "00000000"
		_, _ = fmt.Fprintln(s.Stderr, "note: no daemon has run yet; its id, here 00000000, is made at the first start")
	} else if err != nil {
		return err
	}
	site := siteOf(c, instance, s.version())
	kept, err := d.remembered(c, s, site, folder, people)
	if err != nil {
		return err
	}
	own := site.Tree.Document(site.BridgeID())
	if err := d.print(s, own, kept[own]); err != nil { // first, as it is published
		return err
	}
	delete(kept, own)
	for _, p := range people {
		if !d.All {
			break
		}
		document, err := d.everything(s, site, folder, profileOf(c, &p), c.Notifications.PublicURL != "")
		if err != nil {
			return err
		}
		topic := document.Topic(site.Tree)
		delete(kept, topic)
		if err := d.print(s, topic, document.JSON()); err != nil {
			return err
		}
	}
	for _, topic := range slices.Sorted(maps.Keys(kept)) {
		if err := d.print(s, topic, kept[topic]); err != nil {
			return err
		}
	}
	return nil
}

// recorder is a publisher that keeps what it is given.
type recorder map[string][]byte

// Set implements bridge.Publisher.
func (r recorder) Set(topic string, payload []byte) { r[topic] = payload }

// Clear implements bridge.Publisher.
func (recorder) Clear(string) {}

// Send implements bridge.Publisher.
func (recorder) Send(string, []byte) {}

// SendConfirmed implements bridge.Publisher.
func (recorder) SendConfirmed(string, []byte, func()) {}

// Republish implements bridge.Publisher.
func (recorder) Republish() {}

// unasked is a cloud that nobody asks anything.
type unasked struct{ bridge.Cloud }

// State implements bridge.Cloud.
func (unasked) State() withings.AccountState { return withings.AccountState{} }

// remembered returns the documents that a daemon would publish at its start.
func (d discoveryCommand) remembered(
	c *config.Config, s *session, site discovery.Site, folder *checkpoint.Folder, people []config.Profile,
) (map[string][]byte, error) {
	var profiles []bridge.Profile
	for _, p := range people {
		_, found, err := bridge.Recall(folder, p.Slug)
		if err != nil {
			return nil, err
		}
		if !found && !d.All {
			_, _ = fmt.Fprintf(s.Stderr, "note: %s has never been signed in, so there is no document yet (--all shows what it would be)\n",
				p.Name)
		}
		profile := profileOf(c, &p)
		profile.Cloud = unasked{}
		profiles = append(profiles, profile)
	}
	kept := recorder{}
	daemon, err := bridge.New(bridge.Options{
		Site: site, Discovery: true, Profiles: profiles, Publisher: kept, Memory: folder, Requests: bridge.NewBudget(), Log: zerolog.Nop(),
	})
	if err != nil {
		return nil, err
	}
	daemon.Settle()
	maps.DeleteFunc(kept, func(topic string, _ []byte) bool {
		_, ok := site.Tree.DocumentID(topic)
		return !ok
	})
	return kept, nil
}

// everything returns a person's document as if every key had had a value.
func (discoveryCommand) everything(
	s *session, site discovery.Site, folder *checkpoint.Folder, p bridge.Profile, push bool,
) (discovery.Document, error) {
	account, found, err := bridge.Recall(folder, p.Slug)
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
		Slug: p.Slug, Name: p.Name, UserID: account.UserID, Sensors: rows, Push: push,
	}))
	for _, problem := range problems {
		_, _ = fmt.Fprintf(s.Stderr, "left out: %s\n", problem)
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
