package bridge

import "github.com/rs/zerolog"

// publishLog collects what has changed among the published values of a profile
// until it is logged, in one line.
type publishLog struct {
	changed, removed int // values
	devices          bool
}

// published is how much a profile has published.
type published struct{ values, devices int }

// add records values that were published with a change, or removed.
func (l *publishLog) add(changed, removed int) {
	l.changed += changed
	l.removed += removed
}

// flush logs the changes since the last time, if there are any. total is called
// only then.
func (l *publishLog) flush(log zerolog.Logger, slug, reason string, total func() published) {
	changes := *l
	*l = publishLog{}
	if changes == (publishLog{}) {
		return
	}
	now := total()
	line := log.Info().Str("profile", slug).Str("reason", reason).Int("values", now.values).
		Int("devices", now.devices).Int("changed", changes.changed)
	if changes.removed > 0 {
		line = line.Int("removed", changes.removed)
	}
	line.Msg("values published")
}
