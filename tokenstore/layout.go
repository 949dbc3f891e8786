package tokenstore

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/withings"
)

// layoutVersion is the version of the file layout; files of others are not
// read.
const layoutVersion = 1

// DamagedError reports a token file that cannot be used and was moved aside.
type DamagedError struct {
	Profile string
	// RenamedTo is the file's new name, "" when it could not be renamed.
	RenamedTo string
	Err       error
}

// Error implements error. It says what to do, and nothing of the content.
func (d *DamagedError) Error() string {
	moved := "it was not moved"
	if d.RenamedTo != "" {
		moved = "it was moved to " + d.RenamedTo
	}
	return fmt.Sprintf("token file of %s is invalid (%v); %s: sign in again with `vitals2mqtt login %s`",
		d.Profile, d.Err, moved, d.Profile)
}

// Unwrap includes withings.ErrNoToken: a sign-in is the remedy.
func (d *DamagedError) Unwrap() []error { return []error{withings.ErrNoToken, d.Err} }

// storedToken is the content of a file, and the only type here that holds
// secrets in plain text.
type storedToken struct {
	Version int       `json:"version"`
	UserID  string    `json:"user_id"`
	Access  string    `json:"access_token"`
	Refresh string    `json:"refresh_token"`
	Expiry  time.Time `json:"expiry"`
	Scopes  []string  `json:"scopes"`
	// Refusals is omitted without any.
	Refusals *storedRefusals `json:"refusals,omitempty"`
}

// storedRefusals are the Withings API's refusals of the refresh token.
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
		Version:  layoutVersion,
		UserID:   t.UserID,
		Access:   t.Access.Reveal(),
		Refresh:  t.Refresh.Reveal(),
		Expiry:   t.Expiry.UTC(),
		Scopes:   t.Scopes,
		Refusals: storedRefusalsOf(t),
	}, "", "  ")
	return append(data, '\n'), err
}

// storedRefusalsOf returns a token's refusals as they are stored, nil for none.
func storedRefusalsOf(t withings.Token) *storedRefusals {
	if t.Refusals == (withings.Refusals{}) {
		return nil
	}
	refused := storedRefusals(t.Refusals)
	refused.First, refused.Last = refused.First.UTC(), refused.Last.UTC()
	return &refused
}

// decode reads a token file's content, and rejects an incomplete one.
func decode(data []byte) (withings.Token, error) {
	var stored storedToken
	if err := json.Unmarshal(data, &stored); err != nil {
		return withings.Token{}, errors.New("invalid JSON") // the decoder's error could quote the content
	}
	switch {
	case stored.Version != layoutVersion:
		return withings.Token{}, fmt.Errorf("unsupported version %d, want %d", stored.Version, layoutVersion)
	case stored.Refresh == "":
		return withings.Token{}, errors.New("missing refresh token")
	case stored.Expiry.UTC().Year() < 0 || stored.Expiry.UTC().Year() > 9999: // could not be encoded again
		return withings.Token{}, errors.New("invalid expiry")
	}
	token := withings.Token{
		UserID:  stored.UserID,
		Access:  secret.New(stored.Access),
		Refresh: secret.New(stored.Refresh),
		Expiry:  stored.Expiry,
		Scopes:  stored.Scopes,
	}
	if stored.Refusals != nil {
		token.Refusals = withings.Refusals(*stored.Refusals)
	}
	return token, nil
}
