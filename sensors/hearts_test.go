package sensors

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/withings"
)

// ecg is an electrocardiogram in the list of heart records, half a minute long.
func ecg(signal, at, class int64) withings.HeartRecord {
	return withings.HeartRecord{
		DeviceID: "watch", Timezone: "Europe/Zurich", Model: number(94), HeartRate: number(63),
		Timestamp: number(at), Modified: number(at + 30),
		ECG: withings.Maybe[withings.ECG]{Value: withings.ECG{SignalID: number(signal), AFib: number(class)}, OK: true},
	}
}

func hearts(series ...withings.HeartRecord) withings.HeartRecords {
	return withings.HeartRecords{Series: series}
}

// rhythmGroup is the measure group of an electrocardiogram.
func rhythmGroup(id, at, class int64) withings.Group { return group(id, at, measure(130, class, 0)) }

// valves are the heart sounds of a record.
func valves(signal, class int64) withings.Maybe[withings.HeartSound] {
	return withings.Maybe[withings.HeartSound]{Value: withings.HeartSound{SignalID: number(signal), VHD: number(class)}, OK: true}
}

// sound is a row of the list of heart sounds.
func sound(signal, at, class int64) withings.SoundRecord {
	return withings.SoundRecord{
		HashDeviceID: "beam", SignalID: number(signal), VHD: number(class), Timestamp: number(at), Timezone: "Europe/Zurich",
	}
}

func sounds(series ...withings.SoundRecord) withings.SoundRecords {
	return withings.SoundRecords{Series: series}
}

func TestECG(t *testing.T) {
	t.Parallel()
	s := NewState()
	u := s.Hearts(hearts(ecg(48123456, at(-1), 1), ecg(48123455, at(-20), 0)), usual())
	want(t, s, map[string]string{
		"ecg_afib": "positive", "ecg_heart_rate_bpm": "63", "ecg_time": "2026-03-04T11:00:00Z", "vhd_result": "",
		"last_measured": "2026-03-04T11:00:00Z",
	})
	r, _ := s.Current("ecg_heart_rate_bpm")
	if r.GroupID != 48123456 || r.Device != "watch" || r.Model != "ScanWatch 2" || r.Zone != "Europe/Zurich" ||
		r.MeasuredAt.Unix() != at(-1) || r.Modified.Unix() != at(-1)+30 || !r.ReceivedAt.Equal(noon()) || r.Attribution != nil {
		t.Errorf("reading %+v", r)
	}
	if u.Cursor.Unix() != at(-1)+30 || len(u.Unknown) != 0 {
		t.Errorf("update %+v", u)
	}
	if len(u.Events) != 1 || u.Events[0].Type != EventHeart || u.Events[0].GroupID != 48123456 ||
		u.Events[0].Values["ecg_afib"].String() != "positive" || u.Events[0].Values["ecg_heart_rate_bpm"].String() != "63" {
		t.Errorf("events %+v", u.Events)
	}
	later := usual()
	later.Now = noon().Add(time.Hour)
	u = s.Hearts(hearts(ecg(48123455, at(-20), 0), ecg(48123456, at(-1), 1)), later)
	if len(u.Changed)+len(u.Gone)+len(u.Events) != 0 {
		t.Errorf("again: %+v", u)
	}
	if r, _ = s.Current("ecg_time"); !r.ReceivedAt.Equal(noon()) {
		t.Errorf("received at %v, want the first time", r.ReceivedAt)
	}
}

func TestRhythmClasses(t *testing.T) {
	t.Parallel()
	names := []string{
		"negative", "positive", "inconclusive", "no_signal", "other", "noise", "heart_rate_too_low", "heart_rate_too_high",
		"inconclusive_us",
		"negative_normal_rate", "negative_high_rate", "positive_normal_rate", "positive_high_rate", "no_diagnosis",
	}
	for class := int64(-2); class < int64(len(names))+3; class++ {
		s := NewState()
		u := s.Hearts(hearts(ecg(1, at(-1), class)), usual())
		name, unknown := "class_"+strconv.FormatInt(class, 10), []Unknown{{UnknownClass, class}}
		if class >= 0 && class < int64(len(names)) {
			name, unknown = names[class], nil
		}
		want(t, s, map[string]string{"ecg_afib": name})
		if diff := cmp.Diff(unknown, u.Unknown); diff != "" {
			t.Errorf("class %d (-want +got):\n%s", class, diff)
		}
	}
}

func TestECGWithGaps(t *testing.T) {
	t.Parallel()
	classless, rateless, neither := ecg(1, at(-1), 0), ecg(1, at(-1), 0), ecg(1, at(-1), 0)
	classless.ECG.Value.AFib, rateless.HeartRate = withings.Int{}, number(0)
	neither.ECG.OK = false
	undated, ahead := ecg(1, 0, 0), ecg(1, at(30), 0)
	tests := map[string]struct {
		row                 withings.HeartRecord
		class, rate, moment string
	}{
		"no class":              {classless, "", "63", "2026-03-04T11:00:00Z"},
		"no heart rate":         {rateless, "negative", "", "2026-03-04T11:00:00Z"},
		"no electrocardiogram":  {neither, "", "", ""},
		"no time":               {undated, "", "", ""},
		"a clock that is wrong": {ahead, "", "", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := NewState()
			u := s.Hearts(hearts(test.row), usual())
			want(t, s, map[string]string{"ecg_afib": test.class, "ecg_heart_rate_bpm": test.rate, "ecg_time": test.moment})
			if ahead := name == "a clock that is wrong"; (u.Future == 1) != ahead || ahead && !u.Cursor.IsZero() {
				t.Errorf("%d of the future, cursor %v", u.Future, u.Cursor)
			}
		})
	}
}

// The cloud tells of one electrocardiogram twice: as a measure group and as a
// record of the heart. Both bring a reading, only one is news.
func TestOneECGIsOneEvent(t *testing.T) {
	t.Parallel()
	group, row := answer(rhythmGroup(7, at(-1), 1)), hearts(ecg(9, at(-1)+35, 1))
	pulse := answer(group.Groups[0])
	pulse.Groups[0].Measures = []withings.Measure{measure(11, 60, 0)}
	heart := func(s *State) []Event { return s.Hearts(row, usual()).Events }
	measured := func(s *State) []Event { return s.Measures(group, usual()).Events }
	restart := func(s *State) []Event { *s = *decode(t, encode(t, s)); return nil }
	tests := map[string][]func(*State) []Event{
		"the group first":           {measured, heart, heart, measured},
		"the record first":          {heart, measured, measured, heart},
		"the group first, restart":  {measured, restart, heart, restart, measured},
		"the record first, restart": {heart, restart, measured, restart, heart},
	}
	for name, steps := range tests {
		s, events := NewState(), []Event(nil)
		for _, step := range steps {
			events = append(events, step(s)...)
		}
		if len(events) != 1 || events[0].Type != EventHeart || events[0].Values["ecg_afib"].String() != "positive" {
			t.Errorf("%s: events %+v", name, events)
		}
		want(t, s, map[string]string{"ecg_afib": "positive", "ecg_heart_rate_bpm": "63"})
	}
	// A pulse is no electrocardiogram, and another day is another one.
	s := NewState()
	heart(s)
	if u := s.Measures(pulse, usual()); len(u.Events) != 1 {
		t.Errorf("pulse: events %+v", u.Events)
	}
	if u := s.Measures(answer(rhythmGroup(8, at(-2), 1)), usual()); len(u.Events) != 1 {
		t.Errorf("an hour before: events %+v", u.Events)
	}
}

func TestECGEventsAreForNews(t *testing.T) {
	t.Parallel()
	first := usual()
	first.First = true
	for name, test := range map[string]struct {
		rules Rules
		at    int64
		want  int
	}{"new": {usual(), at(-1), 1}, "long before": {usual(), at(-8), 0}, "first fill": {first, at(-1), 0}} {
		s := NewState()
		if u := s.Hearts(hearts(ecg(1, test.at, 0)), test.rules); len(u.Events) != test.want {
			t.Errorf("%s: %d events, want %d", name, len(u.Events), test.want)
		}
	}
}

// A physician looks at it again: the same record, another class.
func TestECGIsClassedAnew(t *testing.T) {
	t.Parallel()
	before, after := ecg(1, at(-1), 2), ecg(1, at(-1), 0)
	after.Modified = number(at(-0.5))
	for _, order := range permutations([]withings.HeartRecord{before, after, before}) {
		s := NewState()
		events := 0
		for _, row := range order {
			events += len(s.Hearts(hearts(row), usual()).Events)
		}
		want(t, s, map[string]string{"ecg_afib": "negative"})
		if events != 1 {
			t.Errorf("%d events", events)
		}
	}
}

// TestNewestRhythm takes it from groups and records alike.
func TestNewestRhythm(t *testing.T) {
	t.Parallel()
	s := NewState()
	s.Hearts(hearts(ecg(1, at(-3), 1)), usual())
	s.Measures(answer(rhythmGroup(2, at(-2), 0)), usual())
	want(t, s, map[string]string{"ecg_afib": "negative", "ecg_time": "2026-03-04T09:00:00Z"})
	s.Hearts(hearts(ecg(3, at(-1), 2), ecg(4, at(-4), 1)), usual())
	want(t, s, map[string]string{"ecg_afib": "inconclusive", "ecg_time": "2026-03-04T11:00:00Z"})
}

// TestPressureMonitorWithECG is a BPM Core: pressure, rhythm and valves at once.
func TestPressureMonitorWithECG(t *testing.T) {
	t.Parallel()
	row := ecg(48123457, at(-1), 2)
	row.Model, row.Stetho = number(44), valves(48123458, 0)
	row.Pressure = withings.Maybe[withings.BloodPressure]{
		Value: withings.BloodPressure{Diastole: amount("78"), Systole: amount("124")}, OK: true,
	}
	s := NewState()
	u := s.Hearts(hearts(row), usual())
	want(t, s, map[string]string{
		"ecg_afib": "inconclusive", "vhd_result": "negative", "ecg_heart_rate_bpm": "63", "ecg_time": "2026-03-04T11:00:00Z",
	})
	if len(u.Events) != 1 {
		t.Errorf("events %+v", u.Events)
	}
	// The list of sounds tells of the same sound.
	if u = s.Sounds(sounds(sound(48123458, at(-1), 0)), usual()); len(u.Events) != 0 {
		t.Errorf("events %+v", u.Events)
	}
	want(t, s, map[string]string{"ecg_afib": "inconclusive", "vhd_result": "negative", "ecg_time": "2026-03-04T11:00:00Z"})

	silent := row // pressure and sound, no electrocardiogram
	silent.ECG.OK, silent.Timestamp, silent.Stetho = false, number(at(-0.5)), valves(2, 1)
	u = s.Hearts(hearts(silent), usual())
	want(t, s, map[string]string{
		"ecg_afib": "inconclusive", "vhd_result": "positive", "ecg_heart_rate_bpm": "63", "ecg_time": "2026-03-04T11:00:00Z",
		"last_measured": "2026-03-04T11:30:00Z",
	})
	if len(u.Events) != 0 {
		t.Errorf("a sound is no electrocardiogram: %+v", u.Events)
	}
}

func TestHeartSounds(t *testing.T) {
	t.Parallel()
	for class, name := range map[int64]string{
		0: "negative", 1: "positive", 2: "inconclusive", 3: "class_3", 77: "class_77", -1: "class_-1",
	} {
		s := NewState()
		u := s.Sounds(sounds(sound(1, at(-3), 1-min(class, 1)), sound(2, at(-1), class), sound(3, at(-2), 0)), usual())
		want(t, s, map[string]string{"vhd_result": name, "last_measured": "2026-03-04T11:00:00Z", "ecg_time": ""})
		if r, _ := s.Current("vhd_result"); r.GroupID != 2 || r.Device != "beam" || r.Zone != "Europe/Zurich" {
			t.Errorf("reading %+v", r)
		}
		if unknown := slices.Contains(u.Unknown, Unknown{UnknownValves, class}); unknown != strings.HasPrefix(name, "class_") {
			t.Errorf("class %d: unknown %v", class, u.Unknown)
		}
	}
	classless, undated := sound(1, at(-1), 0), sound(2, 0, 0)
	classless.VHD = withings.Int{}
	s := NewState()
	u := s.Sounds(sounds(classless, undated, sound(3, at(30), 0)), usual())
	if got := s.Readings(); len(got) != 0 || u.Future != 1 {
		t.Errorf("readings %v, %d of the future", got, u.Future)
	}
}

// Without an id the time tells records apart.
func TestHeartRecordsWithoutAnID(t *testing.T) {
	t.Parallel()
	first, second := ecg(0, at(-2), 0), ecg(0, at(-1), 1)
	first.ECG.Value.SignalID, second.ECG.Value.SignalID = withings.Int{}, withings.Int{}
	for _, order := range permutations([]withings.HeartRecord{first, second, first}) {
		s, events := NewState(), 0
		for _, row := range order {
			events += len(s.Hearts(hearts(row), usual()).Events)
			s = decode(t, encode(t, s))
		}
		want(t, s, map[string]string{"ecg_afib": "positive", "ecg_time": "2026-03-04T11:00:00Z"})
		if events != 2 {
			t.Errorf("%d events, want 2", events)
		}
	}
}
