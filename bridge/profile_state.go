package bridge

import (
	"slices"
	"time"

	"vitals2mqtt/sensors"
)

// profileState is what a profile keeps across restarts: its account, the
// current readings, the keys that ever had one, the cursors of the endpoints,
// the retained topics, and the events still to be sent.
type profileState struct {
	UserID  string                      `json:"user_id"`
	Sensors *sensors.Store              `json:"state"`
	Cursors map[sensors.Endpoint]cursor `json:"cursors"`
	// Reread is when the recent past was last reread, by endpoint.
	Reread      map[sensors.Endpoint]time.Time `json:"reread,omitempty"`
	Devices     []sensors.Device               `json:"devices,omitempty"` // as last listed
	AbsentSince absences                       `json:"absent,omitempty"`
	// Failing holds the endpoints whose last response was an error.
	Failing map[sensors.Endpoint]endpointFailure `json:"failing,omitempty"`
	Keys    []string                             `json:"keys"` // ever had a value, sorted
	// PushStats describes how notifications arrive.
	PushStats pushStats `json:"notified,omitzero"`
	// Outbox holds the events that the broker has not confirmed.
	Outbox outbox `json:"outbox,omitzero"`
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
		r.Cursors = map[sensors.Endpoint]cursor{}
	}
	if r.Reread == nil {
		r.Reread = map[sensors.Endpoint]time.Time{}
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

// advance moves an endpoint's cursor and reports whether it moved.
func (r *profileState) advance(endpoint sensors.Endpoint, batch sensors.Batch, now time.Time) bool {
	before := r.Cursors[endpoint]
	after := before.advance(batch, now)
	r.Cursors[endpoint] = after
	return after != before
}

// finish records that an endpoint was read to its end, and reports whether that
// changed anything.
func (r *profileState) finish(endpoint sensors.Endpoint, update sensors.Update) bool {
	_, failed := r.Failing[endpoint]
	delete(r.Failing, endpoint)
	if update.Refill {
		// The history may contain values that the deleted ones replaced. It is read
		// again in the next round, without events, like the first time.
		delete(r.Cursors, endpoint)
	}
	return failed || update.Refill
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
