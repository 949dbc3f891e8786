// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

const (
	// waveformsPerList is how many curves are fetched before the archive is asked
	// again which ones are missing: a new one comes before the old ones.
	waveformsPerList = 20
	// waveformsOnce is how many curves a single poll fetches at most.
	waveformsOnce = 50
)

// waveformRetries is how long after a failed attempt to fetch a curve the next
// one is made. After the last of them the curve counts as lost.
func waveformRetries() []time.Duration {
	return []time.Duration{15 * time.Minute, 2 * time.Hour, 24 * time.Hour, 72 * time.Hour}
}

// waveformFill fetches the curves of one poller's electrocardiograms, each once,
// in the background, beside its polls. Nothing else depends on them: a failure
// is no failure of the endpoint.
type waveformFill struct{ *poller }

// start fetches what is missing in a goroutine of the group, if there are heart
// records that it has not looked at.
func (p waveformFill) start(ctx context.Context, group *sync.WaitGroup) {
	if user := p.claim(); user != "" {
		group.Go(func() { p.fetchAll(ctx, user, math.MaxInt) })
	}
}

// run fetches some of what is missing.
func (p waveformFill) run(ctx context.Context) {
	if user := p.claim(); user != "" {
		p.fetchAll(ctx, user, waveformsOnce)
	}
}

// claim returns the account whose curves the caller must fetch, "" when there
// are no new heart records, or somebody fetches already.
func (p waveformFill) claim() (user string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	heart := p.endpoints[sensors.EndpointHeart]
	if p.fetchingWaveforms || heart == nil || heart.failure != nil || p.endpoints.needsSignIn() ||
		!heart.lastSuccess.After(p.waveformsListed) {
		return ""
	}
	p.waveformsListed = heart.lastSuccess
	p.fetchingWaveforms = p.state.UserID != ""
	return p.state.UserID
}

// fetchAll fetches at most limit curves, the newest first, and ends the claim.
func (p waveformFill) fetchAll(ctx context.Context, user string, limit int) {
	err := p.fetchMissing(withings.WithBackground(ctx), user, limit)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fetchingWaveforms = false
	if err != nil && ctx.Err() == nil {
		p.log.Debug().Err(err).Str("profile", p.Slug).Msg("waveforms not fetched; trying again after a later poll")
	}
}

func (p waveformFill) fetchMissing(ctx context.Context, user string, limit int) error {
	for limit > 0 {
		due, err := p.listDue(ctx, user, min(limit, waveformsPerList))
		if err != nil || len(due) == 0 {
			return err
		}
		for _, id := range due {
			if err := p.fetch(ctx, user, id); err != nil {
				return fmt.Errorf("electrocardiogram %d: %w", id, err)
			}
		}
		limit -= len(due)
	}
	return nil
}

// listDue lists the signals whose curves are to be fetched now.
func (p waveformFill) listDue(ctx context.Context, user string, limit int) (due []int64, err error) {
	retries, now := waveformRetries(), time.Now()
	missing, err := p.archive.MissingWaveforms(ctx, user, len(retries)+1)
	if err != nil {
		return nil, fmt.Errorf("reading the archive: %w", err)
	}
	for _, m := range missing {
		if m.Attempts > 0 && now.Before(m.TriedAt.Add(retries[m.Attempts-1])) {
			continue
		}
		if due = append(due, m.ID); len(due) == limit {
			break
		}
	}
	return due, nil
}

// fetch fetches one curve. An error means that others would fail as well.
func (p waveformFill) fetch(ctx context.Context, user string, id int64) error {
	w, err := fetchWaveform(ctx, p.Cloud, id)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case p.Cloud.State().UserID != user:
		return errOtherAccount
	case err == nil:
		_, err = p.archive.StoreWaveform(ctx, user, id, w)
		return err
	case isOfAllSignals(err):
		return err
	}
	if err := p.archive.MarkWaveformTried(ctx, user, id, time.Now()); err != nil {
		return err
	}
	if errors.Is(err, sensors.ErrNoWaveform) || withings.ClassOf(err) == withings.Params {
		return nil
	}
	return err
}

// isOfAllSignals reports whether an error says nothing about one signal, and is
// no attempt.
func isOfAllSignals(err error) bool {
	switch withings.ClassOf(err) {
	case withings.Auth, withings.Application, withings.Limited:
		return true
	case withings.OK, withings.Forbidden, withings.Params, withings.Temporary, withings.Unsupported:
	}
	return errors.Is(err, withings.ErrSignIn)
}
