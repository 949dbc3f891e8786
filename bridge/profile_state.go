// SPDX-License-Identifier: MIT

package bridge

import (
	"encoding/json"
	"slices"

	"vitals2mqtt/sensors"
)

// profileState is what is known of a profile: what the archive has, and what is
// not measured and so kept as JSON.
type profileState struct {
	// Sensors and Cursors come from the archive.
	Sensors *sensors.Store                      `json:"-"`
	Cursors map[sensors.Endpoint]sensors.Cursor `json:"-"`
	// Outbox holds the events that the broker has not confirmed; the archive knows
	// their records.
	Outbox outbox `json:"-"`
	// Former is what a version without an archive knew.
	Former json.RawMessage `json:"state,omitempty"`
	// FormerOutbox is that of a version without an archive.
	FormerOutbox formerOutbox `json:"outbox,omitzero"`
	// EventsDropped counts the events that did not fit, for the current account.
	EventsDropped int `json:"events_dropped,omitempty"`

	UserID      string           `json:"user_id"`
	Devices     []sensors.Device `json:"devices,omitempty"` // as last listed
	AbsentSince absences         `json:"absent,omitempty"`
	// Failing holds the endpoints whose last response was an error.
	Failing map[sensors.Endpoint]endpointFailure `json:"failing,omitempty"`
	Keys    []string                             `json:"keys"` // ever had a value, sorted
	// PushStats describes how notifications arrive.
	PushStats pushStats `json:"notified,omitzero"`
	// LeftOut is what was received and is not used.
	LeftOut map[sensors.Kind][]sensors.LeftOut `json:"left_out,omitempty"`
	retainedLedger
}

func newProfileState() profileState {
	r := profileState{Sensors: sensors.NewStore()}
	r.initMaps()
	return r
}

// initMaps creates the maps that the stored state lacks.
func (r *profileState) initMaps() {
	if r.Cursors == nil {
		r.Cursors = map[sensors.Endpoint]sensors.Cursor{}
	}
	if r.AbsentSince == nil {
		r.AbsentSince = absences{}
	}
	if r.Failing == nil {
		r.Failing = map[sensors.Endpoint]endpointFailure{}
	}
}

// isBackfilled reports whether the history of an endpoint has been read.
func (r *profileState) isBackfilled(endpoint sensors.Endpoint) bool {
	return r.Cursors[endpoint].Backfilled
}

// wantsSeries reports whether the series of a night still has to be fetched.
func (r *profileState) wantsSeries() bool {
	_, wanted := r.Sensors.NextSeries()
	return wanted
}

// purge deletes everything but the devices and the topics to clear, and reports
// whether there was anything else.
func (r *profileState) purge() bool {
	known := r.UserID != "" || len(r.Topics)+len(r.Keys)+len(r.Cursors) > 0
	for _, topic := range slices.Clone(r.Topics) {
		r.Remove(topic)
	}
	fresh := newProfileState()
	fresh.retainedLedger, fresh.Devices = r.retainedLedger, r.Devices
	fresh.Outbox.sending = r.Outbox.sending // the next event waits for it
	*r = fresh
	return known
}
