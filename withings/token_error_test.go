// SPDX-License-Identifier: MIT

package withings_test

import (
	"errors"
	"testing"
	"time"

	"vitals2mqtt/withings"
)

// The reason stays as long as the token cannot be read, also while the one in
// memory works.
func TestUnreadableTokenIsReported(t *testing.T) {
	t.Parallel()
	runHarness(t, time.Hour, func(s *harness) {
		t := s.t
		for _, reason := range []error{
			&withings.NewerTokenError{Profile: profile, File: "token.json", Version: 2, Supported: 1},
			&withings.DamagedTokenError{Profile: profile, RenamedTo: "token.json.broken-1", Err: errors.New("invalid JSON")},
			errors.New("disk on fire"),
		} {
			s.store.set(func(s *memoryStore) { s.loadErr = reason })
			for range 2 {
				_ = s.fetch(t)
				if got := s.account.State().TokenError; !errors.Is(got, reason) {
					t.Errorf("the account reports %v, want %v", got, reason)
				}
			}
			s.store.set(func(s *memoryStore) { s.loadErr = nil })
			if err := s.fetch(t); err != nil || s.account.State().TokenError != nil {
				t.Errorf("with a readable token: %v, the account reports %v", err, s.account.State().TokenError)
			}
		}
		s.store.set(func(s *memoryStore) { s.empty = true })
		if err := s.fetch(t); !errors.Is(err, withings.ErrSignIn) || s.account.State().TokenError != nil {
			t.Errorf("without a token: %v, the account reports %v", err, s.account.State().TokenError)
		}
	})
}
