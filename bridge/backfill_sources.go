// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
	"time"

	"vitals2mqtt/sensors"
)

// backfillSource is a kind of record that has a history.
type backfillSource struct {
	kind     sensors.Kind
	endpoint sensors.Endpoint
	pages    pagedReader
}

// pagedReader reads the records of an endpoint.
type pagedReader interface {
	readAll(ctx context.Context, cloud Cloud, q query, offset int64) batches
	readWithin(ctx context.Context, cloud Cloud, q query, from, to time.Time) batches
	// hasRanges is false when a range cannot end before the present.
	hasRanges() bool
}

func backfillSources() []backfillSource {
	return []backfillSource{
		{sensors.KindMeasures, sensors.EndpointMeasures, measurePages()},
		{sensors.KindNights, sensors.EndpointNights, nightPages()},
		{sensors.KindDays, sensors.EndpointActivity, dayPages()},
		{sensors.KindWorkouts, sensors.EndpointWorkouts, workoutPages()},
		{sensors.KindHeart, sensors.EndpointHeart, heartPages()},
		{sensors.KindSounds, sensors.EndpointStetho, soundPages()},
	}
}

// BackfillKinds are the kinds of records that have a history.
func BackfillKinds() []sensors.Kind {
	var kinds []sensors.Kind
	for _, s := range backfillSources() {
		kinds = append(kinds, s.kind)
	}
	return kinds
}
