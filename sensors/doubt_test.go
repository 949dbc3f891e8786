package sensors

import (
	"testing"
	"time"

	"vitals2mqtt/withings"
)

// TestAnEmptyAnswerIsDoubted once: all that is known stays until it is seen again. One
// record of many, and one alone, are deletions at once.
func TestAnEmptyAnswerIsDoubted(t *testing.T) {
	t.Parallel()
	from, to := noon().Add(-72*time.Hour), noon().Add(72*time.Hour)
	later := Rules{Now: noon().Add(96 * time.Hour), Doubt: true}
	two := func(a, b int64) withings.Measures {
		return answer(group(a, at(0), measure(1, 70000, -3)), group(b, at(1), measure(1, 71000, -3)))
	}
	s := NewState()
	s.Measures(two(1, 2), usual())
	u := s.MeasuresWithin(answer(), from, to, later)
	if !u.Whole || !u.Doubtful || u.Refill || len(u.Gone) > 0 || len(u.Changed) > 0 {
		t.Errorf("believed at once: %+v", u)
	}
	if u := s.MeasuresWithin(answer(group(1, at(0), measure(1, 70000, -3))), from, to, later); u.Doubtful || len(u.Changed) == 0 {
		t.Errorf("one of two: %+v", u)
	}
	if u := s.MeasuresWithin(answer(), from, to, later); u.Doubtful || len(u.Gone) == 0 {
		t.Errorf("the only one: %+v", u)
	}
	s = NewState()
	s.Measures(two(1, 2), usual())
	later.Doubt = false
	if u := s.MeasuresWithin(answer(), from, to, later); u.Doubtful || len(u.Gone) == 0 || !u.Refill {
		t.Errorf("the second time: %+v", u)
	}
}

// TestHalfAnAnswerOfActivity says nothing of the days that it does not list.
func TestHalfAnAnswerOfActivity(t *testing.T) {
	t.Parallel()
	s := NewState()
	from, to := noon().Add(-48*time.Hour), noon().Add(24*time.Hour)
	date := noon().Format(time.DateOnly)
	s.Activities(withings.Activities{Rows: []withings.Activity{walked(date, "", noon(), "7")}}, from, to, usual())
	half := withings.Activities{More: withings.Flag{True: true, OK: true}}
	if u := s.Activities(half, from, to, usual()); len(u.Gone)+len(u.Changed) > 0 {
		t.Errorf("%+v", u)
	}
}
