package sensors

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// lay is somebody getting into bed, or out of it, so many hours before noon.
func lay(mat string, in bool, hours float64) BedEvent {
	return BedEvent{Device: mat, In: in, At: unix(at(hours))}
}

func TestBedsInAnyOrder(t *testing.T) {
	t.Parallel()
	events := []BedEvent{lay("m1", true, -9), lay("m1", false, -4), lay("m1", true, -3.9), lay("m2", true, -8), lay("m2", false, -2)}
	rapid.Check(t, func(t *rapid.T) {
		s := NewState()
		for _, e := range append(rapid.Permutation(events).Draw(t, "order"), rapid.SampledFrom(events).Draw(t, "again")) {
			s.Bed(e, usual())
		}
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		s = NewState()
		if err := json.Unmarshal(text, s); err != nil {
			t.Fatal(err)
		}
		beds := s.Beds()
		if beds[DeviceID("m1")].Value.String() != on || beds[DeviceID("m2")].Value.String() != off {
			t.Errorf("beds %v", beds)
		}
		if r, _ := s.Current(keyInBed); r.Value.String() != on || r.MeasuredAt.Unix() != at(-3.9) {
			t.Errorf("in bed: %v", r)
		}
	})
}

// TestALostRisingEndsWithTheNight has a mat whose "out" never came.
func TestALostRisingEndsWithTheNight(t *testing.T) {
	t.Parallel()
	s := NewState()
	s.Bed(lay("mat", true, -10), usual())
	s.Bed(lay("other", true, -10), usual())
	s.Nights(rows(sleep(1, at(-9.9), at(-2), total("25000"))), usual())
	beds := s.Beds()
	if beds[DeviceID("mat")].Value.String() != off || beds[DeviceID("mat")].MeasuredAt.Unix() != at(-2) {
		t.Errorf("the mat says %v", beds[DeviceID("mat")])
	}
	if beds[DeviceID("other")].Value.String() != on {
		t.Error("another mat's night is none of its business")
	}
	// Back in bed since, and the night is scored again: it stays so.
	s.Bed(lay("mat", true, -1), usual())
	again := sleep(1, at(-9.9), at(-2), total("25100"))
	again.Modified = number(at(-0.5))
	s.Nights(rows(again), usual())
	if got := s.Beds()[DeviceID("mat")].Value.String(); got != on {
		t.Errorf("the mat says %s", got)
	}
}

// restarted is the state after the program was stopped and started.
func restarted(t *testing.T, s *State) *State {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	s = NewState()
	if err := json.Unmarshal(text, s); err != nil {
		t.Fatal(err)
	}
	return s
}

// inBed is whether the person is in bed, and since when in hours.
func inBed(t *testing.T, s *State, want string, hours float64) {
	t.Helper()
	if r, _ := s.Current(keyInBed); r.Value.String() != want || r.MeasuredAt.Unix() != at(hours) {
		t.Errorf("in bed: %s since %s, want %s since %s", r.Value, r.MeasuredAt, want, unix(at(hours)))
	}
}

// TestALostRisingEndsInAnotherBed has two mats, and the first never said "out".
func TestALostRisingEndsInAnotherBed(t *testing.T) {
	t.Parallel()
	events := []BedEvent{lay("m1", true, -9), lay("m2", true, -8), lay("m2", false, -2)}
	rapid.Check(t, func(t *rapid.T) {
		s := NewState()
		for _, e := range rapid.Permutation(events).Draw(t, "order") {
			s.Bed(e, usual())
		}
		if r, _ := s.Current(keyInBed); r.Value.String() != off || r.MeasuredAt.Unix() != at(-2) {
			t.Errorf("in bed: %v", r)
		}
	})
	s := NewState()
	s.Bed(events[0], usual())
	s.Bed(events[1], usual())
	inBed(t, s, on, -8)
	s = restarted(t, s)
	s.Bed(events[2], usual())
	inBed(t, s, off, -2)
	s = restarted(t, s)
	inBed(t, s, off, -2)
	s.Bed(lay("m1", true, -1), usual())
	inBed(t, s, on, -1)
	// A mat takes its time to feel that somebody has left: that is no rising.
	s.Bed(lay("m2", false, -0.9), usual())
	inBed(t, s, on, -1)
}

// TestAStayOfADayIsOver has a mat whose "out" was lost, and no night either.
func TestAStayOfADayIsOver(t *testing.T) {
	t.Parallel()
	later := func(hours float64) Rules { return Rules{Now: unix(at(hours))} }
	s := NewState()
	s.Look(later(0))
	s.Bed(lay("mat", true, -1), usual())
	s = restarted(t, s)
	s.Look(later(22.9))
	inBed(t, s, on, -1)
	u := s.Look(later(23.1)) // the same day as before
	if len(u.Changed) != 1 || u.Changed[0].Key != keyInBed {
		t.Errorf("changed %v", u.Changed)
	}
	inBed(t, s, off, -1)
	if got := s.Beds()[DeviceID("mat")].Value.String(); got != off {
		t.Errorf("the mat says %s", got)
	}
	if u := s.Look(later(23.2)); len(u.Changed) != 0 {
		t.Errorf("changed again: %v", u.Changed)
	}
	s = restarted(t, s)
	s.Bed(lay("mat", true, -1), later(23.3)) // repeated
	inBed(t, s, off, -1)
	s.Bed(lay("mat", true, 22), later(23.4)) // late, and true
	inBed(t, s, on, 22)
	s = NewState()
	s.Bed(lay("mat", true, -30), usual())
	inBed(t, s, off, -30)
}

// TestAStayFromBefore has a state that does not tell yet when beds were entered.
func TestAStayFromBefore(t *testing.T) {
	t.Parallel()
	s := restarted(t, NewState())
	s.beds["m1"], s.beds["m2"] = bed{In: true, At: at(-9)}, bed{In: true, At: at(-8)}
	s.Bed(lay("m2", false, -2), usual())
	inBed(t, s, off, -2)
}

func TestBedEventsThatCannotBe(t *testing.T) {
	t.Parallel()
	s := NewState()
	for _, e := range []BedEvent{
		{}, {Device: "", In: true, At: noon()}, {Device: "m", In: true, At: noon().Add(48 * time.Hour)}, {Device: "m", In: true},
	} {
		if u := s.Bed(e, usual()); len(u.Changed) != 0 {
			t.Errorf("%+v changed %v", e, u.Changed)
		}
	}
	for i := range 2 * keepBeds {
		s.Bed(BedEvent{Device: "m" + string(rune('a'+i)), In: true, At: unix(at(float64(-i)))}, usual())
	}
	if n := len(s.Beds()); n > keepBeds {
		t.Errorf("%d beds are kept", n)
	}
}
