// SPDX-License-Identifier: MIT

package web_test

import (
	"strings"
	"testing"
	"time"

	"vitals2mqtt/display"
	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
	"vitals2mqtt/web"
)

func TestImages(t *testing.T) {
	t.Parallel()
	end := time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC).Unix()
	night := history.Night{Record: sensors.Record{Start: end - 7200, At: end, Date: "2026-03-02"}}
	if got := web.NightImage(night, display.English, berlin(t)); got != nil {
		t.Errorf("a night without stages: %s", got)
	}
	night.Stages = []sensors.Record{{
		Start: end - 7200, At: end, Values: map[string]sensors.Value{"sleep_state": sensors.Text("deep")},
	}}
	image := string(web.NightImage(night, display.German, berlin(t)))
	for _, want := range []string{"Nacht zum 2. März 2026", `class="stage deep"`, "tief", "<svg xmlns="} {
		if !strings.Contains(image, want) {
			t.Errorf("no %q in %s", want, image)
		}
	}

	ecg := history.ECG{Record: sensors.Record{At: end}}
	if got := web.ECGImage(ecg, sensors.Waveform{}, display.English, berlin(t)); got != nil {
		t.Errorf("no curve: %s", got)
	}
	image = string(web.ECGImage(ecg, sensors.Waveform{Frequency: 300, Samples: make([]int, 9000)}, display.English, berlin(t)))
	for _, want := range []string{"ECG of 2 Mar 2026 07:00", `class="trace"`} {
		if !strings.Contains(image, want) {
			t.Errorf("no %q in the ECG", want)
		}
	}
}
