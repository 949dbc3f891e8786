package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"vitals2mqtt/bridge"
	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/discovery"
	"vitals2mqtt/sensors"
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
	instance, err := folder.Instance()
	if errors.Is(err, fs.ErrNotExist) {
		instance = "00000000"
		_, _ = fmt.Fprintln(s.Stderr, "note: no daemon has run yet; its id, here 00000000, is made at the first start")
	} else if err != nil {
		return err
	}
	site := siteOf(c, instance, s.version())
	documents := []discovery.Document{discovery.Bridge(site)}
	for _, p := range people {
		document, found, err := d.document(site, folder, p)
		if err != nil {
			return err
		}
		if found {
			documents = append(documents, document)
			continue
		}
		_, _ = fmt.Fprintf(s.Stderr, "note: %s has never been signed in, so there is no document yet (--all shows what it would be)\n",
			p.Name)
	}
	for _, document := range documents {
		if err := d.print(s, site, document); err != nil {
			return err
		}
	}
	return nil
}

func (d discoveryCommand) document(site discovery.Site, folder *checkpoint.Folder, p config.Profile) (discovery.Document, bool, error) {
	account, found, err := bridge.Recall(folder, p.Slug)
	if err != nil {
		return discovery.Document{}, false, err
	}
	keys := account.Keys
	if d.All {
		keys = p.Measurements
	}
	if !found && d.All {
		account.UserID, found = "USERID", true
	}
	var rows []sensors.Sensor
	for _, key := range keys {
		if row, ok := sensors.Lookup(key); ok && (d.All || slices.Contains(p.Measurements, row.Key)) {
			rows = append(rows, row)
		}
	}
	return discovery.Person(site, discovery.Profile{Slug: p.Slug, Name: p.Name, UserID: account.UserID, Sensors: rows}), found, nil
}

func (d discoveryCommand) print(s *session, site discovery.Site, document discovery.Document) error {
	clean, problems := discovery.Validate(document)
	for _, problem := range problems {
		_, _ = fmt.Fprintf(s.Stderr, "left out: %s\n", problem)
	}
	text := clean.JSON()
	if d.Pretty {
		var indented bytes.Buffer
		if err := json.Indent(&indented, text, "", "  "); err != nil {
			return fmt.Errorf("printing a document: %w", err)
		}
		text = indented.Bytes()
	}
	s.printf("%s %s\n", clean.Topic(site.Tree), text)
	return nil
}
