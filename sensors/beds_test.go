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
