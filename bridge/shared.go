package bridge

import (
	"sync"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/discovery"
	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// shared is what all profiles of a bridge use. Locks are taken in the order
// poller, devices, documents, ledger.
type shared struct {
	site      discovery.Site
	publisher Publisher
	store     StateStore
	log       zerolog.Logger
	startedAt time.Time

	ledger    *ledgerStore
	documents *announcer
	devices   *deviceAnnouncer

	stop          *stopSignal
	saveSlots     chan struct{} // limits concurrent saves
	healthChanged signal

	unknown     unknownLog
	leftOut     leftOutLog
	application applicationLog
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

// applicationLog logs once for all profiles that the application is refused or
// accepted again, because every profile gets the same refusal.
type applicationLog struct {
	mu      sync.Mutex
	refused map[string]bool // by slug
}

// report records whether the application is refused for a profile.
func (l *applicationLog) report(log zerolog.Logger, slug string, refused bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := len(l.refused) > 0
	if refused {
		if l.refused == nil {
			l.refused = map[string]bool{}
		}
		l.refused[slug] = true
	} else {
		delete(l.refused, slug)
	}
	switch now := len(l.refused) > 0; {
	case now == before:
	case now:
		log.Error().Str("problem", ProblemApplicationCredentials).Str("remedy", withings.ApplicationRemedy).
			Msg(withings.ErrApplication.Error())
	default:
		log.Info().Str("problem", ProblemApplicationCredentials).Msg("client id and secret accepted again")
	}
}
