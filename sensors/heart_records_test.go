// SPDX-License-Identifier: MIT

package sensors_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// ecgRecord is an electrocardiogram in the list of heart records, half a minute
// long.
func ecgRecord(signal, at, class int64) withings.HeartRecord {
	return withings.HeartRecord{
		DeviceID: "watch", Timezone: "Europe/Zurich", Model: wireInt(94), HeartRate: wireInt(63),
		Timestamp: wireInt(at), Modified: wireInt(at + 30),
		ECG: withings.Maybe[withings.ECG]{Value: withings.ECG{SignalID: wireInt(signal), AFib: wireInt(class)}, OK: true},
	}
}

func heartRecordsOf(series ...withings.HeartRecord) withings.HeartRecords {
	return withings.HeartRecords{Series: series}
}

// rhythmGroup is the measure group of an electrocardiogram.
func rhythmGroup(id, at, class int64) withings.Group { return group(id, at, measure(130, class, 0)) }

// heartSound are the heart sounds of a record.
func heartSound(signal, class int64) withings.Maybe[withings.HeartSound] {
	return withings.Maybe[withings.HeartSound]{
		Value: withings.HeartSound{SignalID: wireInt(signal), VHD: wireInt(class)}, OK: true,
	}
}

// soundRecord is a row of the list of heart sounds.
func soundRecord(signal, at, class int64) withings.SoundRecord {
	return withings.SoundRecord{
		HashDeviceID: "beam", SignalID: wireInt(signal), VHD: wireInt(class), Timestamp: wireInt(at),
		Timezone: "Europe/Zurich",
	}
}

func soundRecordsOf(series ...withings.SoundRecord) withings.SoundRecords {
	return withings.SoundRecords{Series: series}
}

func TestECG(t *testing.T) {
	t.Parallel()
	s := newStore()
	u := applyHeartRecords(s, heartRecordsOf(ecgRecord(48123456, at(-1), 1), ecgRecord(48123455, at(-20), 0)),
		pollOptions())
	wantReadings(t, s, map[string]string{
		"ecg_afib": "positive", "ecg_heart_rate_bpm": "63", "ecg_time": "2026-03-04T11:00:00Z", "vhd_result": "",
		"last_measured": "2026-03-04T11:00:00Z",
	})
	r, _ := s.Current("ecg_heart_rate_bpm")
	if r.GroupID != 48123456 || r.Device != "watch" || r.Model != "ScanWatch 2" || r.Zone != "Europe/Zurich" ||
		r.MeasuredAt.Unix() != at(-1) || r.Modified.Unix() != at(-1)+30 || !r.ReceivedAt.Equal(noon()) ||
		r.Attribution != nil {
		t.Errorf("reading %+v", r)
	}
	if u.Cursor.Unix() != at(-1)+30 || len(u.Unknown) != 0 {
		t.Errorf("update %+v", u)
	}
	if len(u.Events) != 1 || u.Events[0].Type != sensors.EventHeart || u.Events[0].GroupID != 48123456 ||
		u.Events[0].Values["ecg_afib"].String() != "positive" || u.Events[0].Values["ecg_heart_rate_bpm"].String() != "63" {
		t.Errorf("events %+v", u.Events)
	}
	later := pollOptions()
	later.Now = noon().Add(time.Hour)
	u = applyHeartRecords(s, heartRecordsOf(ecgRecord(48123455, at(-20), 0), ecgRecord(48123456, at(-1), 1)), later)
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
		s := newStore()
		u := applyHeartRecords(s, heartRecordsOf(ecgRecord(1, at(-1), class)), pollOptions())
		name, unknown := "class_"+strconv.FormatInt(class, 10), []sensors.Unknown{{sensors.UnknownClass, class}}
		if class >= 0 && class < int64(len(names)) {
			name, unknown = names[class], nil
		}
		wantReadings(t, s, map[string]string{"ecg_afib": name})
		if diff := cmp.Diff(unknown, u.Unknown); diff != "" {
			t.Errorf("class %d (-want +got):\n%s", class, diff)
		}
	}
}

func TestECGWithGaps(t *testing.T) {
	t.Parallel()
	classless, rateless, neither := ecgRecord(1, at(-1), 0), ecgRecord(1, at(-1), 0), ecgRecord(1, at(-1), 0)
	classless.ECG.Value.AFib, rateless.HeartRate = withings.Int{}, wireInt(0)
	neither.ECG.OK = false
	undated, ahead := ecgRecord(1, 0, 0), ecgRecord(1, at(30), 0)
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
			s := newStore()
			u := applyHeartRecords(s, heartRecordsOf(test.row), pollOptions())
			wantReadings(t, s, map[string]string{
				"ecg_afib": test.class, "ecg_heart_rate_bpm": test.rate, "ecg_time": test.moment,
			})
			if ahead := name == "a clock that is wrong"; (future(u) == 1) != ahead || ahead && !u.Cursor.IsZero() {
				t.Errorf("%d of the future, cursor %v", future(u), u.Cursor)
			}
		})
	}
}

// The cloud returns one electrocardiogram twice: as a measure group and as a
// record of the heart. Both bring a reading, only one is news.
func TestECGAndItsGroupAreOneEvent(t *testing.T) {
	t.Parallel()
	group, row := measuresOf(rhythmGroup(7, at(-1), 1)), heartRecordsOf(ecgRecord(9, at(-1)+35, 1))
	pulse := measuresOf(group.Groups[0])
	pulse.Groups[0].Measures = []withings.Measure{measure(11, 60, 0)}
	heart := func(s *store) []sensors.Event { return applyHeartRecords(s, row, pollOptions()).Events }
	measured := func(s *store) []sensors.Event { return applyMeasures(s, group, pollOptions()).Events }
	restart := func(s *store) []sensors.Event { *s = *s.restarted(pollOptions()); return nil }
	tests := map[string][]func(*store) []sensors.Event{
		"the group first":           {measured, heart, heart, measured},
		"the record first":          {heart, measured, measured, heart},
		"the group first, restart":  {measured, restart, heart, restart, measured},
		"the record first, restart": {heart, restart, measured, restart, heart},
	}
	for name, steps := range tests {
		s, events := newStore(), []sensors.Event(nil)
		for _, step := range steps {
			events = append(events, step(s)...)
		}
		if len(events) != 1 || events[0].Type != sensors.EventHeart || events[0].Values["ecg_afib"].String() != "positive" {
			t.Errorf("%s: events %+v", name, events)
		}
		wantReadings(t, s, map[string]string{"ecg_afib": "positive", "ecg_heart_rate_bpm": "63"})
	}
	// A pulse is no electrocardiogram, and another day is another one.
	s := newStore()
	heart(s)
	if u := applyMeasures(s, pulse, pollOptions()); len(u.Events) != 1 {
		t.Errorf("pulse: events %+v", u.Events)
	}
	if u := applyMeasures(s, measuresOf(rhythmGroup(8, at(-2), 1)), pollOptions()); len(u.Events) != 1 {
		t.Errorf("an hour before: events %+v", u.Events)
	}
}

func TestEventsOnlyForNewECGs(t *testing.T) {
	t.Parallel()
	first := pollOptions()
	first.InitialSync = true
	for name, test := range map[string]struct {
		rules sensors.ApplyOptions
		at    int64
		want  int
	}{"new": {pollOptions(), at(-1), 1}, "long before": {pollOptions(), at(-8), 0}, "first fill": {first, at(-1), 0}} {
		s := newStore()
		if u := applyHeartRecords(s, heartRecordsOf(ecgRecord(1, test.at, 0)), test.rules); len(u.Events) != test.want {
			t.Errorf("%s: %d events, want %d", name, len(u.Events), test.want)
		}
	}
}

// The class changes after a review: the same record, another class.
func TestReclassifiedECG(t *testing.T) {
	t.Parallel()
	before, after := ecgRecord(1, at(-1), 2), ecgRecord(1, at(-1), 0)
	after.Modified = wireInt(at(-0.5))
	for _, order := range permutations([]withings.HeartRecord{before, after, before}) {
		s := newStore()
		events := 0
		for _, row := range order {
			events += len(applyHeartRecords(s, heartRecordsOf(row), pollOptions()).Events)
		}
		wantReadings(t, s, map[string]string{"ecg_afib": "negative"})
		if events != 1 {
			t.Errorf("%d events", events)
		}
	}
}

// TestNewestRhythm: groups and records both count.
func TestNewestRhythm(t *testing.T) {
	t.Parallel()
	s := newStore()
	applyHeartRecords(s, heartRecordsOf(ecgRecord(1, at(-3), 1)), pollOptions())
	applyMeasures(s, measuresOf(rhythmGroup(2, at(-2), 0)), pollOptions())
	wantReadings(t, s, map[string]string{"ecg_afib": "negative", "ecg_time": "2026-03-04T09:00:00Z"})
	applyHeartRecords(s, heartRecordsOf(ecgRecord(3, at(-1), 2), ecgRecord(4, at(-4), 1)), pollOptions())
	wantReadings(t, s, map[string]string{"ecg_afib": "inconclusive", "ecg_time": "2026-03-04T11:00:00Z"})
}

// TestBloodPressureMonitorWithECG is a BPM Core: pressure, rhythm and valves at
// once.
func TestBloodPressureMonitorWithECG(t *testing.T) {
	t.Parallel()
	row := ecgRecord(48123457, at(-1), 2)
	row.Model, row.Stetho = wireInt(44), heartSound(48123458, 0)
	row.Pressure = withings.Maybe[withings.BloodPressure]{
		Value: withings.BloodPressure{Diastole: wireNumber("78"), Systole: wireNumber("124")}, OK: true,
	}
	s := newStore()
	u := applyHeartRecords(s, heartRecordsOf(row), pollOptions())
	wantReadings(t, s, map[string]string{
		"ecg_afib": "inconclusive", "vhd_result": "negative", "ecg_heart_rate_bpm": "63", "ecg_time": "2026-03-04T11:00:00Z",
	})
	if len(u.Events) != 1 {
		t.Errorf("events %+v", u.Events)
	}
	// The list of sounds has the same sound.
	if u = applySoundRecords(s, soundRecordsOf(soundRecord(48123458, at(-1), 0)), pollOptions()); len(u.Events) != 0 {
		t.Errorf("events %+v", u.Events)
	}
	wantReadings(t, s, map[string]string{
		"ecg_afib": "inconclusive", "vhd_result": "negative", "ecg_time": "2026-03-04T11:00:00Z",
	})

	silent := row // pressure and sound, no electrocardiogram
	silent.ECG.OK, silent.Timestamp, silent.Stetho = false, wireInt(at(-0.5)), heartSound(2, 1)
	u = applyHeartRecords(s, heartRecordsOf(silent), pollOptions())
	wantReadings(t, s, map[string]string{
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
		s := newStore()
		u := applySoundRecords(s, soundRecordsOf(soundRecord(1, at(-3), 1-min(class, 1)), soundRecord(2, at(-1), class),
			soundRecord(3, at(-2), 0)), pollOptions())
		wantReadings(t, s, map[string]string{"vhd_result": name, "last_measured": "2026-03-04T11:00:00Z", "ecg_time": ""})
		if r, _ := s.Current("vhd_result"); r.GroupID != 2 || r.Device != "beam" || r.Zone != "Europe/Zurich" {
			t.Errorf("reading %+v", r)
		}
		if unknown := slices.Contains(u.Unknown, sensors.Unknown{
			sensors.UnknownValves,
			class,
		}); unknown != strings.HasPrefix(name, "class_") {
			t.Errorf("class %d: unknown %v", class, u.Unknown)
		}
	}
	classless, undated := soundRecord(1, at(-1), 0), soundRecord(2, 0, 0)
	classless.VHD = withings.Int{}
	s := newStore()
	u := applySoundRecords(s, soundRecordsOf(classless, undated, soundRecord(3, at(30), 0)), pollOptions())
	if got := s.Readings(); len(got) != 0 || future(u) != 1 {
		t.Errorf("readings %v, %d of the future", got, future(u))
	}
}

// Without an id the time identifies a record.
func TestHeartRecordsWithoutAnID(t *testing.T) {
	t.Parallel()
	first, second := ecgRecord(0, at(-2), 0), ecgRecord(0, at(-1), 1)
	first.ECG.Value.SignalID, second.ECG.Value.SignalID = withings.Int{}, withings.Int{}
	for _, order := range permutations([]withings.HeartRecord{first, second, first}) {
		s, events := newStore(), 0
		for _, row := range order {
			events += len(applyHeartRecords(s, heartRecordsOf(row), pollOptions()).Events)
			s = s.restarted(pollOptions())
		}
		wantReadings(t, s, map[string]string{"ecg_afib": "positive", "ecg_time": "2026-03-04T11:00:00Z"})
		if events != 2 {
			t.Errorf("%d events, want 2", events)
		}
	}
}
