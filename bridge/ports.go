package bridge

import "time"

// Publisher publishes to the broker. No method blocks.
type Publisher interface {
	// Set publishes a retained payload.
	Set(topic string, payload []byte)
	// Clear removes the retained payload of a topic.
	Clear(topic string)
	// Send publishes a message that is not retained.
	Send(topic string, payload []byte)
	// SendConfirmed publishes a message that must arrive. confirmed is called
	// once the broker has acknowledged it, never from within SendConfirmed.
	SendConfirmed(topic string, payload []byte, confirmed func())
	// Republish sends every retained payload again.
	Republish()
}

// StateStore stores what must survive a restart, by profile.
type StateStore interface {
	Load(profile string, into any) (found bool, err error)
	Save(profile string, value any) error
	// Profiles lists the slugs that have stored state.
	Profiles() ([]string, error)
}

// Schedule computes when the next poll is due.
type Schedule interface {
	Next(after time.Time) time.Time
}
