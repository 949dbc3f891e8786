// SPDX-License-Identifier: MIT

package web

import (
	"errors"
	"testing"
	"time"

	"vitals2mqtt/web/draw"
)

func TestPicturesAreKeptForAWhile(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	value := Value{Key: "weight_kg", Text: "69.4", MeasuredAt: now.Add(-time.Hour)}
	other := value
	other.Text = "69.5"
	cache, painted := newPictureCache(), 0
	ask := func(value Value, at time.Time, result draw.Picture, err error) {
		t.Helper()
		cache.get(pictureKey{slug: "alice", key: value.Key}, value, at, func() (draw.Picture, error) {
			painted++
			return result, err
		})
	}
	for i, step := range []struct {
		value  Value
		at     time.Time
		result draw.Picture
		err    error
		want   int
	}{
		{value, now, "", errors.New("not now"), 1},
		{value, now, "", nil, 2},
		{value, now.Add(59 * time.Second), "", nil, 2},
		{value, now.Add(time.Minute), "<svg/>", nil, 3}, // the archive has filled
		{value, now.Add(10 * time.Minute), "<svg/>", nil, 3},
		{value, now.Add(11 * time.Minute), "<svg/>", nil, 4}, // it may have been corrected
		{other, now.Add(12 * time.Minute), "<svg/>", nil, 5},
		{other, now.Add(16 * time.Hour), "<svg/>", nil, 6},
	} {
		if ask(step.value, step.at, step.result, step.err); painted != step.want {
			t.Errorf("step %d: painted %d times, want %d", i, painted, step.want)
		}
	}
}
