// SPDX-License-Identifier: MIT

package draw_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/web/draw"
)

// beats is an invented electrocardiogram: a beat a second, a narrow peak of 1 mV.
func beats(seconds float64, frequency int) []int {
	samples := make([]int, int(seconds*float64(frequency)))
	for i := range samples {
		phase := math.Mod(float64(i)/float64(frequency), 1)
		samples[i] = int(40 * math.Sin(2*math.Pi*phase))
		if math.Abs(phase-0.4) < 0.02 {
			samples[i] = int(1000 * (1 - math.Abs(phase-0.4)/0.02))
		}
	}
	return samples
}

func TestStripGolden(t *testing.T) {
	t.Parallel()
	saved(t, "strip", draw.Strip{Title: "ECG", Microvolts: beats(5, 300), Frequency: 300, RowSeconds: 3}.Draw())
}

// One second is 25 mm wide, and the rows are full but for the last one.
func TestStripIsTrueToScale(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		strip draw.Strip
		want  string
		rows  int
	}{
		"three rows":        {draw.Strip{Microvolts: beats(30, 300), Frequency: 300}, `width="250mm"`, 3},
		"500 Hz":            {draw.Strip{Microvolts: beats(20, 500), Frequency: 500}, `width="250mm"`, 2},
		"shorter than row":  {draw.Strip{Microvolts: beats(4.2, 300), Frequency: 300}, `width="125mm"`, 1},
		"less than second":  {draw.Strip{Microvolts: beats(0.5, 300), Frequency: 300}, `width="25mm"`, 1},
		"one sample":        {draw.Strip{Microvolts: []int{5}, Frequency: 300}, `width="25mm"`, 1},
		"rows of 3 seconds": {draw.Strip{Microvolts: beats(30, 300), Frequency: 300, RowSeconds: 3}, `width="75mm"`, 10},
	} {
		picture := string(test.strip.Draw())
		if !strings.Contains(picture, test.want) || strings.Count(picture, `class="trace"`) != test.rows {
			t.Errorf("%s: %.200s…, %d rows", name, picture, strings.Count(picture, `class="trace"`))
		}
	}
}

func TestStripWithoutFrequencyOrSamplesIsRefused(t *testing.T) {
	t.Parallel()
	for name, strip := range map[string]draw.Strip{
		"no frequency":       {Microvolts: beats(1, 300)},
		"negative frequency": {Microvolts: beats(1, 300), Frequency: -1},
		"no samples":         {Frequency: 300},
	} {
		if picture := strip.Draw(); picture != "" {
			t.Errorf("%s: %s", name, picture)
		}
	}
	if got := (draw.Strip{Microvolts: beats(1, 300)}).Duration(); got != 0 {
		t.Errorf("without a frequency it lasts %s", got)
	}
	if got := (draw.Strip{Microvolts: beats(30, 300), Frequency: 300}).Duration(); got != 30*time.Second {
		t.Errorf("30 s last %s", got)
	}
}

// A contact that breaks does not make the paper higher, nor leave it.
func TestStripCutsOffWhatIsNotHeart(t *testing.T) {
	t.Parallel()
	samples := beats(10, 300)
	samples[100] = 16_000_000
	picture := string(draw.Strip{Microvolts: samples, Frequency: 300}.Draw())
	if !strings.Contains(picture, `height="25mm"`) {
		t.Errorf("%.200s", picture)
	}
}

// Where the base line of the recording lies does not matter.
func TestStripIsDrawnAroundItsBaseLine(t *testing.T) {
	t.Parallel()
	samples := beats(10, 300)
	want := draw.Strip{Microvolts: samples, Frequency: 300}.Draw()
	for _, base := range []int{-15_000_000, 3_000, 16_000_000} {
		far := make([]int, len(samples))
		for i, v := range samples {
			far[i] = v + base
		}
		given := far[0]
		if got := (draw.Strip{Microvolts: far, Frequency: 300}).Draw(); got != want {
			t.Errorf("at %d µV another curve is drawn: %.300s…", base, got)
		}
		if far[0] != given {
			t.Error("the samples of the caller have changed")
		}
	}
}
