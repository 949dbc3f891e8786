// SPDX-License-Identifier: MIT

package bridge

import "github.com/rs/zerolog"

// publishLog collects what has changed among the published values of a profile
// until it is logged, in one line.
type publishLog struct {
	changed, removed map[string]bool // keys; one may change several times
	devices          bool
}

// published is how much a profile has published.
type published struct{ values, devices int }

// add records the keys whose values were published with a change, or removed.
func (l *publishLog) add(changed, removed []string) {
	if l.changed == nil {
		l.changed, l.removed = map[string]bool{}, map[string]bool{}
	}
	for _, key := range changed {
		l.changed[key] = true
		delete(l.removed, key)
	}
	for _, key := range removed {
		l.removed[key] = true
		delete(l.changed, key)
	}
}

// flush logs the changes since the last time, and reports whether there are
// any. total is called only then.
func (l *publishLog) flush(log zerolog.Logger, slug, reason string, total func() published) (changed bool) {
	changes := *l
	*l = publishLog{}
	if len(changes.changed)+len(changes.removed) == 0 && !changes.devices {
		return false
	}
	now := total()
	line := log.Info().Str("profile", slug).Str("reason", reason).Int("values", now.values).
		Int("devices", now.devices).Int("changed", len(changes.changed))
	if len(changes.removed) > 0 {
		line = line.Int("removed", len(changes.removed))
	}
	line.Msg("values published")
	return true
}
