// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// mcpKinds are the measurements that withings-mcp keeps under names of their
// own.
func mcpKinds() map[string]int {
	return map[string]int{
		"weight_kg": 1, "lean_mass_kg": 5, "fat_pct": 6, "fat_mass_kg": 8, "diastolic_bp": 9, "systolic_bp": 10,
		"heart_rate": 11, "spo2_pct": 54, "muscle_mass_kg": 76, "hydration_kg": 77, "bone_mass_kg": 88,
		"visceral_fat_index": 170, "basal_metabolic_rate": 226,
	}
}

// fields of nights, days and workouts: withings-mcp's names and the cloud's.
const (
	mcpNight = "total_sleep_sec=total_sleep_time deep_sleep_sec=deepsleepduration light_sleep_sec=lightsleepduration " +
		"rem_sleep_sec=remsleepduration awake_sec=wakeupduration wakeup_count=wakeupcount hr_average=hr_average " +
		"hr_min=hr_min hr_max=hr_max rr_average=rr_average rr_min=rr_min rr_max=rr_max sleep_score=sleep_score " +
		"snoring_sec=snoring"
	mcpDay = "steps=steps distance_m=distance active_calories=calories total_calories=totalcalories soft_sec=soft " +
		"moderate_sec=moderate intense_sec=intense hr_average=hr_average hr_min=hr_min hr_max=hr_max " +
		"hr_zone_0_sec=hr_zone_0 hr_zone_1_sec=hr_zone_1 hr_zone_2_sec=hr_zone_2 hr_zone_3_sec=hr_zone_3"
	mcpWorkout = "calories=calories distance_m=distance steps=steps hr_average=hr_average hr_min=hr_min hr_max=hr_max"
)

// TestWithingsMCP signs in with withings-mcp, has it copy a month, and compares
// what its tools say of measurements, nights, days, workouts, electrocardiograms
// and devices with the cloud and with what this program publishes.
//
// clock: other programs use the real time
func TestWithingsMCP(t *testing.T) {
	t.Parallel()
	h := newTestbed(t)
	ours := h.publishes(t, "Alice")
	direct, client := newDirectClient(t, h, "Alice"), newMCPClient(h, "Alice")
	if tools := rowsOf(client.request("tools/list", object{}), "tools"); len(tools) < 8 {
		t.Errorf("withings-mcp has %d tools", len(tools))
	}
	for kind, result := range client.tool("withings_sync", object{"days": 29}) {
		if fields, _ := result.(object); fields["status"] != "ok" || numberOf(fields["records"]) < 5 {
			t.Errorf("copying %s ended with %v", kind, result)
		}
	}
	// The last two days may change meanwhile.
	to := time.Now().UTC().AddDate(0, 0, -2) // clock: other programs use the real time
	from := to.AddDate(0, 0, -26)
	client.compareMeasures(direct, ours, from, to)
	client.compareNights(direct, ours, from, to)
	client.compareDays(direct, from, to)
	client.compareWorkouts(direct, ours, from, to)
	client.compareRecordings(direct, ours)
	client.compareDevices(direct)
}

// until leaves out rows that are newer than a day.
func until(rows []object, field string, to time.Time) []object {
	return slices.DeleteFunc(rows, func(row object) bool { return fmt.Sprint(row[field]) > to.Format(time.DateOnly) })
}

func (m *mcpClient) compareMeasures(direct *directClient, ours published, from, to time.Time) {
	m.t.Helper()
	var all, old []measure
	for _, row := range rowsOf(m.tool("withings_get_body", object{"start_date": from.Format(time.DateOnly)}), "measurements") {
		at, err := time.Parse(time.RFC3339, fmt.Sprint(row["measured_at"]))
		if err != nil {
			m.t.Fatal(err)
		}
		for name, kind := range mcpKinds() {
			if value, there := row[name].(float64); there {
				one := measure{Group: int64(numberOf(row["grpid"])), At: at.Unix(), Kind: kind, Value: value}
				all = append(all, one)
				if at.Before(to.Truncate(24 * time.Hour)) {
					old = append(old, one)
				}
			}
		}
	}
	groups := direct.rows("measure", "measuregrps", action("getmeas", nil, "category", "1",
		"startdate", unixText(from.Truncate(24*time.Hour)), "enddate", unixText(to.Truncate(24*time.Hour).Add(-time.Second))))
	compareWithCloud(m.t, 3, measuresOf(groups, oneOf(mcpKinds())), old)
	compareWithPublished(m.t, 3, 7, ours, all, equalUnits)
}

func (m *mcpClient) compareNights(direct *directClient, ours published, from, to time.Time) {
	m.t.Helper()
	days := url.Values{"startdateymd": {from.Format(time.DateOnly)}, "enddateymd": {to.Format(time.DateOnly)}}
	// Its cache keeps one row for each date and kind of device: the last one.
	last := map[string]object{}
	for _, night := range direct.rows("v2/sleep", "series", allFields("getsummary", summaryFields, days)) {
		last[fmt.Sprint(night["date"], night["model"])] = night
	}
	rows := rowsOf(m.tool("withings_get_sleep", object{"start_date": from.Format(time.DateOnly)}), "nights")
	old := until(slices.Clone(rows), "date", to)
	for _, row := range old {
		night := last[fmt.Sprint(row["date"], row["device_model"])]
		data, _ := night["data"].(object)
		different := renamed(row, data, mcpNight)
		if row["startdate"] != momentText(night["startdate"]) || row["enddate"] != momentText(night["enddate"]) ||
			len(different) > 0 {
			m.t.Errorf("%v from %v to %v: in the cloud %s to %s, %q", row["date"], row["startdate"], row["enddate"],
				momentText(night["startdate"]), momentText(night["enddate"]), different)
		}
	}
	if len(old) != len(last) || len(old) < 20 {
		m.t.Errorf("%d nights, in the cloud %d", len(old), len(last))
	}
	at := slices.IndexFunc(rows, func(row object) bool { return row["enddate"] == momentText(ours.moment(m.t, "sleep_end")) })
	if at < 0 {
		m.t.Fatalf("no night of the client ends at %s", ours.value("sleep_end"))
	}
	m.expectPublished(ours, rows[at], map[string]string{
		"total_sleep_sec": "sleep_total_duration_seconds", "deep_sleep_sec": "sleep_deep_duration_seconds",
		"light_sleep_sec": "sleep_light_duration_seconds", "rem_sleep_sec": "sleep_rem_duration_seconds",
		"awake_sec": "sleep_wakeup_duration_seconds", "wakeup_count": "sleep_wakeup_count", "sleep_score": "sleep_score",
		"hr_average": "sleep_heart_rate_average_bpm", "hr_min": "sleep_heart_rate_min_bpm",
		"hr_max": "sleep_heart_rate_max_bpm", "rr_average": "sleep_respiratory_average_bpm", "snoring_sec": "sleep_snoring",
	})
}

func (m *mcpClient) compareDays(direct *directClient, from, to time.Time) {
	m.t.Helper()
	days := url.Values{"startdateymd": {from.Format(time.DateOnly)}, "enddateymd": {to.Format(time.DateOnly)}}
	cloud := direct.rows("v2/measure", "activities", allFields("getactivity", activityFields, days))
	rows := until(rowsOf(m.tool("withings_get_activity", object{"start_date": from.Format(time.DateOnly)}), "days"), "date", to)
	// The cloud has a row for each source of a day; its cache keeps the last one.
	last := map[any]object{}
	for _, day := range cloud {
		last[day["date"]] = day
	}
	for _, row := range rows {
		if different := renamed(row, last[row["date"]], mcpDay); len(different) > 0 {
			m.t.Errorf("%v: %q", row["date"], different)
		}
	}
	if len(rows) != len(last) || len(rows) < 20 || len(last) == len(cloud) {
		m.t.Errorf("%d days, in the cloud %d in %d rows", len(rows), len(last), len(cloud))
	}
}

func (m *mcpClient) compareWorkouts(direct *directClient, ours published, from, to time.Time) {
	m.t.Helper()
	days := url.Values{"startdateymd": {from.Format(time.DateOnly)}, "enddateymd": {to.Format(time.DateOnly)}}
	cloud := map[string]object{}
	for _, workout := range direct.rows("v2/measure", "series", allFields("getworkouts", workoutFields, days)) {
		cloud[fmt.Sprint(momentText(workout["startdate"]), workout["category"])], _ = workout["data"].(object)
	}
	rows := rowsOf(m.tool("withings_get_workouts", object{"start_date": from.Format(time.DateOnly)}), "workouts")
	old := until(slices.Clone(rows), "date", to)
	for _, row := range old {
		data, known := cloud[fmt.Sprint(row["startdate"], row["category"])]
		if different := renamed(row, data, mcpWorkout); !known || len(different) > 0 {
			m.t.Errorf("workout %v (in the cloud: %v): %q", row["startdate"], known, different)
		}
	}
	if len(old) != len(cloud) || len(old) < 3 {
		m.t.Errorf("%d workouts, in the cloud %d", len(old), len(cloud))
	}
	at := slices.IndexFunc(rows, func(row object) bool { return row["enddate"] == momentText(ours.moment(m.t, "workout_end")) })
	if at < 0 {
		m.t.Fatalf("no workout of the client ends at %s", ours.value("workout_end"))
	}
	m.expectPublished(ours, rows[at], map[string]string{
		"calories": "workout_active_calories_burnt", "distance_m": "workout_distance", "steps": "workout_steps",
		"hr_average": "workout_heart_rate_average_bpm", "hr_min": "workout_heart_rate_min_bpm",
		"hr_max": "workout_heart_rate_max_bpm",
	})
}

func (m *mcpClient) compareRecordings(direct *directClient, ours published) {
	m.t.Helper()
	since := time.Now().UTC().AddDate(0, 0, -60).Truncate(24 * time.Hour) // clock: other programs use the real time
	words := []any{"negative", "positive", "inconclusive"}
	rows := rowsOf(m.tool("withings_get_heart", object{"start_date": since.Format(time.DateOnly)}), "recordings")
	records := direct.rows("v2/heart", "series", action("list", nil, "startdate", unixText(since)))
	if len(rows) != len(records) || len(rows) == 0 {
		m.t.Fatalf("%d recordings, in the cloud %d", len(rows), len(records))
	}
	for i, record := range records {
		ecg, _ := record["ecg"].(object)
		at := time.Unix(int64(numberOf(record["timestamp"])), 0).UTC().Format("2006-01-02 15:04")
		if rows[i]["date"] != at || rows[i]["heart_rate"] != record["heart_rate"] ||
			rows[i]["afib"] != words[int(numberOf(ecg["afib"]))] {
			m.t.Errorf("recording %d is %v, in the cloud %v", i, rows[i], record)
		}
	}
	newest := slices.MaxFunc(rows, func(a, b object) int {
		return strings.Compare(fmt.Sprint(a["date"]), fmt.Sprint(b["date"]))
	})
	m.expectPublished(ours, newest, map[string]string{"heart_rate": "ecg_heart_rate_bpm", "afib": "ecg_afib"})
}

func (m *mcpClient) compareDevices(direct *directClient) {
	m.t.Helper()
	rows := rowsOf(m.tool("withings_get_devices", object{}), "devices")
	cloud := direct.rows("v2/user", "devices", action("getdevice", nil))
	if len(rows) != len(cloud) {
		m.t.Fatalf("%d devices, in the cloud %d", len(rows), len(cloud))
	}
	for i, device := range cloud {
		if different := renamed(rows[i], device, "type=type model=model battery=battery"); len(different) > 0 {
			m.t.Errorf("device %d: %q", i, different)
		}
	}
}

// expectPublished fails unless fields of a row are what is published.
func (m *mcpClient) expectPublished(ours published, row object, names map[string]string) {
	m.t.Helper()
	compared := 0
	for theirs, key := range names {
		if row[theirs] == nil && ours.value(key) == "" {
			continue
		}
		compared++
		if have := fmt.Sprint(row[theirs]); have != ours.value(key) {
			m.t.Errorf("%s is %s there and %s is %s here", theirs, have, key, ours.value(key))
		}
	}
	m.t.Logf("%d published values of %v, the same in the client", compared, row["date"])
}

// momentText is unix seconds as withings-mcp writes them.
func momentText(seconds any) string {
	return time.Unix(int64(numberOf(seconds)), 0).UTC().Format("2006-01-02T15:04:05-07:00")
}

// moment is a time that is published, as unix seconds.
func (p published) moment(t *testing.T, key string) any {
	t.Helper()
	at, err := time.Parse(time.RFC3339, p.value(key))
	if err != nil {
		t.Fatalf("%s: %v", key, err)
	}
	return float64(at.Unix())
}
