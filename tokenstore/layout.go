package tokenstore

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/withings"
)

// layoutVersion of the file's layout; a file of another one is not ours to read.
const layoutVersion = 1

// DamagedError says that a token file cannot be used and was kept aside.
type DamagedError struct {
	Profile string
	// RenamedTo is the file's new name, "" when it could not be renamed.
	RenamedTo string
	Err       error
}

// Error implements error. It says what to do, and nothing of the content.
func (d *DamagedError) Error() string {
	kept := "it stays where it is"
	if d.RenamedTo != "" {
		kept = "it is kept as " + d.RenamedTo
	}
	return fmt.Sprintf("the token file of %s cannot be read (%v); %s: sign in again with `vitals2mqtt login %s`",
		d.Profile, d.Err, kept, d.Profile)
}

// Unwrap tells that a sign-in is what helps.
func (d *DamagedError) Unwrap() []error { return []error{withings.ErrNoToken, d.Err} }

// storedToken is what stands in a file. Secrets print masked everywhere else, so
// they are revealed here and nowhere else in this package.
type storedToken struct {
	Version int       `json:"version"`
	UserID  string    `json:"user_id"`
	Access  string    `json:"access_token"`
	Refresh string    `json:"refresh_token"`
	Expiry  time.Time `json:"expiry"`
	Scopes  []string  `json:"scopes"`
	// Refusals are left out while there are none.
	Refusals *storedRefusals `json:"refusals,omitempty"`
}

// storedRefusals are what the cloud has said against the refresh token.
type storedRefusals struct {
	Count     int       `json:"count"`
	First     time.Time `json:"first"`
	Last      time.Time `json:"last"`
	Withdrawn bool      `json:"withdrawn,omitempty"`
	Final     bool      `json:"final,omitempty"`
	Status    int       `json:"status"`
	Text      string    `json:"text,omitempty"`
}

// encode writes a token file's content.
func encode(t withings.Token) ([]byte, error) {
	data, err := json.MarshalIndent(storedToken{
		Version: layoutVersion, UserID: t.UserID, Access: t.Access.Reveal(), Refresh: t.Refresh.Reveal(),
		Expiry: t.Expiry.UTC(), Scopes: t.Scopes, Refusals: storedRefusalsOf(t),
	}, "", "  ")
	return append(data, '\n'), err
}

// storedRefusalsOf are a token's refusals as they are stored, nil for none.
func storedRefusalsOf(t withings.Token) *storedRefusals {
	if t.Refusals == (withings.Refusals{}) {
		return nil
	}
	refused := storedRefusals(t.Refusals)
	refused.First, refused.Last = refused.First.UTC(), refused.Last.UTC()
	return &refused
}

// decode reads a token file's content, and refuses one that is not whole.
func decode(data []byte) (withings.Token, error) {
	var stored storedToken
	if err := json.Unmarshal(data, &stored); err != nil {
		return withings.Token{}, errors.New("it is not JSON") // json's text could quote the content
	}
	switch {
	case stored.Version != layoutVersion:
		return withings.Token{}, fmt.Errorf("its version is %d, this program reads %d", stored.Version, layoutVersion)
	case stored.Refresh == "":
		return withings.Token{}, errors.New("it has no refresh token")
	case stored.Expiry.UTC().Year() < 0 || stored.Expiry.UTC().Year() > 9999: // could be read but never written
		return withings.Token{}, errors.New("its expiry is no date")
	}
	token := withings.Token{
		UserID: stored.UserID, Access: secret.New(stored.Access), Refresh: secret.New(stored.Refresh),
		Expiry: stored.Expiry, Scopes: stored.Scopes,
	}
	if stored.Refusals != nil {
		token.Refusals = withings.Refusals(*stored.Refusals)
	}
	return token, nil
}
