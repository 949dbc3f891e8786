package bridge

import (
	"sync"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/health"
)

// healthReporter logs what changes in the verdict, so that a day-long outage is
// two lines.
type healthReporter struct {
	log zerolog.Logger

	mu   sync.Mutex
	last health.Verdict // the last one that was reported
	made health.Verdict // the last one that was made
}

// complete adds since when findings exist, where no part reports it.
func (r *healthReporter) complete(verdict health.Verdict, now time.Time) health.Verdict {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.made = verdict.Since(r.made, toSeconds(now))
	return r.made
}

// report logs the differences to the last verdict.
func (r *healthReporter) report(verdict health.Verdict) {
	r.mu.Lock()
	changes := health.Changes(r.last, verdict)
	r.last = verdict
	r.mu.Unlock()
	for _, change := range changes {
		logChange(r.log, change)
	}
}

func logChange(log zerolog.Logger, change health.Change) {
	line := log.Error()
	switch {
	case change.Subject == health.MQTTBroker && change.Code != health.CodeEmbeddedBroker:
		line = log.Debug() // package mqtt has logged it at once
	case change.Ended:
		line = log.Info()
	case change.Level == health.Attention:
		line = log.Warn()
	}
	line = line.Str("code", string(change.Code))
	if change.Profile != "" {
		line = line.Str("profile", change.Profile)
	}
	if !change.Since.IsZero() && change.Ended {
		line = line.Time("since", change.Since)
	}
	if !change.Ended {
		line = line.Str("problem", change.Text)
		if change.Remedy != "" {
			line = line.Str("remedy", change.Remedy)
		}
	}
	line.Msg(change.Message)
}
