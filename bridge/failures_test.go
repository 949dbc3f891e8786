// SPDX-License-Identifier: MIT

package bridge

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// failed wraps an error as the loop does.
func failed(endpoint sensors.Endpoint, err error) error { return fmt.Errorf("%s: %w", endpoint, err) }

// outageOf is the same failure of a data call, with its own name and wait.
func outageOf(service, action string, wait time.Duration) error {
	return &withings.Error{
		Service:    service,
		Action:     action,
		Status:     withings.NoStatus,
		HTTP:       502,
		Class:      withings.Temporary,
		RetryAfter: wait,
	}
}

func TestRoundErrorHasEachCauseOnce(t *testing.T) {
	t.Parallel()
	refused := fmt.Errorf("%w: %w", withings.ErrRefused, &withings.Error{
		Service: "v2/oauth2",
		Action:  "requesttoken",
		Status:  503,
		Class:   withings.Params,
		Text:    "Invalid Params: invalid refresh_token",
	})
	const measures, nights, days = sensors.EndpointMeasures, sensors.EndpointNights, sensors.EndpointActivity
	for name, test := range map[string]struct {
		failures map[sensors.Endpoint]error
		want     string
	}{
		"nothing": {map[sensors.Endpoint]error{measures: nil}, ""},
		"one refused refresh": {
			map[sensors.Endpoint]error{
				measures: failed(measures, refused), nights: failed(nights, refused), days: failed(days, refused),
				sensors.EndpointHeart: failed(sensors.EndpointHeart, refused), sensors.EndpointGoals: nil,
				sensors.EndpointStages: failed(sensors.EndpointStages, refused),
			},
			"token refresh refused: v2/oauth2 requesttoken: params, status 503: Invalid Params: invalid refresh_token " +
				"(measure/getmeas, v2/heart/list, v2/measure/getactivity and 2 more)",
		},
		"one outage": {
			map[sensors.Endpoint]error{
				measures:               failed(measures, outageOf("measure", "getmeas", 0)),
				nights:                 failed(nights, outageOf("v2/sleep", "getsummary", 0)),
				sensors.EndpointSeries: failed(sensors.EndpointSeries, outageOf("v2/sleep", "get", 0)),
			},
			"temporary, HTTP 502 (measure/getmeas, v2/sleep/get series, v2/sleep/getsummary)",
		},
		"waits that differ": {
			map[sensors.Endpoint]error{
				measures: failed(measures, outageOf("measure", "getmeas", 100*time.Second)),
				nights:   failed(nights, outageOf("v2/sleep", "getsummary", 99*time.Second)),
			},
			"temporary, HTTP 502 (retry in 1m40s) (measure/getmeas, v2/sleep/getsummary)",
		},
		"two causes": {
			map[sensors.Endpoint]error{
				measures: failed(measures, outageOf("measure", "getmeas", 0)), days: failed(days, withings.ErrSignIn),
				nights: failed(nights, withings.ErrSignIn),
			},
			"temporary, HTTP 502 (measure/getmeas); sign-in needed",
		},
	} {
		err := newRoundError(test.failures)
		if err == nil && test.want == "" {
			continue
		}
		if err == nil || err.Error() != test.want {
			t.Errorf("%s: %v, want %s", name, err, test.want)
			continue
		}
		for _, each := range test.failures {
			if each != nil && !errors.Is(err, each) {
				t.Errorf("%s: the error does not wrap %v", name, each)
			}
		}
	}
}
