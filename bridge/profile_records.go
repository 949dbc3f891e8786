// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
	"fmt"

	"vitals2mqtt/sensors"
)

// loadRecords reads the current readings and the cursors of the account from
// the archive and returns the difference in the readings.
func (r *profileState) loadRecords(
	ctx context.Context, archive Archive, profile Profile, o sensors.ApplyOptions,
) (none sensors.Update, err error) {
	zone, err := archive.Zone(ctx, r.UserID)
	if err != nil {
		return none, fmt.Errorf("reading the archive: %w", err)
	}
	cursors := map[sensors.Endpoint]sensors.Cursor{}
	for _, endpoint := range endpointsOf(profile) {
		at, err := archive.Cursor(ctx, r.UserID, endpoint)
		if err != nil {
			return none, fmt.Errorf("reading the archive: %w", err)
		}
		if at != (sensors.Cursor{}) {
			cursors[endpoint] = at
		}
	}
	update, err := r.Sensors.Reload(o, func(w sensors.Window) ([]sensors.Record, error) {
		return archive.Window(ctx, r.UserID, w, profile.Policy)
	})
	if err != nil {
		return none, fmt.Errorf("reading the archive: %w", err)
	}
	r.Sensors.SetZone(zone)
	r.Cursors = cursors
	return update, nil
}
