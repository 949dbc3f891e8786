package signin

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"vitals2mqtt/withings"
)

// answerLife is how long somebody may think about whether to replace an account.
// The tokens wait in memory until then: the code they were bought with lives for
// 30 seconds only.
const answerLife = 5 * time.Minute

// ErrUnknownQuestion says that there is nothing to answer.
var ErrUnknownQuestion = errors.New("nobody waits for this answer: it was given before, or more than five minutes have passed; start again")

// OtherAccountError says that a profile was signed in to another account before,
// and that its owner must decide. Nothing was changed.
type OtherAccountError struct {
	// Slug and Name are the profile's.
	Slug, Name string
	question   string
}

// Error implements error.
func (e *OtherAccountError) Error() string {
	return "this is not the account that " + e.Name + " was signed in with before, and nothing was changed"
}

// Question names the decision, for Answer. It is a secret of whoever signs in.
func (e *OtherAccountError) Question() string { return e.question }

// held is a sign-in that waits for an answer.
type held struct {
	profile string
	token   withings.Token
	expiry  *time.Timer // forgets it
}

// Answer ends a sign-in that Finish has left with an OtherAccountError: it stores
// the token, or forgets it. It returns whose sign-in it was.
func (d *Desk) Answer(ctx context.Context, question string, replace bool) (profile string, err error) {
	d.mu.Lock()
	waiting, known := d.held[question]
	delete(d.held, question)
	d.mu.Unlock()
	if !known {
		return "", ErrUnknownQuestion
	}
	waiting.expiry.Stop()
	if !replace {
		return waiting.profile, nil
	}
	return waiting.profile, d.admit(ctx, waiting.profile, waiting.token, true)
}

// hold keeps a token until somebody answers, and returns the question.
func (d *Desk) hold(profile string, token withings.Token) *OtherAccountError {
	question := rand.Text()
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.held) >= maxPending { // each has taken a consent: this is no household
		for other, waiting := range d.held {
			waiting.expiry.Stop()
			delete(d.held, other)
			break
		}
	}
	d.held[question] = held{profile: profile, token: token, expiry: time.AfterFunc(answerLife, func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.held, question)
	})}
	return &OtherAccountError{Slug: profile, Name: d.name(profile), question: question}
}

// former is the account that a profile was signed in with last, "" for none.
func (d *Desk) former(ctx context.Context, profile string) (string, error) {
	token, err := d.options.Store.Load(ctx, profile)
	switch {
	case err == nil && token.UserID != "":
		return token.UserID, nil
	case err != nil && !errors.Is(err, withings.ErrNoToken):
		return "", fmt.Errorf("looking which account was signed in before: %w", err)
	case d.options.Remembered == nil:
		return "", nil
	}
	user, err := d.options.Remembered(profile)
	if err != nil {
		return "", fmt.Errorf("looking which account was signed in before: %w", err)
	}
	return user, nil
}

func (d *Desk) name(profile string) string {
	for _, p := range d.options.Profiles {
		if p.Slug == profile {
			return p.Name
		}
	}
	return profile
}
