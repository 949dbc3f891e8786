// SPDX-License-Identifier: MIT

package bridge

import (
	"sync"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/discovery"
	"vitals2mqtt/sensors"
)

// shared is what all profiles of a bridge use. Locks are taken in the order
// poller, devices, documents, ledger.
type shared struct {
	site      discovery.Site
	publisher Publisher
	store     StateStore
	archive   Archive
	published func(profile string)
	log       zerolog.Logger
	startedAt time.Time

	ledger    *ledgerStore
	documents *announcer
	devices   *deviceAnnouncer

	stop          *stopSignal
	saveSlots     chan struct{} // limits concurrent saves
	healthChanged signal

	unknown unknownLog
	leftOut leftOutLog
}

// unknownLog warns once about each number that is in no table.
type unknownLog struct{ warned sync.Map } // by sensors.Unknown

func (l *unknownLog) warn(log zerolog.Logger, slug string, unknown []sensors.Unknown) {
	for _, u := range unknown {
		if _, warned := l.warned.LoadOrStore(u, true); !warned {
			log.Warn().Str("profile", slug).Str("kind", string(u.Kind)).Int64("number", u.Number).
				Msg("unknown number in Withings response; its values keep the number")
		}
	}
}
