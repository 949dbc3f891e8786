// SPDX-License-Identifier: MIT

package cli_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"vitals2mqtt/cli/clitest"
)

const (
	// minWeighInterval is the time between two weigh-ins of a profile: a hint
	// within two seconds of a fetch is delayed on purpose.
	minWeighInterval = 2200 * time.Millisecond
	// postInterval keeps the notifications below the rate limit of an address.
	postInterval = 150 * time.Millisecond
)

// latencyRounds has the profiles weigh in in turn.
type latencyRounds struct {
	harness  *pushHarness
	profiles int
	turn     int

	toFetch      []time.Duration // from the notification to the request
	toSubscriber []time.Duration // from the response to the subscriber
	ownTime      []time.Duration // both
	total        []time.Duration // including the cloud's response and the delivery of the notification
}

// measure times a notification and its value. Own time is from writing the
// notification to the request to the cloud, and from the complete response to
// the value at a subscriber.
func (r *latencyRounds) measure(ctx context.Context) error {
	i := r.turn % r.profiles
	user := r.harness.cloud.People()[i].UserID
	r.harness.mu.Lock()
	rested := time.Until(r.harness.last[user].Add(minWeighInterval)) // clock: measured, not asserted
	r.harness.mu.Unlock()
	select {
	case <-time.After(max(rested, postInterval)):
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	began := time.Now() // clock: measured, not asserted
	l, err := r.harness.weigh(ctx, i, strconv.FormatFloat(60+float64(1+r.turn)/1000, 'f', -1, 64))
	if err != nil {
		return err
	}
	r.turn++
	if l.posted.IsZero() || l.fetched.Before(l.posted) || l.delivered.Before(l.answered) {
		return fmt.Errorf("%s: out of order: %+v", profileName(i), l)
	}
	toFetch, toSubscriber := l.fetched.Sub(l.posted), l.delivered.Sub(l.answered)
	r.toFetch, r.toSubscriber = append(r.toFetch, toFetch), append(r.toSubscriber, toSubscriber)
	r.ownTime = append(r.ownTime, toFetch+toSubscriber)
	r.total = append(r.total, l.delivered.Sub(began))
	return nil
}

// percentile of times, in ms.
func percentile(times []time.Duration, percent int) float64 {
	sorted := slices.Sorted(slices.Values(times))
	return float64(sorted[(len(sorted)-1)*percent/100]) / float64(time.Millisecond)
}

// The benchmark works; its times are not judged.
func TestPushLatencyBenchmarkWorks(t *testing.T) {
	t.Parallel()
	c, err := newPushHarness(t.Context(), t.TempDir(), 2, "")
	clitest.Must(t, err)
	t.Cleanup(func() { clitest.Must(t, c.close()) })
	r := &latencyRounds{harness: c, profiles: 2}
	for range 2 {
		clitest.Must(t, r.measure(t.Context()))
	}
	for i, own := range r.ownTime {
		if own <= 0 || own > r.total[i] {
			t.Errorf("%v of %v are ours", own, r.total[i])
		}
	}
}

// BenchmarkPushToValue is a weigh-in at the simulated cloud, its notification,
// the fetch, and the value at a subscriber, over sockets of this machine:
//
//	go test -run '^$' -bench BenchmarkPushToValue -benchtime 400x ./cli
func BenchmarkPushToValue(b *testing.B) {
	const profiles = 20
	c, err := newPushHarness(b.Context(), b.TempDir(), profiles, "")
	if err != nil {
		b.Fatal(err)
	}
	r := &latencyRounds{harness: c, profiles: profiles}
	for b.Loop() {
		if err := r.measure(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	if err := c.close(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(0, "ns/op") // mostly waiting for the next turn
	for name, times := range map[string][]time.Duration{
		"": r.ownTime, "to-question-": r.toFetch, "from-answer-": r.toSubscriber, "with-cloud-": r.total,
	} {
		b.ReportMetric(percentile(times, 50), name+"p50-ms")
		b.ReportMetric(percentile(times, 99), name+"p99-ms")
	}
}
