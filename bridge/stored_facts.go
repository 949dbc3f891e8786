// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"slices"

	"vitals2mqtt/health"
	"vitals2mqtt/internal/fileaccess"
	"vitals2mqtt/withings"
)

// StoredConsent returns how a profile is signed in, from its stored token or
// the error of reading it.
func StoredConsent(token withings.Token, err error) health.Consent {
	damaged, isDamaged := errors.AsType[*withings.DamagedTokenError](err)
	newer, isNewer := errors.AsType[*withings.NewerTokenError](err)
	switch {
	case isDamaged:
		return health.Consent{
			State: health.ConsentDamaged,
			File:  damaged.RenamedTo,
			Error: damaged.Err.Error(),
		}
	case isNewer:
		return health.Consent{State: health.ConsentNewer, File: newer.File}
	case errors.Is(err, withings.ErrNoToken):
		return health.Consent{State: health.ConsentNone}
	case err != nil:
		consent := health.Consent{State: health.ConsentBlocked}
		if file, ok := errors.AsType[*fs.PathError](err); ok {
			consent.File = file.Path
		}
		why := fileaccess.Explain(consent.File, err)
		consent.Error, consent.Remedy = why.Cause, why.Remedy
		return consent
	case token.Refusals.Final:
		return health.Consent{State: health.ConsentLost, Since: token.Refusals.First}
	case token.Refusals.Count > 0:
		return health.Consent{State: health.ConsentRetrying, Since: token.Refusals.First}
	}
	return health.Consent{State: health.ConsentGranted}
}

// Endpoints returns the endpoints of a profile that were ever fetched, and why
// the last fetch failed. The times of successes are not stored.
func (s Stored) Endpoints(ctx context.Context, profile Profile) ([]health.Endpoint, error) {
	state, found, err := s.load(ctx, profile)
	if err != nil || !found {
		return nil, err
	}
	var listed []health.Endpoint
	for _, name := range slices.Sorted(maps.Keys(state.Cursors)) {
		if _, fails := state.Failing[name]; !fails {
			listed = append(listed, health.Endpoint{Name: string(name)})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(state.Failing)) {
		f := state.Failing[name]
		listed = append(listed, health.Endpoint{
			Name:    string(name),
			Failure: &health.Failure{Class: f.Class.facts(), Text: f.Text, Since: toSeconds(f.Since)},
		})
	}
	return listed, nil
}
