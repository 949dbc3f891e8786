package sensors_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"testing"
	"time"

	"vitals2mqtt/internal/goldentest"
	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// fullState is a state with something in every drawer.
func fullState() *sensors.Store {
	s := sensors.NewStore()
	held := group(4, at(-1), measure(1, 99, 0))
	held.Attribution = wireInt(1)
	marked := group(5, at(-1), measure(54, 97, 0))
	marked.Attribution = wireInt(10009)
	half := matNight(8, at(-3), at(-2), nil)
	half.Completed = withings.Flag{OK: true}
	applyMeasures(s, measuresOf(
		group(1, at(-5), measure(1, 793, -1), measure(130, 0, 0), measure(240, 7, -3)),
		group(2, at(-50), measure(1, 792, -1)), held, marked,
	), pollOptions())
	applyNights(s, nightsOf(
		matNight(6, at(-13), at(-5), map[string]string{"total_sleep_time": "25000", "hr_average": "55.5"}),
		matNight(7, at(-1), at(-0.5), totalSleep("1500")), half,
	), pollOptions())
	applyStages(s, withings.Stages{Series: []withings.Stage{stageRow(-6, -5, 2)}}, pollOptions())
	return s
}

func marshalState(t *testing.T, s *sensors.Store) []byte {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func unmarshalState(t *testing.T, text []byte) *sensors.Store {
	t.Helper()
	s := sensors.NewStore()
	if err := json.Unmarshal(text, s); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStateSurvivesStorage(t *testing.T) {
	t.Parallel()
	before := fullState()
	text := marshalState(t, before)
	after := unmarshalState(t, text)
	if again := marshalState(t, after); !bytes.Equal(text, again) {
		t.Errorf("stored\n%s\nand again\n%s", text, again)
	}
	if readingsJSON(t, before) != readingsJSON(t, after) || before.HeldCount() != after.HeldCount() ||
		after.HeldCount() != 1 {
		t.Errorf("readings before\n%s\nafter\n%s", readingsJSON(t, before), readingsJSON(t, after))
	}
	// Whatever was known still is: nothing is news a second time.
	half := matNight(8, at(-3), at(-2), nil)
	u := applyMeasures(after, measuresOf(group(1, at(-5), measure(1, 793, -1), measure(130, 0, 0), measure(240, 7, -3))),
		pollOptions())
	if len(u.Changed)+len(u.Events) != 0 {
		t.Errorf("update %+v", u)
	}
	later := pollOptions()
	later.Since = noon()
	u = applyNights(after, nightsOf(matNight(7, at(-1), at(-0.5), totalSleep("1500")), half), later)
	if len(u.Events) != 1 || u.Events[0].GroupID != 8 {
		t.Errorf("events %+v", u.Events)
	}
}

func TestEmptyStateSurvivesStorage(t *testing.T) {
	t.Parallel()
	s := unmarshalState(t, marshalState(t, sensors.NewStore()))
	u := applyMeasures(s, measuresOf(group(1, at(-1), measure(1, 70, 0))), pollOptions())
	if len(u.Changed) != 4 {
		t.Errorf("changed %v", u.Changed)
	}
}

func TestStoredStateIsValidated(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text    string
		version bool
	}{
		"other version":     {`{"version":1}`, true},
		"no version":        {`{}`, true},
		"no object":         {`[]`, false},
		"undated group":     {`{"version":2,"groups":[{"id":1,"values":{"weight_kg":1}}]}`, false},
		"year 100000":       {`{"version":2,"groups":[{"id":1,"at":3093527980800,"values":{"weight_kg":1}}]}`, false},
		"backward night":    {`{"version":2,"nights":[{"id":1,"at":5,"start":9,"asleep":1}]}`, false},
		"sleep without end": {`{"version":2,"stage":{"id":1,"values":{"sleep_state":"rem"}}}`, false},
		"stage of nothing":  {`{"version":2,"stage":{"id":1,"at":7,"values":{"weight_kg":1}}}`, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := fullState()
			held := readingsJSON(t, s)
			err := json.Unmarshal([]byte(test.text), s)
			if err == nil || errors.Is(err, sensors.ErrStateVersion) != test.version {
				t.Errorf("error %v", err)
			}
			if readingsJSON(t, s) != held {
				t.Error("a refused state must change nothing")
			}
		})
	}
}

// A key without a row can be one that the user has added: it stays.
func TestStoredNullValuesAreDropped(t *testing.T) {
	t.Parallel()
	s := unmarshalState(t, []byte(`{"version":2,"groups":[{"id":1,"at":7,
		"values":{"weight_kg":1.50,"type_1":2,"shoe_size":44,"height_m":null}}]}`))
	wantReadings(t, s, map[string]string{"weight_kg": "1.5", "type_1": "2", "shoe_size": "44", "height_m": ""})
}

func FuzzStateJSON(f *testing.F) {
	text, err := json.Marshal(fullState())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"version":2}`))
	f.Add([]byte(`{"version":2,"groups":[{"id":-1,"at":1,"attribution":null,` +
		`"values":{"type_9999":"x","weight_kg":-1e9}}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s := sensors.NewStore()
		if json.Unmarshal(text, s) != nil {
			return
		}
		once := marshalState(t, s)
		if twice := marshalState(t, unmarshalState(t, once)); !bytes.Equal(once, twice) {
			t.Errorf("stored\n%s\nand again\n%s", once, twice)
		}
		readingsJSON(t, s)
	})
}

// TestGoldenFileOfTheFormerLayout reads a file that was written before records
// of all kinds had one shape: no value is lost and no event is repeated.
func TestGoldenFileOfTheFormerLayout(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/state_version2.json")
	if err != nil {
		t.Fatal(err)
	}
	s := unmarshalState(t, text)
	readings, err := json.MarshalIndent(s.Readings(), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	goldentest.Compare(t, "testdata/state_version2_readings.json", append(readings, '\n'))
	if got := s.HeldCount(); got != 2 {
		t.Errorf("%d held back, want a group and a workout", got)
	}
	if _, wanted := s.NextSeries(); wanted {
		t.Error("the series was read already")
	}
	if id, ok := s.LastECG(); !ok || id != 48123456 {
		t.Errorf("the last electrocardiogram is %d", id)
	}

	// The whole history again, as after a poll that reaches far back.
	options := pollOptions()
	options.Since = noon().Add(-100 * 24 * time.Hour)
	guest, guestWorkout := group(4, at(-1), measure(1, 99, 0)), workout(10, at(-2), nil)
	guest.Attribution, guestWorkout.Attribution = wireInt(1), wireInt(1)
	nameless := soundRecord(0, at(-2), 1)
	nameless.SignalID.OK = false
	updates := map[string]sensors.Update{
		"measures": applyMeasures(s, measuresOf(
			group(1, at(-5), measure(1, 793, -1), measure(76, 40, 0), measure(130, 0, 0), measure(240, 7, -3)),
			group(2, at(-50), measure(1, 792, -1)), group(3, at(-24*90), measure(4, 178, -2)), guest,
		), options),
		"nights": applyNights(s, nightsOf(
			matNight(6, at(-13), at(-5), map[string]string{"total_sleep_time": "25000", "hr_average": "55.5"}),
			matNight(7, at(-1), at(-0.5), totalSleep("1500")),
		), options),
		"stages":   applyStages(s, stagesOf(stageRow(-6, -5, 2)), options),
		"workouts": applyWorkouts(s, workoutsOf(workout(9, at(-1), nil), guestWorkout), options),
		"heart": applyHeartRecords(s, heartRecordsOf(ecgRecord(48123456, at(-1), 1), ecgRecord(48123455, at(-20), 0)),
			options),
		"sounds": applySoundRecords(s, soundRecordsOf(soundRecord(48123458, at(-3), 0), nameless), options),
		"goals":  applyGoals(s, decodeGoals(t, allGoals), options),
		"slots": applyIntraday(s, intradayOf(withings.Slots{
			at(-2): slot(map[string]string{"heart_rate": "61", "spo2_auto": "97.5"}),
			at(-1): slot(map[string]string{"rr": "15"}),
		}), options),
	}
	for what, u := range updates {
		if u.HasNews() {
			t.Errorf("%s: %+v", what, u)
		}
	}
	// What the cloud was still computing is news now.
	u := applyNights(s, nightsOf(matNight(8, at(-3), at(-2), nil)), options)
	if len(u.Events) != 1 || u.Events[0].GroupID != 8 {
		t.Errorf("events %+v", u.Events)
	}
}

// TestOtherKindsSurviveStorage reads a kind that has no member of its own, and
// one that this version does not know.
func TestOtherKindsSurviveStorage(t *testing.T) {
	t.Parallel()
	s := unmarshalState(t, []byte(`{"version":2,"others":{
		"sounds":{"records":[{"id":5,"at":7,"modified":7,"values":{"vhd_result":"normal"}}],"seen":{"5":7}},
		"spirits":{"records":[{"id":6,"at":0}]}}}`))
	wantReadings(t, s, map[string]string{"vhd_result": "normal"})
	if !bytes.Contains(marshalState(t, s), []byte(`"heard":{"5":7}`)) {
		t.Error("the version that was seen is forgotten")
	}
	err := json.Unmarshal([]byte(`{"version":2,"others":{"sounds":{"records":[{"id":6,"at":0}]}}}`), sensors.NewStore())
	if err == nil {
		t.Error("a record without a time is accepted")
	}
}
