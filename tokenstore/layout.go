// SPDX-License-Identifier: MIT

package tokenstore

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/withings"
)

// layoutVersion is the version of the file layout. Files of other versions are
// not read; later ones are not changed either.
const layoutVersion = 1

// DamagedError reports a token file that cannot be used and was moved aside.
type DamagedError = withings.DamagedTokenError

// NewerError reports a token file that a newer version of the program wrote.
type NewerError = withings.NewerTokenError

// errNewerLayout is the error of decode for a file of a later layout version.
type errNewerLayout int

func (e errNewerLayout) Error() string { return fmt.Sprintf("layout version %d", int(e)) }

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
	var layout struct {
		Version int `json:"version"`
	}
	// The rest of a later layout may have other types.
	if err := json.Unmarshal(data, &layout); err == nil && layout.Version > layoutVersion {
		return withings.Token{}, errNewerLayout(layout.Version)
	}
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
