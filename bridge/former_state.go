package bridge

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"vitals2mqtt/sensors"
)

// formerState is the part of the state of versions without an archive that no
// endpoint returns: the last event of each mat.
type formerState struct {
	Beds map[string]struct {
		In bool  `json:"in"`
		At int64 `json:"at"`
	} `json:"beds"`
}

// adopt stores the state of a version without an archive in the archive.
func (f *formerState) adopt(ctx context.Context, archive Archive, user string) error {
	for device, bed := range f.Beds {
		event := sensors.BedEvent{Device: device, In: bed.In, At: time.Unix(bed.At, 0)}
		now := time.Now()
		batch := sensors.DecodeBedEvent(event, sensors.DecodeOptions{Now: now})
		o := sensors.ApplyOptions{Now: now, InitialSync: true}
		if _, err := archive.Apply(ctx, user, batch, o, sensors.Progress{}); err != nil {
			return fmt.Errorf("storing what an earlier version knew: %w", err)
		}
	}
	return nil
}

// adoptFormerLocked moves what a version without an archive has stored to the
// archive. What was measured is fetched again. p.mu must be held.
func (p *poller) adoptFormerLocked(ctx context.Context) {
	if len(p.state.Former) == 0 {
		return
	}
	var former formerState
	err := json.Unmarshal(p.state.Former, &former)
	if err == nil {
		err = former.adopt(ctx, p.archive, p.state.UserID)
	}
	if err != nil {
		p.log.Warn().Err(err).Str("profile", p.Slug).Msg("could not take over the bed presence of an earlier version")
		return
	}
	p.log.Info().Str("profile", p.Slug).Msg("the archive is new; fetching all measurements")
	p.state.Former, p.state.dirty = nil, true
}
