// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
	"fmt"
	"slices"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// Stored is what is stored of the profiles, for commands while no daemon can be
// asked. It changes nothing.
type Stored struct {
	State   StateStore
	Archive Archive // nil when there is none yet
}

// StoredAccount is what a profile's discovery document depends on.
type StoredAccount struct {
	UserID string
	// Keys are the sensors that ever had a value, sorted.
	Keys []string
}

// LoadStoredAccount reads the account of a profile from its stored state. It
// returns false if the profile never signed in.
func LoadStoredAccount(m StateStore, slug string) (StoredAccount, bool, error) {
	state := newProfileState()
	found, err := m.Load(slug, &state)
	if err != nil || !found || state.UserID == "" {
		return StoredAccount{}, false, err
	}
	return StoredAccount{UserID: state.UserID, Keys: state.Keys}, true, nil
}

// load reads what is stored of a profile.
func (s Stored) load(ctx context.Context, profile Profile) (state profileState, found bool, err error) {
	state = newProfileState()
	if found, err = s.State.Load(profile.Slug, &state); err != nil || !found {
		return newProfileState(), false, err
	}
	state.initMaps()
	state.Sensors.RestoreLeftOut(state.LeftOut)
	if s.Archive == nil || state.UserID == "" {
		return state, true, nil
	}
	o := sensors.ApplyOptions{Policy: profile.Policy, Now: time.Now(), Zone: profile.Zone, Extra: profile.Extra}
	_, err = state.loadRecords(ctx, s.Archive, profile, o)
	return state, true, err
}

// LeftOut returns the counts of a profile; none without stored state.
func (s Stored) LeftOut(ctx context.Context, profile Profile) (LeftOut, error) {
	state, found, err := s.load(ctx, profile)
	if err != nil || !found {
		return nil, err
	}
	return state.Sensors.LeftOut(), nil
}

// Retained lists the retained topics of a profile from its stored state; none
// without stored state.
func Retained(m StateStore, slug string) ([]string, error) {
	state := newProfileState()
	if found, err := m.Load(slug, &state); err != nil || !found {
		return nil, err
	}
	return state.Topics, nil
}

// Prune removes topics that are no longer on the broker from the stored list of
// topics that belong to no profile, such as the document of a removed profile.
func Prune(m StateStore, topics []string) error {
	var ledger retainedLedger
	if found, err := m.Load(ledgerKey, &ledger); err != nil || !found {
		return err
	}
	ledger.drop(topics)
	return m.Save(ledgerKey, ledger)
}

// Readings returns the current readings of a profile's configured keys, and
// those of its devices; none without stored state.
func (s Stored) Readings(ctx context.Context, profile Profile) (own, devices []sensors.Reading, err error) {
	state, found, err := s.load(ctx, profile)
	if err != nil {
		return nil, nil, fmt.Errorf("reading the stored state of %s: %w", profile.Slug, err)
	}
	if !found {
		return nil, nil, nil
	}
	wanted := newKeyFilter(profile)
	isUnwanted := func(r sensors.Reading) bool { return !wanted.Has(r.Key) }
	for _, device := range state.Devices {
		devices = append(devices, device.Readings()...)
	}
	return slices.DeleteFunc(state.Sensors.Readings(), isUnwanted), slices.DeleteFunc(devices, isUnwanted), nil
}

// Explain explains for every key of the catalogue, and for the profile's own
// keys, why it has a value or not. It needs no daemon, only the stored state.
// The token is the profile's, or zero if it never signed in.
func (s Stored) Explain(ctx context.Context, profile Profile, token withings.Token) ([]Explanation, error) {
	state, _, err := s.load(ctx, profile)
	if err != nil {
		return nil, fmt.Errorf("reading the stored state of %s: %w", profile.Slug, err)
	}
	input := reasonInput{
		wanted:   newKeyFilter(profile),
		state:    &state,
		signedIn: token.UserID != "" && !token.Refusals.Final && (state.UserID == "" || state.UserID == token.UserID),
		scopes:   token.Scopes,
		push:     profile.hasNotifications(),
	}
	keys := sensors.Keys()
	for _, row := range profile.Extra {
		keys = append(keys, row.Key)
	}
	for _, reading := range state.Sensors.Readings() {
		if !slices.Contains(keys, reading.Key) {
			keys = append(keys, reading.Key)
		}
	}
	var explanations []Explanation
	current := input.current()
	for _, key := range keys {
		explanations = append(explanations, input.explain(key, current))
	}
	return explanations, nil
}
