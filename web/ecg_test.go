// SPDX-License-Identifier: MIT

package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/history"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

func TestECGsHaveResultAndDevice(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 7, 12, 0, 0, time.UTC).Unix()
	h := &fakeHistory{ecgs: []history.ECG{
		{Position: sensors.NoPosition, Record: sensors.Record{ID: -2 * at, At: at}},
		{HasWaveform: true, Position: 1, Record: sensors.Record{
			ID:    11,
			At:    at + 60,
			Model: "ScanWatch",
			Zone:  "Asia/Tokyo",
			Values: map[string]sensors.Value{
				"ecg_afib":           sensors.Text("negative"),
				"ecg_heart_rate_bpm": sensors.Number(decimal.FromInt(63)),
			},
		}},
	}}
	status, body, _ := getHistory(t, h, "/api/profiles/alice/ecgs?from=2026-03-01")
	want := `{"ecgs":[{"time":"2026-03-01T08:12:00+01:00","has_waveform":false},` +
		`{"id":11,"time":"2026-03-01T16:13:00+09:00","class":"negative","heart_rate_bpm":63,"device":"ScanWatch",` +
		`"wear_position":"left_wrist","has_waveform":true}]}`
	if status != http.StatusOK || body != want {
		t.Errorf("%d\n%s\nwant\n%s", status, body, want)
	}
	if asked := time.Date(2026, 3, 1, 0, 0, 0, 0, berlin(t)); !h.from.Equal(asked) {
		t.Errorf("asked from %v, want %v", h.from, asked)
	}
	if _, body, _ := getHistory(t, &fakeHistory{}, "/api/profiles/alice/ecgs"); body != `{"ecgs":[]}` {
		t.Errorf("without any: %s", body)
	}
}

func TestECGsAreTheLastOnes(t *testing.T) {
	t.Parallel()
	h := &fakeHistory{}
	for id := range int64(1001) {
		h.ecgs = append(h.ecgs, history.ECG{Record: sensors.Record{ID: id + 1, At: id + 1}})
	}
	_, body, _ := getHistory(t, h, "/api/profiles/alice/ecgs")
	if strings.Contains(body, `"id":1,`) || !strings.Contains(body, `"id":2,`) || !strings.Contains(body, `"id":1001,`) {
		t.Errorf("%d bytes begin with %.80s", len(body), body)
	}
}

func TestWaveformHasItsSamples(t *testing.T) {
	t.Parallel()
	h := &fakeHistory{curves: map[int64]sensors.Waveform{
		11: {Frequency: 300, Samples: []int{-20, 0, 230}, HeartRate: 63, Position: 99, Unreadable: 1},
		12: {Frequency: 500, Samples: []int{7}, Position: sensors.NoPosition},
	}}
	for path, want := range map[string]string{
		"11": `{"id":11,"unit":"µV","sampling_frequency_hz":300,"heart_rate_bpm":63,"wear_position":"position_99",` +
			`"unreadable_samples":1,"signal":[-20,0,230]}`,
		"12": `{"id":12,"unit":"µV","sampling_frequency_hz":500,"signal":[7]}`,
		"13": `{"error":"the archive has no waveform with this id"}`,
	} {
		status, body, _ := getHistory(t, h, "/api/profiles/alice/ecgs/"+path)
		if body != want || (status == http.StatusNotFound) != (path == "13") {
			t.Errorf("%s: %d %s\nwant %s", path, status, body, want)
		}
	}
}
