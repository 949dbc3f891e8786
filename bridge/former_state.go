// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
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
