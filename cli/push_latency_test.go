package cli_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"
)

const (
	// breather is how long nobody is weighed twice: what comes within two seconds of
	// a question is followed at the end of them, which is waiting on purpose.
	breather = 2200 * time.Millisecond
	// pace keeps the notifications below the limit of one address.
	pace = 150 * time.Millisecond
)

// rounds weighs one person after the other, again and again.
type rounds struct {
	course *course
	people int
	turn   int

	before []time.Duration // from the notification to the question
	after  []time.Duration // from the answer to the subscriber
	own    []time.Duration // both
	whole  []time.Duration // with the cloud's answer, and its way to post
}

// one is a notification, and its value at the subscriber. What is ours is from
// just before it is written to the connection until the cloud is asked, and from
// when the answer is complete until the value is at a subscriber.
func (r *rounds) one(ctx context.Context) error {
	i := r.turn % r.people
	user := r.course.cloud.People()[i].UserID
	r.course.mu.Lock()
	rested := time.Until(r.course.last[user].Add(breather)) // clock: context, not a claim
	r.course.mu.Unlock()
	select {
	case <-time.After(max(rested, pace)):
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	began := time.Now() // clock: context, not a claim
	l, err := r.course.weigh(ctx, i, strconv.FormatFloat(60+float64(1+r.turn)/1000, 'f', -1, 64))
	if err != nil {
		return err
	}
	r.turn++
	if l.posted.IsZero() || l.asked.Before(l.posted) || l.delivered.Before(l.answered) {
		return fmt.Errorf("%s: out of order: %+v", name(i), l)
	}
	r.before, r.after = append(r.before, l.asked.Sub(l.posted)), append(r.after, l.delivered.Sub(l.answered))
	r.own = append(r.own, l.asked.Sub(l.posted)+l.delivered.Sub(l.answered))
	r.whole = append(r.whole, l.delivered.Sub(began))
	return nil
}

// percentile of times, in ms.
func percentile(times []time.Duration, percent int) float64 {
	sorted := slices.Sorted(slices.Values(times))
	return float64(sorted[(len(sorted)-1)*percent/100]) / float64(time.Millisecond)
}

// TestTheWayOfAValueIsMeasured keeps the benchmark honest; it judges no times.
func TestTheWayOfAValueIsMeasured(t *testing.T) {
	t.Parallel()
	c, err := newCourse(t.Context(), t.TempDir(), 2, "")
	must(t, err)
	t.Cleanup(func() { must(t, c.close()) })
	r := &rounds{course: c, people: 2}
	for range 4 {
		must(t, r.one(t.Context()))
	}
	for i, own := range r.own {
		if own <= 0 || own > r.whole[i] {
			t.Errorf("%v of %v are ours", own, r.whole[i])
		}
	}
}

// BenchmarkPushToValue is a weigh-in at the simulated cloud, its notification, the
// question, and the value at a subscriber, all over sockets of this machine:
//
//	go test -run '^$' -bench BenchmarkPushToValue -benchtime 400x ./cli
func BenchmarkPushToValue(b *testing.B) {
	const people = 20
	c, err := newCourse(b.Context(), b.TempDir(), people, "")
	if err != nil {
		b.Fatal(err)
	}
	r := &rounds{course: c, people: people}
	for b.Loop() {
		if err := r.one(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	if err := c.close(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(0, "ns/op") // mostly waiting for the next turn
	for name, times := range map[string][]time.Duration{
		"": r.own, "to-question-": r.before, "from-answer-": r.after, "with-cloud-": r.whole,
	} {
		b.ReportMetric(percentile(times, 50), name+"p50-ms")
		b.ReportMetric(percentile(times, 99), name+"p99-ms")
	}
}
