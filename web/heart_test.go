// SPDX-License-Identifier: MIT

package web_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/bloodpressure"
	"vitals2mqtt/history"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// measured is a reading of a cuff.
func measured(at time.Time, systolic, diastolic, pulse int64) history.Stored {
	return history.Stored{Kind: sensors.KindMeasures, Record: sensors.Record{
		At:    at.Unix(),
		Model: "BPM Connect",
		Values: map[string]sensors.Value{
			bloodpressure.KeySystolic:  sensors.Number(decimal.FromInt(systolic)),
			bloodpressure.KeyDiastolic: sensors.Number(decimal.FromInt(diastolic)),
			bloodpressure.KeyPulse:     sensors.Number(decimal.FromInt(pulse)),
		},
	}}
}

// recorded is an electrocardiogram.
func recorded(id int64, at time.Time, class string) history.ECG {
	return history.ECG{Record: sensors.Record{
		ID:    id,
		At:    at.Unix(),
		Model: "ScanWatch 2",
		Values: map[string]sensors.Value{
			"ecg_afib":           sensors.Text(class),
			"ecg_heart_rate_bpm": sensors.Number(decimal.FromInt(66)),
		},
	}}
}

// curve is ten seconds of nothing but one peak.
func curve() sensors.Waveform {
	w := sensors.Waveform{Frequency: 300, Samples: make([]int, 3000)}
	w.Samples[100] = 1000
	return w
}

func TestHeartPartsMorningAndEvening(t *testing.T) {
	t.Parallel()
	h := &fakeHistory{
		records: []history.Stored{
			measured(inBerlin(t, 27, 7, 30), 130, 84, 62),
			measured(inBerlin(t, 27, 21, 0), 120, 78, 66),
			measured(inBerlin(t, 28, 8, 0), 140, 90, 64),
		},
		series: history.Series{Points: []history.Point{
			{Time: inBerlin(t, 27, 7, 30), Mean: 62, Min: exact(t, "62"), Max: exact(t, "62"), Last: exact(t, "62")},
		}},
	}
	status, body, _ := showPast(t, h, "/heart/alice?days=0")
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	wantWords(t, body,
		"Heart of Alice", "140/90 mmHg", "pulse 64 bpm · 28 Nov 2026 08:00 · BPM Connect", "Morning 135/87 130–140 / 84–90 63 2",
		"Evening 120/78 120–120 / 78–78 66 1", "All 130/84 120–140 / 78–90 64 3", "28 Nov 2026 08:00 140/90 64",
		"No electrocardiograms.",
	)
	for _, want := range []string{
		`class="line first"`, `class="dots second evening"`, `class="band grade_1"`, ">high normal<", `href="/report/alice"`,
		`aria-current="true">All</a>`, `href="/values/alice/heart_pulse_bpm"`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(body, "grade_2") {
		t.Error("a class without a reading is shown")
	}
}

func TestHeartDoesNotBridgePausesOfThePulse(t *testing.T) {
	t.Parallel()
	h := &fakeHistory{}
	for _, day := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 24, 25} {
		h.series.Points = append(h.series.Points, history.Point{
			Time: inBerlin(t, day, 8, 0), Mean: 62, Min: exact(t, "62"), Max: exact(t, "62"), Last: exact(t, "62"),
		})
	}
	_, body, _ := showPast(t, h, "/heart/alice?days=0")
	_, line, _ := strings.Cut(body, `class="line second" d="`)
	line, _, _ = strings.Cut(line, `"`)
	if strings.Count(line, "M") != 2 {
		t.Errorf("the pulse is the line %q", line)
	}
}

// So many readings have no dots, and their lines are means with extremes.
func TestHeartOfYearsShowsMeans(t *testing.T) {
	t.Parallel()
	h := &fakeHistory{}
	for i := range 1000 {
		at := time.Date(2024, 1, 1, 7, 0, 0, 0, berlin(t)).AddDate(0, 0, i/2).Add(time.Duration(i%2*12) * time.Hour)
		h.records = append(h.records, measured(at, 120+int64(i%20), 80, 60))
	}
	_, body, _ := showPast(t, h, "/heart/alice?days=0")
	if strings.Contains(body, `class="dots`) || !strings.Contains(body, `class="spread first"`) {
		t.Error("single readings are shown, or no extremes")
	}
	if rows := strings.Count(body, "<tr>"); rows > 120 {
		t.Errorf("the tables have %d rows", rows)
	}
}

func TestHeartShowsTheNewestCurveOrTheOneAskedFor(t *testing.T) {
	t.Parallel()
	h := &fakeHistory{
		ecgs: []history.ECG{
			recorded(11, inBerlin(t, 20, 9, 0), "inconclusive"),
			recorded(12, inBerlin(t, 24, 15, 41), "negative"),
			recorded(-7, inBerlin(t, 25, 8, 0), ""),
		},
		curves: map[int64]sensors.Waveform{11: curve(), 12: curve()},
	}
	_, body, _ := showPast(t, h, "/heart/alice")
	wantWords(t, body, "No result 66 bpm · 25 Nov 2026 08:00 · ScanWatch 2", "The curve of this recording is not stored.")
	if strings.Contains(body, `class="ecg"`) {
		t.Error("a recording without a curve has a picture")
	}
	_, body, _ = showPast(t, h, "/heart/alice?ecg=12")
	wantWords(t, body, "Sinus rhythm 66 bpm · 24 Nov 2026 15:41", "25 mm/s, 10 mm/mV", "20 Nov 2026 09:00 Inconclusive 66")
	if strings.Count(body, `class="ecg"`) != 2 || !strings.Contains(body, `width="250mm"`) {
		t.Error("the curve is not drawn for both widths")
	}
	for _, want := range []string{`aria-label="Electrocardiogram on millimetre paper. Result: Sinus rhythm"`, `?ecg=11#ecg"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	h.curves[12] = sensors.Waveform{Samples: []int{1, 2}} // without a frequency
	_, body, _ = showPast(t, h, "/heart/alice?ecg=12")
	wantWords(t, body, "The curve of this recording is not stored.")
}

func TestHeartWithoutValues(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/heart/alice", "/heart/bob", "/heart/alice?days=7&ecg=nothing"} {
		status, body, _ := showPast(t, &fakeHistory{}, path)
		if status != http.StatusOK || strings.Contains(body, "<svg") {
			t.Errorf("%s: %d", path, status)
		}
		wantWords(t, body, "No readings in this time.", "No electrocardiograms.")
	}
	status, body, logged := showPast(t, &fakeHistory{err: errors.New("disk on fire")}, "/heart/alice", "Accept-Language", "de")
	if status != http.StatusServiceUnavailable || !strings.Contains(logged, "disk on fire") {
		t.Errorf("%d, logged %s", status, logged)
	}
	wantWords(t, body, "Das Archiv ist gerade nicht lesbar")
}
