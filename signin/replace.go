package signin

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"vitals2mqtt/withings"
)

// replacementLifetime is how long somebody may think about whether to replace an account.
// The tokens wait in memory until then: the code they were bought with lives for
// 30 seconds only.
const replacementLifetime = 5 * time.Minute

// ErrUnknownConfirmation says that there is nothing to answer.
var ErrUnknownConfirmation = errors.New("this confirmation was already used or has expired (5 minutes): start again")

// OtherAccountError says that a profile was signed in to another account before,
// and that its owner must decide. Nothing was changed.
type OtherAccountError struct {
	// Slug and Name are the profile's.
	Slug, Name     string
	confirmationID string
}

// Error implements error.
func (e *OtherAccountError) Error() string {
	return "this account differs from the one " + e.Name + " was signed in with; nothing changed"
}

// ConfirmationID names the decision, for Confirm. It is a secret of whoever signs in.
func (e *OtherAccountError) ConfirmationID() string { return e.confirmationID }

// replacement is a sign-in that waits for an answer.
type replacement struct {
	profile     string
	token       withings.Token
	expiryTimer *time.Timer // forgets it
}

// Confirm ends a sign-in that Finish has left with an OtherAccountError: it stores
// the token, or forgets it. It returns whose sign-in it was.
func (d *Service) Confirm(ctx context.Context, confirmationID string, replace bool) (profile string, err error) {
	d.mu.Lock()
	waiting, known := d.replacements[confirmationID]
	delete(d.replacements, confirmationID)
	d.mu.Unlock()
	if !known {
		return "", ErrUnknownConfirmation
	}
	waiting.expiryTimer.Stop()
	if !replace {
		return waiting.profile, nil
	}
	return waiting.profile, d.checkAndStore(ctx, waiting.profile, waiting.token, true)
}

// awaitConfirmation keeps a token until Confirm is called.
func (d *Service) awaitConfirmation(profile string, token withings.Token) *OtherAccountError {
	confirmationID := rand.Text()
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.replacements) >= maxLinks { // each has taken a consent: this is no household
		for other, waiting := range d.replacements {
			waiting.expiryTimer.Stop()
			delete(d.replacements, other)
			break
		}
	}
	d.replacements[confirmationID] = replacement{profile: profile, token: token, expiryTimer: time.AfterFunc(replacementLifetime, func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.replacements, confirmationID)
	})}
	return &OtherAccountError{Slug: profile, Name: d.profileName(profile), confirmationID: confirmationID}
}

// previousAccount is the account that a profile was signed in with last, "" for none.
func (d *Service) previousAccount(ctx context.Context, profile string) (string, error) {
	token, err := d.options.Store.Load(ctx, profile)
	switch {
	case err == nil && token.UserID != "":
		return token.UserID, nil
	case err != nil && !errors.Is(err, withings.ErrNoToken):
		return "", fmt.Errorf("reading the previous account: %w", err)
	case d.options.LastAccount == nil:
		return "", nil
	}
	user, err := d.options.LastAccount(profile)
	if err != nil {
		return "", fmt.Errorf("reading the previous account: %w", err)
	}
	return user, nil
}

func (d *Service) profileName(profile string) string {
	for _, p := range d.options.Profiles {
		if p.Slug == profile {
			return p.Name
		}
	}
	return profile
}
