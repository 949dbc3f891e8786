package bridge

import (
	"errors"

	"github.com/rs/zerolog"

	"vitals2mqtt/withings"
)

// outcomeLog remembers how the last round ended, so that only changes are
// logged above debug level: a day-long outage must not fill the log.
type outcomeLog struct{ last string }

// outcome is how a round ended.
type outcome struct {
	err error
	// failing summarizes the failing endpoints, "" for none.
	failing string
	// applicationOnly says that everything fails because the application is
	// refused.
	applicationOnly bool
}

// record records an outcome and returns the failures of the one before.
func (l *outcomeLog) record(o outcome) (before string) {
	before = l.last
	if !o.applicationOnly {
		l.last = o.failing
	}
	return before
}

// logOutcome logs an outcome, given the failures before it. command is how to
// sign the profile in.
func logOutcome(log zerolog.Logger, before string, o outcome, command, signInURL string) {
	switch {
	case o.applicationOnly:
		log.Debug().Err(o.err).Msg("client id and secret refused")
	case before == o.failing && o.err == nil:
		log.Debug().Msg("sync succeeded")
	case before == o.failing:
		log.Debug().Err(o.err).Msg("sync still failing")
	case o.failing == "":
		log.Info().Msg("sync recovered")
	case o.err == nil:
		log.Info().Msg("recovered; refused endpoints will be retried in 24 h")
	case errors.Is(o.err, withings.ErrSignIn):
		log.Error().Str("command", command).Str("sign_in", signInURL).Msg("sign-in needed")
	default:
		log.Warn().Err(o.err).Str("failing", o.failing).Msg("sync failed")
	}
}
