// SPDX-License-Identifier: MIT

package bridge

import (
	"sync"

	"github.com/rs/zerolog"

	"vitals2mqtt/sensors"
)

// leftOutLog logs once for each profile, kind of record and reason that
// something is left out. Health counts all of it.
type leftOutLog struct{ logged sync.Map } // by leftOutKey

type leftOutKey struct {
	slug   string
	kind   sensors.Kind
	reason sensors.LeftOutReason
}

// report logs the reasons that are new. Ordinary ones, such as a second source
// of the same steps, are of no interest to most users.
func (l *leftOutLog) report(log zerolog.Logger, slug string, counts map[sensors.Kind]map[sensors.LeftOutReason]int) {
	for kind, reasons := range counts {
		for reason, count := range reasons {
			if _, logged := l.logged.LoadOrStore(leftOutKey{slug, kind, reason}, true); logged {
				continue
			}
			level := zerolog.InfoLevel
			if reason.IsOrdinary() {
				level = zerolog.DebugLevel
			}
			log.WithLevel(level).Str("profile", slug).Str("kind", string(kind)).Str("reason", string(reason)).
				Int("count", count).Msg("records left out (further ones are counted, not logged)")
		}
	}
}
