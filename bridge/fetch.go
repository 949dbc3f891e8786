// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// single is the reading of an endpoint that responds as a whole.
func single[T any](
	q query, decode func(T, sensors.DecodeOptions) sensors.Batch, request func() (T, error),
) batches {
	return func(yield func(sensors.Batch, error) bool) {
		response, err := request()
		if err != nil {
			yield(sensors.Batch{}, err)
			return
		}
		yield(decode(response, q.decodeOptions()), nil)
	}
}

func fetchStages(ctx context.Context, cloud Cloud, q query) batches {
	return single(q, sensors.DecodeStages, func() (withings.Stages, error) {
		return cloud.Stages(ctx, q.recentStart(), q.now)
	})
}

// fetchSeries reads the stages and the minutes of a night, and the means over
// them. The means come last, because with them the night counts as read.
func fetchSeries(ctx context.Context, cloud Cloud, q query) batches {
	return func(yield func(sensors.Batch, error) bool) {
		from, to := time.Unix(q.night.Start, 0).UTC(), time.Unix(q.night.At, 0).UTC()
		response, err := cloud.Stages(ctx, from, to, sensors.SeriesFields()...)
		if err != nil {
			yield(sensors.Batch{}, err)
			return
		}
		for _, decode := range []func(withings.Stages, sensors.DecodeOptions) sensors.Batch{
			sensors.DecodeStages, sensors.DecodeMinutes,
		} {
			batch := decode(response, q.decodeOptions())
			batch.Continues = true
			if !yield(batch, nil) {
				return
			}
		}
		yield(sensors.DecodeSeries(response, q.night, q.decodeOptions()), nil)
	}
}

func fetchIntraday(ctx context.Context, cloud Cloud, q query) batches {
	return single(q, sensors.DecodeIntraday, func() (withings.Intraday, error) {
		return cloud.Intraday(ctx, q.recentStart(), q.now)
	})
}

func fetchDevices(ctx context.Context, cloud Cloud, q query) batches {
	return single(q, sensors.DecodeDevices, func() (withings.Devices, error) { return cloud.Devices(ctx) })
}

func fetchGoals(ctx context.Context, cloud Cloud, q query) batches {
	return single(q, sensors.DecodeGoals, func() (withings.Goals, error) { return cloud.Goals(ctx) })
}
