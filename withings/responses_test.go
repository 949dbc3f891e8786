// SPDX-License-Identifier: MIT

package withings_test

import (
	"os"
	"testing"
	"time"

	"vitals2mqtt/withings"
)

// accountFromFile is an account whose cloud always responds with a file.
func accountFromFile(t *testing.T, file string) *withings.Account {
	t.Helper()
	raw, err := os.ReadFile("testdata/responses/" + file + ".json")
	if err != nil {
		t.Fatal(err)
	}
	a, _ := newAccount(t, always(func() *fakeResponse { return okResponse(string(raw)) }))
	return a
}

func TestActivityResponses(t *testing.T) {
	t.Parallel()
	days, err := firstPage(accountFromFile(t, "activities").ActivitiesBetween(t.Context(), rangeStart(), rangeEnd()))
	if err != nil || len(days.Rows) != 2 || days.More.True {
		t.Fatalf("%+v, %v", days, err)
	}
	watch, phone := days.Rows[0], days.Rows[1]
	if watch.Date != "2026-01-02" || !watch.Tracker.True || watch.Data.Number("distance").Decimal.String() != "6011.4" ||
		watch.Data.Number("hr_max").Decimal.String() != "143" || phone.Tracker.True || phone.Brand.N != 18 || phone.Modified.OK {
		t.Errorf("days = %+v", days.Rows)
	}
	day, err := accountFromFile(t, "intraday").Intraday(t.Context(), rangeStart(), rangeStart().Add(time.Hour))
	if err != nil || len(day.Series) != 3 || day.Series[1767337260].Data.Number("sdnn1").Decimal.String() != "41.5" ||
		day.Series[1767337200].DeviceID != "invented-watch" || day.Series[1767337320].ModelID.OK {
		t.Errorf("slots = %+v, %v", day.Series, err)
	}
	sessions, err := firstPage(accountFromFile(t, "workouts").Workouts(t.Context(), rangeStart(), 0))
	if err != nil || len(sessions.Series) != 2 || sessions.More.True {
		t.Fatalf("%+v, %v", sessions, err)
	}
	if s := sessions.Series[0]; s.ID.N != 5512345678 || s.Model.N != 94 ||
		s.Data.Fields.Number("hr_average").Decimal.String() != "148" || s.Data.Fields.Text("core_body_temperature_status") != "usual" ||
		s.Data.Fields.Number("algo_pause_duration").OK {
		t.Errorf("session = %+v", s)
	}
	if s := sessions.Series[1]; s.Category.N != 564 || len(s.Data.Fields.All()) != 0 {
		t.Errorf("session = %+v", s)
	}
}

func TestHeartResponses(t *testing.T) {
	t.Parallel()
	records, err := firstPage(accountFromFile(t, "heart_list").HeartRecords(t.Context(), rangeStart(), 0))
	if err != nil || len(records.Series) != 3 {
		t.Fatalf("%+v, %v", records, err)
	}
	watch, cuff, plain := records.Series[0], records.Series[1], records.Series[2]
	if watch.ECG.Value.SignalID.N != 48123456 || watch.Pressure.OK || cuff.ECG.Value.AFib.N != 2 ||
		cuff.Pressure.Value.Systole.Decimal.String() != "124" || cuff.Stetho.Value.SignalID.N != 48123458 || plain.ECG.OK {
		t.Errorf("records = %+v", records.Series)
	}
	signal, err := accountFromFile(t, "heart_get").HeartSignal(t.Context(), 48123456)
	if err != nil || len(signal.Signal) != 5 || signal.Signal[0].N != -20 || signal.SamplingFrequency.N != 300 {
		t.Errorf("signal = %+v, %v", signal, err)
	}
	sounds, err := firstPage(accountFromFile(t, "stetho_list").SoundRecords(t.Context(), rangeStart(), 0))
	if err != nil || len(sounds.Series) != 1 || sounds.Series[0].SignalID.N != 48123458 || !sounds.Series[0].VHD.OK {
		t.Errorf("sounds = %+v, %v", sounds, err)
	}
}

func TestUserResponses(t *testing.T) {
	t.Parallel()
	devices, err := accountFromFile(t, "devices").Devices(t.Context())
	if err != nil || len(devices.Devices) != 2 {
		t.Fatalf("%+v, %v", devices, err)
	}
	scale, mat := devices.Devices[0], devices.Devices[1]
	if scale.Battery != "medium" || scale.LastSession.N != 1767337236 || mat.LastSession.OK ||
		mat.Type != "Sleep Monitor" {
		t.Errorf("devices = %+v", devices.Devices)
	}
	goals, err := accountFromFile(t, "goals").Goals(t.Context())
	if err != nil || goals.Steps.N != 10000 || goals.Sleep.OK || goals.Weight.Value.Value.Decimal.String() != "75000" ||
		goals.Weight.Value.Unit.N != -3 {
		t.Errorf("goals = %+v, %v", goals, err)
	}
}
