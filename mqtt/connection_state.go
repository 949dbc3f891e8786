// SPDX-License-Identifier: MIT

package mqtt

import (
	"errors"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/internal/failure"
)

// connectionState is what is known about the connection.
type connectionState struct {
	clientID, server string
	log              zerolog.Logger
	changed          changeSignal

	mu                sync.Mutex
	status            Status
	lastLoggedFailure error     // the kind of failure that was logged last
	conflictSince     time.Time // when another client began to use our client id
}

func (s *connectionState) snapshot() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status
}

func (s *connectionState) recordConnected() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status.Connected, s.status.EverConnected = true, true
	s.status.NotAuthorized, s.status.LastError, s.status.Since = false, "", time.Time{}
	s.lastLoggedFailure = nil
	s.changed.raise()
	s.log.Info().Str("broker", s.server).Msg("connected to broker")
}

func (s *connectionState) recordClosed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status.Connected = false
	s.lostLocked()
}

// lostLocked records when the connection was lost. A birth message during that
// time would not be noticed, and one that is retained arrives again. s.mu must be
// held.
func (s *connectionState) lostLocked() {
	s.status.BirthOffline, s.status.BirthSince = false, time.Time{}
	if s.status.Since.IsZero() {
		s.status.Since = time.Now()
	}
	s.changed.raise()
}

// recordBirth records a message on the birth topic.
func (s *connectionState) recordBirth(offline bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.status.BirthOffline != offline {
		s.status.BirthOffline, s.status.BirthSince = offline, time.Now()
		s.changed.raise()
	}
}

// recordFailure records why there is no connection, and logs it if the last
// failure was of another kind.
func (s *connectionState) recordFailure(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		err = errConnectionLost
	}
	// Texts differ by port numbers: only another kind of failure is worth logging.
	kind := err
	for _, known := range []error{ErrNotAuthorized, ErrUnreachable, errConnectionLost} {
		if errors.Is(err, known) {
			kind = known
		}
	}
	if s.lastLoggedFailure == nil || !errors.Is(kind, s.lastLoggedFailure) {
		code := "broker_unreachable"
		if errors.Is(err, ErrNotAuthorized) {
			code = "broker_refused"
		}
		s.log.Error().Str("code", code).Err(err).Str("broker", s.server).
			Msg("broker connection failed; publishing resumes after reconnect")
	}
	s.lastLoggedFailure = kind
	s.status.Connected, s.status.LastError = false, failure.CauseOf(err).Text
	if errors.Is(err, ErrNotAuthorized) {
		s.status.LastError = ErrNotAuthorized.Error()
	}
	s.lostLocked()
	s.status.NotAuthorized = errors.Is(err, ErrNotAuthorized)
}

// recordConflict records that connections end as when another client uses our
// client id.
func (s *connectionState) recordConflict() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conflictSince = time.Now()
	s.changed.raise()
	s.log.Error().Str("code", "client_id_in_use").Str("client_id", s.clientID).
		Msg("broker closes every connection immediately; client id may be in use")
}

func (s *connectionState) clearConflict() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conflictSince = time.Time{}
}

// problem describes a conflict about the client id.
func (s *connectionState) problem() (p Problem, exists bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Problem{
		Code: "client_id_in_use",
		Text: "the broker closes every connection within seconds, as when another client uses client id " + s.clientID,
		Remedy: "if another program uses it, set a different mqtt.client_id for one of them; " +
			"otherwise the broker's log has the reason",
		Since: s.conflictSince,
	}, !s.conflictSince.IsZero()
}
