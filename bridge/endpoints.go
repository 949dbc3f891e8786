package bridge

import (
	"context"
	"slices"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// Cloud is one profile's account. Every error carries a withings.Class;
// withings.ErrSignIn means that the user must consent again.
type Cloud interface {
	// Measures returns the groups created or changed since a time; all for the
	// zero time.
	Measures(ctx context.Context, since time.Time) (withings.Measures, error)
	// MeasuresBetween returns the groups measured between two times.
	MeasuresBetween(ctx context.Context, from, to time.Time) (withings.Measures, error)
	// Nights returns the nights and naps created or changed since a time; all for
	// the zero time.
	Nights(ctx context.Context, since time.Time) (withings.Nights, error)
	// NightsBetween returns the nights and naps that ended on the days between two
	// times.
	NightsBetween(ctx context.Context, from, to time.Time) (withings.Nights, error)
	// Stages returns the sleep stages between two times, and the named series.
	Stages(ctx context.Context, from, to time.Time, fields ...string) (withings.Stages, error)
	// Activities returns the totals of the days between two times.
	Activities(ctx context.Context, from, to time.Time) (withings.Activities, error)
	// Intraday returns the slots between two times.
	Intraday(ctx context.Context, from, to time.Time) (withings.Intraday, error)
	// Workouts returns the workouts created or changed since a time; all for the
	// zero time.
	Workouts(ctx context.Context, since time.Time) (withings.Workouts, error)
	// WorkoutsBetween returns the workouts on the days between two times.
	WorkoutsBetween(ctx context.Context, from, to time.Time) (withings.Workouts, error)
	// HeartRecords returns the electrocardiograms since a time; all for the zero
	// time.
	HeartRecords(ctx context.Context, from time.Time) (withings.HeartRecords, error)
	// HeartSignal returns the waveform of an electrocardiogram.
	HeartSignal(ctx context.Context, id int64) (withings.HeartSignal, error)
	// SoundRecords returns the heart sounds since a time; all for the zero time.
	SoundRecords(ctx context.Context, from time.Time) (withings.SoundRecords, error)
	// Devices returns the devices of the account.
	Devices(ctx context.Context) (withings.Devices, error)
	// Goals returns the user's goals.
	Goals(ctx context.Context) (withings.Goals, error)
	// State returns the state of the account, without a request.
	State() withings.AccountState
	// Flush stores a token that could not be stored before.
	Flush(ctx context.Context) error
}

// endpoint is one row of the table that drives polling, hints, the request
// budget, reasons and subscriptions. Its scope is endpoint.name.Scope().
type endpoint struct {
	name sensors.Endpoint
	// every is the least time between two fetches; 0 is every poll.
	every time.Duration
	// categories are the notifications that announce new data.
	categories []withings.Category
	// dependent marks an endpoint that is fetched after the others, and only if
	// their data requires it.
	dependent bool
	// fetch fetches new data; nil if only notifications deliver it.
	fetch fetchFunc
	// reread fetches the recent past in full; nil if fetch already does.
	reread fetchFunc
}

// fetchFunc fetches an endpoint.
type fetchFunc func(ctx context.Context, cloud Cloud, q query) (sensors.Batch, error)

// endpoints is the table of endpoints. Devices and goals change rarely, and
// heart records are taken by hand; these have an interval of their own.
func endpoints() []endpoint {
	return []endpoint{
		{
			name: sensors.EndpointMeasures,
			categories: []withings.Category{
				withings.CategoryWeight, withings.CategoryTemperature, withings.CategoryPressure, withings.CategoryECG,
				withings.CategoryGlucose, withings.CategoryUrine,
			},
			fetch:  fetchMeasures,
			reread: rereadMeasures,
		},
		{
			name:       sensors.EndpointNights,
			categories: []withings.Category{withings.CategorySleep},
			fetch:      fetchNights,
			reread:     rereadNights,
		},
		{name: sensors.EndpointStages, categories: []withings.Category{withings.CategorySleep}, fetch: fetchStages},
		{name: sensors.EndpointSeries, fetch: fetchSeries, dependent: true},
		{name: sensors.EndpointActivity, categories: []withings.Category{withings.CategoryActivity}, fetch: fetchActivity},
		{
			name:       sensors.EndpointIntraday,
			categories: []withings.Category{withings.CategoryActivity, withings.CategoryHRV},
			fetch:      fetchIntraday,
		},
		{
			name:       sensors.EndpointWorkouts,
			categories: []withings.Category{withings.CategoryActivity},
			fetch:      fetchWorkouts,
			reread:     rereadWorkouts,
		},
		{
			name:       sensors.EndpointHeart,
			every:      15 * time.Minute,
			categories: []withings.Category{withings.CategoryECG},
			fetch:      fetchHeartRecords,
		},
		{
			name:       sensors.EndpointStetho,
			every:      time.Hour,
			categories: []withings.Category{withings.CategoryStethoscope},
			fetch:      fetchHeartSounds,
		},
		{name: sensors.EndpointDevices, every: time.Hour, fetch: fetchDevices},
		{name: sensors.EndpointGoals, every: time.Hour, fetch: fetchGoals},
		{name: sensors.EndpointEvents, categories: []withings.Category{withings.CategoryBedIn, withings.CategoryBedOut}},
	}
}

// isDueAt reports whether an endpoint is due, given when it was last fetched.
func (e endpoint) isDueAt(last, now time.Time) bool {
	return !now.Before(last.Add(e.every - intervalSlack))
}

// endpointsForCategory returns the endpoints whose data a notification of this
// category announces; nil, which means all, for an unknown category.
func endpointsForCategory(category withings.Category) []sensors.Endpoint {
	var names []sensors.Endpoint
	for _, e := range endpoints() {
		if slices.Contains(e.categories, category) {
			names = append(names, e.name)
		}
	}
	return names
}

// How far back endpoints without a cursor are read.
const (
	// shortWindow is the usual range for sleep stages and the slots of a day: a
	// watch may not have uploaded for a while. At the start, and after a gap of
	// nearly that length, it is longWindow, the most that one request can cover.
	shortWindow = 6 * time.Hour
	longWindow  = 24 * time.Hour
	// rereadWindow is the range that is reread in full, to detect deletions.
	rereadWindow = 30 * 24 * time.Hour
	// rereadEvery is how often that happens without a request.
	rereadEvery = 24 * time.Hour
)

// query holds the parameters of a fetch.
type query struct {
	cursor      sensors.Cursor
	userID      string    // the account of the cursor, "" while unknown
	now         time.Time // of the request
	since       time.Time // where to start; zero for everything
	lastSuccess time.Time // when the endpoint was last fetched; zero if not since the start
	// night is the night whose series is needed.
	night sensors.Record
	zone  *time.Location
	extra []sensors.Sensor
}

// decodeOptions returns the options for decoding a response that just arrived.
func (q query) decodeOptions() sensors.DecodeOptions {
	return sensors.DecodeOptions{Now: time.Now(), Zone: q.zone, Extra: q.extra}
}

// rereadRange is the range that is reread in full.
func (q query) rereadRange() (from, to time.Time) { return q.now.Add(-rereadWindow), q.now }

// recentStart is the start of the window of an endpoint without a cursor.
func (q query) recentStart() time.Time {
	if q.now.Sub(q.lastSuccess) > shortWindow-time.Hour {
		return q.now.Add(-longWindow)
	}
	return q.now.Add(-shortWindow)
}

// decoded returns a function that decodes the result of a request.
func decoded[T any](
	q query, decode func(T, sensors.DecodeOptions) sensors.Batch,
) func(T, error) (sensors.Batch, error) {
	return func(reply T, err error) (sensors.Batch, error) {
		if err != nil {
			return sensors.Batch{}, err
		}
		return decode(reply, q.decodeOptions()), nil
	}
}

func fetchMeasures(ctx context.Context, cloud Cloud, q query) (sensors.Batch, error) {
	return decoded(q, sensors.DecodeMeasures)(cloud.Measures(ctx, q.since))
}

func rereadMeasures(ctx context.Context, cloud Cloud, q query) (sensors.Batch, error) {
	from, to := q.rereadRange()
	batch, err := decoded(q, sensors.DecodeMeasures)(cloud.MeasuresBetween(ctx, from, to))
	return batch.Covering(from, to), err
}

func fetchNights(ctx context.Context, cloud Cloud, q query) (sensors.Batch, error) {
	return decoded(q, sensors.DecodeNights)(cloud.Nights(ctx, q.since))
}

func rereadNights(ctx context.Context, cloud Cloud, q query) (sensors.Batch, error) {
	from, to := q.rereadRange()
	// A night belongs to the day on which it ends in the user's zone, which may
	// already be tomorrow in UTC.
	batch, err := decoded(q, sensors.DecodeNights)(cloud.NightsBetween(ctx, from, to.Add(24*time.Hour)))
	return batch.Covering(from, to), err
}

func fetchStages(ctx context.Context, cloud Cloud, q query) (sensors.Batch, error) {
	return decoded(q, sensors.DecodeStages)(cloud.Stages(ctx, q.recentStart(), q.now))
}

func fetchSeries(ctx context.Context, cloud Cloud, q query) (sensors.Batch, error) {
	from, to := time.Unix(q.night.Start, 0).UTC(), time.Unix(q.night.At, 0).UTC()
	reply, err := cloud.Stages(ctx, from, to, sensors.SeriesFields()...)
	return sensors.DecodeSeries(reply, q.night, q.decodeOptions()), err
}

func fetchActivity(ctx context.Context, cloud Cloud, q query) (sensors.Batch, error) {
	// In every time zone, this range includes today, and also yesterday, whose row
	// gives the user's zone before anything is counted today.
	from, to := q.now.UTC().Add(-36*time.Hour), q.now.UTC().Add(14*time.Hour)
	reply, err := cloud.Activities(ctx, from, to)
	return sensors.DecodeDays(reply, from, to, q.decodeOptions()), err
}

func fetchIntraday(ctx context.Context, cloud Cloud, q query) (sensors.Batch, error) {
	return decoded(q, sensors.DecodeIntraday)(cloud.Intraday(ctx, q.recentStart(), q.now))
}

func fetchWorkouts(ctx context.Context, cloud Cloud, q query) (sensors.Batch, error) {
	return decoded(q, sensors.DecodeWorkouts)(cloud.Workouts(ctx, q.since))
}

func rereadWorkouts(ctx context.Context, cloud Cloud, q query) (sensors.Batch, error) {
	from, to := q.rereadRange()
	batch, err := decoded(q, sensors.DecodeWorkouts)(cloud.WorkoutsBetween(ctx, from, to.Add(24*time.Hour)))
	return batch.Covering(from, to), err
}

// fetchHeartRecords does not use the cursor, because a record can arrive days
// after it was taken. After the history, it reads the whole window each time.
func fetchHeartRecords(ctx context.Context, cloud Cloud, q query) (sensors.Batch, error) {
	if !q.cursor.Backfilled {
		return decoded(q, sensors.DecodeHeartRecords)(cloud.HeartRecords(ctx, time.Time{}))
	}
	from, to := q.rereadRange()
	batch, err := decoded(q, sensors.DecodeHeartRecords)(cloud.HeartRecords(ctx, from))
	return batch.Covering(from, to), err
}

// fetchHeartSounds reads the same window as fetchHeartRecords.
func fetchHeartSounds(ctx context.Context, cloud Cloud, q query) (sensors.Batch, error) {
	if !q.cursor.Backfilled {
		return decoded(q, sensors.DecodeSoundRecords)(cloud.SoundRecords(ctx, time.Time{}))
	}
	from, to := q.rereadRange()
	batch, err := decoded(q, sensors.DecodeSoundRecords)(cloud.SoundRecords(ctx, from))
	return batch.Covering(from, to), err
}

func fetchDevices(ctx context.Context, cloud Cloud, q query) (sensors.Batch, error) {
	return decoded(q, sensors.DecodeDevices)(cloud.Devices(ctx))
}

func fetchGoals(ctx context.Context, cloud Cloud, q query) (sensors.Batch, error) {
	return decoded(q, sensors.DecodeGoals)(cloud.Goals(ctx))
}
