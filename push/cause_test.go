// SPDX-License-Identifier: MIT

package push_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"vitals2mqtt/push"
	"vitals2mqtt/withings"
)

func TestCause(t *testing.T) {
	t.Parallel()
	if push.Cause(nil) != "" {
		t.Error("a cause without an error")
	}
	causes := map[string]error{}
	for words, err := range map[string]error{
		"443":                        apiError(293, withings.Params),
		"limit reached":              apiError(305, withings.Temporary),
		"not granted":                apiError(403, withings.Forbidden),
		"plan":                       apiError(277, withings.Forbidden),
		"token":                      apiError(401, withings.Auth),
		"category":                   apiError(503, withings.Params),
		"requests":                   apiError(601, withings.Limited),
		"api_url":                    apiError(2554, withings.Unsupported),
		"unavailable or unreachable": apiError(2555, withings.Temporary),
		"not signed in":              fmt.Errorf("listing: %w", withings.ErrSignIn),
		"locally":                    fmt.Errorf("%w: refused", push.ErrNoAnswer),
		"timed out":                  context.DeadlineExceeded,
		"request failed":             errors.New("what is this"),
	} {
		cause := push.Cause(fmt.Errorf("somewhere: %w", err))
		if !strings.Contains(cause, words) || strings.Contains(cause, testSecret) {
			t.Errorf("%v: %q does not say %q", err, cause, words)
		}
		if other, twice := causes[cause]; twice {
			t.Errorf("%v and %v have the same cause", err, other)
		}
		causes[cause] = err
	}
}
