// SPDX-License-Identifier: MIT

package bridge

import (
	"testing"
	"time"

	"vitals2mqtt/sensors"
)

// TestSettledResponses has responses like one that changed nothing, and expects
// which of them to be passed over.
func TestSettledResponses(t *testing.T) {
	t.Parallel()
	now := epoch()
	hours := func(from, to time.Duration) *sensors.Range {
		return &sensors.Range{From: now.Add(from * time.Hour), To: now.Add(to * time.Hour)}
	}
	for _, test := range []struct {
		name             string
		confirmed, asked *sensors.Range
		digest           uint64
		endpoint         sensors.Endpoint
		after            time.Duration
		want             bool
	}{
		{"the same", nil, nil, 1, measures, 0, true},
		{"another", nil, nil, 2, measures, 0, false},
		{"another endpoint", nil, nil, 1, sensors.EndpointNights, 0, false},
		{"another endpoint, without a digest", nil, nil, 0, sensors.EndpointNights, 0, false},
		{"just within the hour", nil, nil, 1, measures, settledFor - 1, true},
		{"after an hour", nil, nil, 1, measures, settledFor, false},
		{"the clock was set back", nil, nil, 1, measures, -1, false},
		{"the same range", hours(-9, 0), hours(-9, 0), 1, measures, 0, true},
		{"within the range", hours(-9, 0), hours(-8, -1), 1, measures, 0, true},
		{"from earlier on", hours(-9, 0), hours(-10, 0), 1, measures, 0, false},
		{"until later", hours(-9, 0), hours(-9, 1), 1, measures, 0, false},
		{"a known record was not listed", nil, hours(-9, 0), 1, measures, 0, false},
	} {
		s := newSettledResponses()
		s.add(measures, 1, test.confirmed, now)
		if got := s.has(test.endpoint, sensors.Batch{Range: test.asked}, test.digest, now.Add(test.after)); got != test.want {
			t.Errorf("%s: passed over: %v", test.name, got)
		}
	}
}
