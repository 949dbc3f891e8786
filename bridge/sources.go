package bridge

import (
	"context"
	"time"

	"vitals2mqtt/sensors"
)

// How far back the endpoints are read that have no cursor.
const (
	// shortWindow are where the newest sleep stage and the newest slots of a day are
	// looked for: a watch may not have spoken to the cloud for a while. After a pause
	// of nearly as long, and at the start, it is longWindow: as far as one request can.
	shortWindow = 6 * time.Hour
	longWindow  = 24 * time.Hour
	// rereadWindow is what is read again whole, to find what was deleted.
	rereadWindow = 30 * 24 * time.Hour
	// rereadEvery is how often that happens without anybody asking for it.
	rereadEvery = 24 * time.Hour
)

// source is how an endpoint is read.
type source struct {
	endpoint sensors.Endpoint
	// every is the least time between two answers; 0 is every poll.
	every time.Duration
	// dependent marks an endpoint that is asked when the others have answered, and
	// only when they leave a question open.
	dependent bool
	// fetch asks, and returns how the answer goes into the state.
	fetch fetchFunc
	// reread asks for a range whole; nil where that is not needed.
	reread fetchFunc
}

// fetchFunc asks a source, and returns how the answer goes into the state.
type fetchFunc func(ctx context.Context, cloud Cloud, q query) (applyFunc, error)

// applyFunc lets an answer work on the state.
type applyFunc func(*sensors.State, sensors.ApplyOptions) sensors.Update

// query is what a source needs to know to ask.
type query struct {
	now         time.Time
	since       time.Time // where the endpoint stopped; zero for everything
	lastSuccess time.Time // when the endpoint last answered well; zero since the start
	backfilled  bool      // the history was read once
	// night is the one whose series is wanted.
	night struct{ from, to time.Time }
}

// rereadRange is the range that is read again whole.
func (q query) rereadRange() (from, to time.Time) { return q.now.Add(-rereadWindow), q.now }

// recentStart is the beginning of the window for what has no cursor.
func (q query) recentStart() time.Time {
	if q.now.Sub(q.lastSuccess) > shortWindow-time.Hour {
		return q.now.Add(-longWindow)
	}
	return q.now.Add(-shortWindow)
}

// sources lists how every endpoint is read. Devices and goals change seldom,
// records of the heart come in by hand.
func sources() []source {
	return []source{
		{endpoint: sensors.EndpointMeasures, fetch: fetchMeasures, reread: rereadMeasures},
		{endpoint: sensors.EndpointNights, fetch: fetchNights, reread: rereadNights},
		{endpoint: sensors.EndpointStages, fetch: fetchStages},
		{endpoint: sensors.EndpointSeries, fetch: fetchSeries, dependent: true},
		{endpoint: sensors.EndpointActivity, fetch: fetchActivity},
		{endpoint: sensors.EndpointIntraday, fetch: fetchIntraday},
		{endpoint: sensors.EndpointWorkouts, fetch: fetchWorkouts, reread: rereadWorkouts},
		{endpoint: sensors.EndpointHeart, every: 15 * time.Minute, fetch: fetchHeartRecords},
		{endpoint: sensors.EndpointStetho, every: time.Hour, fetch: fetchHeartSounds},
		{endpoint: sensors.EndpointDevices, every: time.Hour, fetch: fetchDevices},
		{endpoint: sensors.EndpointGoals, every: time.Hour, fetch: fetchGoals},
	}
}

func fetchMeasures(ctx context.Context, cloud Cloud, q query) (applyFunc, error) {
	reply, err := cloud.Measures(ctx, q.since)
	return func(s *sensors.State, r sensors.ApplyOptions) sensors.Update { return s.ApplyMeasures(reply, r) }, err
}

func rereadMeasures(ctx context.Context, cloud Cloud, q query) (applyFunc, error) {
	from, to := q.rereadRange()
	reply, err := cloud.MeasuresBetween(ctx, from, to)
	return func(s *sensors.State, r sensors.ApplyOptions) sensors.Update {
		if reply.More.True { // not complete: what is missing may be there
			return s.ApplyMeasures(reply, r)
		}
		return s.ApplyMeasuresRange(reply, from, to, r)
	}, err
}

func fetchNights(ctx context.Context, cloud Cloud, q query) (applyFunc, error) {
	reply, err := cloud.Nights(ctx, q.since)
	return func(s *sensors.State, r sensors.ApplyOptions) sensors.Update { return s.ApplyNights(reply, r) }, err
}

func rereadNights(ctx context.Context, cloud Cloud, q query) (applyFunc, error) {
	from, to := q.rereadRange()
	// A night counts on the day it ends, in the person's zone: a day to spare.
	reply, err := cloud.NightsBetween(ctx, from, to.Add(24*time.Hour))
	return func(s *sensors.State, r sensors.ApplyOptions) sensors.Update {
		if reply.More.True {
			return s.ApplyNights(reply, r)
		}
		return s.ApplyNightsRange(reply, from, to, r)
	}, err
}

func fetchStages(ctx context.Context, cloud Cloud, q query) (applyFunc, error) {
	reply, err := cloud.Stages(ctx, q.recentStart(), q.now)
	return func(s *sensors.State, r sensors.ApplyOptions) sensors.Update { return s.ApplyStages(reply, r) }, err
}

func fetchSeries(ctx context.Context, cloud Cloud, q query) (applyFunc, error) {
	reply, err := cloud.Stages(ctx, q.night.from, q.night.to, sensors.SeriesFields()...)
	return func(s *sensors.State, r sensors.ApplyOptions) sensors.Update { return s.ApplySeries(reply, r) }, err
}

func fetchActivity(ctx context.Context, cloud Cloud, q query) (applyFunc, error) {
	// Today's date lies between these two wherever the person is, and so does
	// yesterday's, which tells the person's zone before anything was counted.
	from, to := q.now.UTC().Add(-36*time.Hour), q.now.UTC().Add(14*time.Hour)
	reply, err := cloud.Activities(ctx, from, to)
	return func(s *sensors.State, r sensors.ApplyOptions) sensors.Update {
		return s.ApplyActivities(reply, from, to, r)
	}, err
}

func fetchIntraday(ctx context.Context, cloud Cloud, q query) (applyFunc, error) {
	reply, err := cloud.Intraday(ctx, q.recentStart(), q.now)
	return func(s *sensors.State, r sensors.ApplyOptions) sensors.Update { return s.ApplyIntraday(reply, r) }, err
}

func fetchWorkouts(ctx context.Context, cloud Cloud, q query) (applyFunc, error) {
	reply, err := cloud.Workouts(ctx, q.since)
	return func(s *sensors.State, r sensors.ApplyOptions) sensors.Update { return s.ApplyWorkouts(reply, r) }, err
}

func rereadWorkouts(ctx context.Context, cloud Cloud, q query) (applyFunc, error) {
	from, to := q.rereadRange()
	reply, err := cloud.WorkoutsBetween(ctx, from, to.Add(24*time.Hour))
	return func(s *sensors.State, r sensors.ApplyOptions) sensors.Update {
		if reply.More.True {
			return s.ApplyWorkouts(reply, r)
		}
		return s.ApplyWorkoutsRange(reply, from, to, r)
	}, err
}

// heartRecordsFrom is where records of the heart are read from: they have no cursor,
// and one can come in days after it was taken.
func (q query) heartRecordsFrom() time.Time {
	if !q.backfilled {
		return time.Time{}
	}
	return q.now.Add(-rereadWindow)
}

func fetchHeartRecords(ctx context.Context, cloud Cloud, q query) (applyFunc, error) {
	reply, err := cloud.HeartRecords(ctx, q.heartRecordsFrom())
	return func(s *sensors.State, r sensors.ApplyOptions) sensors.Update {
		if reply.More.True || !q.backfilled {
			return s.ApplyHeartRecords(reply, r)
		}
		return s.ApplyHeartRecordsRange(reply, q.heartRecordsFrom(), q.now, r)
	}, err
}

func fetchHeartSounds(ctx context.Context, cloud Cloud, q query) (applyFunc, error) {
	reply, err := cloud.SoundRecords(ctx, q.heartRecordsFrom())
	return func(s *sensors.State, r sensors.ApplyOptions) sensors.Update {
		if reply.More.True || !q.backfilled {
			return s.ApplySoundRecords(reply, r)
		}
		return s.ApplySoundRecordsRange(reply, q.heartRecordsFrom(), q.now, r)
	}, err
}

func fetchDevices(ctx context.Context, cloud Cloud, q query) (applyFunc, error) {
	reply, err := cloud.Devices(ctx)
	return func(_ *sensors.State, _ sensors.ApplyOptions) sensors.Update {
		devices, unknown := sensors.Devices(reply, q.now)
		return sensors.Update{Devices: devices, Unknown: unknown}
	}, err
}

func fetchGoals(ctx context.Context, cloud Cloud, _ query) (applyFunc, error) {
	reply, err := cloud.Goals(ctx)
	return func(s *sensors.State, r sensors.ApplyOptions) sensors.Update { return s.ApplyGoals(reply, r) }, err
}

// isDueAt reports whether an endpoint is fetched at a moment, after an answer at
// another.
func (s source) isDueAt(last, now time.Time) bool {
	return !now.Before(last.Add(s.every - intervalSlack))
}
