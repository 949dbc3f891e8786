// SPDX-License-Identifier: MIT

package signin

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"vitals2mqtt/withings"
)

// replacementLifetime is how long a replacement may wait for its confirmation.
// Its token waits in memory, because the code expires after 30 seconds.
const replacementLifetime = 5 * time.Minute

// OtherAccountError reports that the account differs from the previous one of
// the profile, and that the replacement needs a confirmation.
type OtherAccountError struct {
	// Slug and Name are the profile's.
	Slug, Name     string
	confirmationID string
}

// Error implements error.
func (e *OtherAccountError) Error() string {
	return "this account differs from the one " + e.Name + " was signed in with; nothing changed"
}

// ConfirmationID identifies the replacement, for Confirm. It is a secret.
func (e *OtherAccountError) ConfirmationID() string { return e.confirmationID }

// replacement is a sign-in that waits for its confirmation.
type replacement struct {
	profile     string
	token       withings.Token
	expiryTimer *time.Timer // discards it
}

// Confirm ends a sign-in that Finish has left with an OtherAccountError: it
// stores the token, or discards it. It returns the profile of the sign-in.
func (s *Service) Confirm(ctx context.Context, confirmationID string, replace bool) (profile string, err error) {
	s.mu.Lock()
	waiting, known := s.replacements[confirmationID]
	delete(s.replacements, confirmationID)
	s.mu.Unlock()
	if !known {
		return "", ErrUnknownConfirmation
	}
	waiting.expiryTimer.Stop()
	if !replace {
		return waiting.profile, nil
	}
	return waiting.profile, s.checkAndStore(ctx, waiting.profile, waiting.token, true)
}

// awaitConfirmation keeps a token until Confirm is called.
func (s *Service) awaitConfirmation(profile string, token withings.Token) *OtherAccountError {
	confirmationID := rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.replacements) >= maxLinks { // more than any real use
		for other, waiting := range s.replacements {
			waiting.expiryTimer.Stop()
			delete(s.replacements, other)
			break
		}
	}
	expiryTimer := time.AfterFunc(replacementLifetime, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.replacements, confirmationID)
	})
	s.replacements[confirmationID] = replacement{profile: profile, token: token, expiryTimer: expiryTimer}
	return &OtherAccountError{Slug: profile, Name: s.profileName(profile), confirmationID: confirmationID}
}

// previousAccount is the account that a profile was signed in with last, "" for
// none.
func (s *Service) previousAccount(ctx context.Context, profile string) (string, error) {
	token, err := s.options.Store.Load(ctx, profile)
	switch {
	case err == nil && token.UserID != "":
		return token.UserID, nil
	case err != nil && !errors.Is(err, withings.ErrNoToken):
		return "", fmt.Errorf("reading the previous account: %w", err)
	case s.options.LastAccount == nil:
		return "", nil
	}
	user, err := s.options.LastAccount(profile)
	if err != nil {
		return "", fmt.Errorf("reading the previous account: %w", err)
	}
	return user, nil
}

func (s *Service) profileName(profile string) string {
	for _, p := range s.options.Profiles {
		if p.Slug == profile {
			return p.Name
		}
	}
	return profile
}
