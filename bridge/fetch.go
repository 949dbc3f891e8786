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

func fetchSeries(ctx context.Context, cloud Cloud, q query) batches {
	decode := func(s withings.Stages, o sensors.DecodeOptions) sensors.Batch {
		return sensors.DecodeSeries(s, q.night, o)
	}
	return single(q, decode, func() (withings.Stages, error) {
		from, to := time.Unix(q.night.Start, 0).UTC(), time.Unix(q.night.At, 0).UTC()
		return cloud.Stages(ctx, from, to, sensors.SeriesFields()...)
	})
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
