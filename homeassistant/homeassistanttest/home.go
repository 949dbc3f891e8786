// SPDX-License-Identifier: MIT

// Package homeassistanttest is a stand-in for Home Assistant's websocket API on
// loopback, with the rules of its recorder. It knows nothing but statistics.
package homeassistanttest

import (
	"encoding/json"
	"maps"
	"net/http/httptest"
	"slices"
	"sync"
	"time"
)

// Entity is an entry of the entity registry.
type Entity struct {
	ID       string  `json:"entity_id"`
	UniqueID string  `json:"unique_id"`
	Platform string  `json:"platform"`
	Disabled *string `json:"disabled_by"`
}

// Row is an hour of a statistic.
type Row struct {
	Mean  *float64 `json:"mean"`
	Min   *float64 `json:"min"`
	Max   *float64 `json:"max"`
	State *float64 `json:"state"`
	Sum   *float64 `json:"sum"`
	Reset string   `json:"-"`
}

// Statistic is a statistic with its hours.
type Statistic struct {
	ID        string        `json:"statistic_id"`
	Source    string        `json:"source"`
	Name      *string       `json:"name"`
	HasSum    bool          `json:"has_sum"`
	HasMean   bool          `json:"has_mean"`
	MeanType  int           `json:"mean_type"`
	Unit      *string       `json:"statistics_unit_of_measurement"`
	UnitClass *string       `json:"unit_class"`
	Rows      map[int64]Row `json:"-"` // by the unix second that the hour begins with
}

// Home is the stand-in. Set its knobs before it is used, or by Set.
type Home struct {
	Token   string
	Version string
	// NotAdmin, NoRange and Stopped are a user without rights, a version that
	// clears only whole statistics, and a recorder that does nothing.
	NotAdmin, NoRange, Stopped bool
	// Backlog is what the recorder has to do in its next answers.
	Backlog []int
	// Loses drops rows that it has accepted.
	Loses func(start time.Time) bool
	// Breaks ends the connection at the command with this number, once; Answerless
	// does so after it has carried that command out.
	Breaks, Answerless int
	// Imported is called after each import of rows, for a recorder that stops then.
	Imported func(h *Home)

	mu       sync.Mutex
	entities []Entity
	known    map[string]*Statistic
	commands []string
	imports  []json.RawMessage
	server   *httptest.Server
	pipes    *pipes // of StartPiped
}

// URL is its address as users know it.
func (h *Home) URL() string { return h.server.URL }

// Set sets knobs while it is used.
func (h *Home) Set(knobs func(h *Home)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	knobs(h)
}

// Add adds an entity with its own statistics, unless s is nil.
func (h *Home) Add(e Entity, s *Statistic) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.entities = append(h.entities, e)
	if s != nil {
		s.ID, s.Source = e.ID, "recorder"
		if s.Rows == nil {
			s.Rows = map[int64]Row{}
		}
		h.known[e.ID] = s
	}
}

// Rename gives an entity another id, together with its statistics.
func (h *Home) Rename(from, to string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range h.entities {
		if h.entities[i].ID == from {
			h.entities[i].ID = to
		}
	}
	if s, ok := h.known[from]; ok {
		delete(h.known, from)
		s.ID = to
		h.known[to] = s
	}
}

// Statistic returns a copy of a statistic, nil when there is none.
func (h *Home) Statistic(id string) *Statistic {
	h.mu.Lock()
	defer h.mu.Unlock()
	s, ok := h.known[id]
	if !ok {
		return nil
	}
	c := *s
	c.Rows = maps.Clone(s.Rows)
	return &c
}

// Commands returns how often a command came.
func (h *Home) Commands(name string) (count int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.commands {
		if c == name {
			count++
		}
	}
	return count
}

// Imports returns the messages that import statistics.
func (h *Home) Imports() []json.RawMessage {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.imports)
}

// refusal is why a command fails.
type refusal struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}
