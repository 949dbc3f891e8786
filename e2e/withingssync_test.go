// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// syncKinds are the measurements that withings-sync has a name for, as far as a
// scale and a cuff measure them.
func syncKinds() map[string]int {
	return map[string]int{
		"Weight": 1, "Height": 4, "Fat_Free_Mass": 5, "Fat_Ratio": 6, "Fat_Mass_Weight": 8,
		"Diastolic_Blood_Pressure": 9, "Systolic_Blood_Pressure": 10, "Heart_Pulse": 11, "Muscle_Mass": 76,
		"Hydration": 77, "Bone_Mass": 88, "Pulse_Wave_Velocity": 91,
	}
}

// syncedValue is a value in the file that withings-sync writes.
type syncedValue struct {
	Value float64
	Unit  string
}

// TestWithingsSync signs in with withings-sync, and compares the weights and
// blood pressures that it would upload with the cloud and with what this program
// publishes. It sends the token in the form of its requests.
//
// clock: other programs use the real time
func TestWithingsSync(t *testing.T) {
	t.Parallel()
	h := newTestbed(t)
	ours := h.publishes(t, "Bob")
	direct := newDirectClient(t, h, "Bob")
	c := newOtherClient(h, "withings-sync", "withings-sync")
	c.write("withings_app.json", fmt.Sprintf(`{"callback_url": "https://client.example.org/callback", "client_id": %q,
		"consumer_secret": %q}`, h.cloud.ClientID, h.cloud.ClientSecret))
	since := time.Now().UTC().AddDate(0, 0, -30).Truncate(24 * time.Hour) // clock: other programs use the real time
	arguments := []string{
		"--config-folder", c.home, "--no-upload", "--to-json", "--to-fit", "--output", c.home + "/out",
		"--features", "BLOOD_PRESSURE", "--fromdate", since.Format(time.DateOnly),
	}
	p := c.start(arguments...)
	if _, err := fmt.Fprintln(p.stdin, codeOf(t, c.allow("Bob", p))); err != nil {
		t.Fatal(err)
	}
	c.finished(p)

	var read map[string]map[string]syncedValue
	groups := stable(t, func() []object {
		return direct.rows("measure", "measuregrps", action("getmeas", nil, "category", "1", "startdate", unixText(since),
			"enddate", unixText(since.AddDate(0, 0, 31))))
	}, func() {
		c.run(arguments...) // again, now with a refreshed token
		read = nil
		if err := json.Unmarshal([]byte(c.file("out.json")), &read); err != nil {
			t.Fatal(err)
		}
	})
	measures := syncedMeasures(t, read)
	compareWithCloud(t, 2, measuresOf(syncedGroups(groups), oneOf(syncKinds())), measures)
	// The pulse of a weigh-in is in a group of its own, and it drops those without
	// a weight or a blood pressure.
	delete(ours.tree, ours.base+"heart_pulse_bpm/detail")
	compareWithPublished(t, 2, 8, ours, measures, func(theirs, ours string) bool {
		return theirs == ours || theirs == "meter" && ours == "m"
	})
	compareSyncedRatios(t, ours, read)
	for _, name := range []string{"out.weight.fit", "out.blood_pressure.fit"} {
		if text := c.file(name); len(text) < 100 || text[8:12] != ".FIT" {
			t.Errorf("%s is no such file: %d bytes", name, len(text))
		}
	}
}

// syncedGroups are the groups that withings-sync keeps: those with a weight or a
// blood pressure.
func syncedGroups(groups []object) []object {
	return slices.DeleteFunc(slices.Clone(groups), func(group object) bool {
		return len(measuresOf([]object{group}, func(kind int) bool { return kind == 1 || kind == 9 })) == 0
	})
}

// syncedMeasures are the measurements in its file.
func syncedMeasures(t *testing.T, read map[string]map[string]syncedValue) []measure {
	t.Helper()
	var all []measure
	for date, values := range read {
		at, err := time.Parse(time.DateTime, date)
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range values {
			if kind, known := syncKinds()[name]; known {
				all = append(all, measure{At: at.Unix(), Kind: kind, Value: value.Value, Unit: value.Unit})
			}
		}
	}
	return all
}

// compareSyncedRatios compares what both programs compute from the newest weight.
func compareSyncedRatios(t *testing.T, ours published, read map[string]map[string]syncedValue) {
	t.Helper()
	at := strings.NewReplacer("T", " ", "Z", "").Replace(ours.value("last_weighed"))
	for _, pair := range []struct {
		theirs, ours string
		margin       float64
	}{{"BMI", "bmi", 0.06}, {"Percent_Hydration", "hydration_pct", 0.006}} {
		want, err := strconv.ParseFloat(ours.value(pair.ours), 64)
		if err != nil {
			t.Fatalf("%s: %v", pair.ours, err)
		}
		if have := read[at][pair.theirs].Value; math.Abs(have-want) > pair.margin {
			t.Errorf("%s of %s is %v there and %v here", pair.theirs, at, have, want)
		}
	}
}
