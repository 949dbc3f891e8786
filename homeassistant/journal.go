// SPDX-License-Identifier: MIT

package homeassistant

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"strings"
	"time"

	"vitals2mqtt/internal/atomicfile"
)

// Span is where an entity's own statistics were written: all hours from ≤ t <
// before. Those from Before on are Home Assistant's.
type Span struct {
	From   time.Time `json:"from"`
	Before time.Time `json:"before"`
}

// Journal remembers, by the unique id of the entity, where its own statistics
// were written: Home Assistant does not tell imported rows from others.
type Journal struct{ path string }

// NewJournal returns the journal in a file, which need not exist.
func NewJournal(path string) Journal { return Journal{path} }

// journalFile is the content of the file.
type journalFile struct {
	Entities map[string]Span `json:"entities"`
}

func (j Journal) load() (map[string]Span, error) {
	data, err := atomicfile.Read(j.path)
	if errors.Is(err, fs.ErrNotExist) {
		return map[string]Span{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading which statistics were imported: %w", err)
	}
	var file journalFile
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("reading which statistics were imported: %s is damaged: %w", j.path, err)
	}
	if file.Entities == nil {
		file.Entities = map[string]Span{}
	}
	return file.Entities, nil
}

// Spans returns what was written.
func (j Journal) Spans() (map[string]Span, error) { return j.load() }

// Put remembers where an entity's statistics are written, before they are.
func (j Journal) Put(uniqueID string, s Span) error {
	return j.change(func(known map[string]Span) { known[uniqueID] = s })
}

// Delete forgets an entity.
func (j Journal) Delete(uniqueID string) error {
	return j.change(func(known map[string]Span) { delete(known, uniqueID) })
}

// DeletePrefix forgets all entities whose unique id begins so.
func (j Journal) DeletePrefix(prefix string) error {
	return j.change(func(known map[string]Span) {
		maps.DeleteFunc(known, func(id string, _ Span) bool { return strings.HasPrefix(id, prefix) })
	})
}

// change writes the file if that changes something, and removes an empty one.
func (j Journal) change(apply func(map[string]Span)) error {
	known, err := j.load()
	if err != nil {
		return err
	}
	before := maps.Clone(known)
	apply(known)
	switch {
	case maps.Equal(known, before):
		return nil
	case len(known) == 0:
		return atomicfile.Remove(j.path)
	}
	data, err := json.MarshalIndent(journalFile{known}, "", "  ")
	if err != nil {
		return fmt.Errorf("remembering which statistics were imported: %w", err)
	}
	if err := atomicfile.Write(j.path, append(data, '\n')); err != nil {
		return fmt.Errorf("remembering which statistics were imported: %w", err)
	}
	return nil
}
