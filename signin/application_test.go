// SPDX-License-Identifier: MIT

package signin_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

// unknownApplicationClient is a client whose application is rejected.
type unknownApplicationClient struct{ fakeClient }

func (unknownApplicationClient) Exchange(context.Context, string, string) (withings.Token, error) {
	return withings.Token{}, &withings.Error{
		Service: "v2/oauth2",
		Action:  "requesttoken",
		Status:  503,
		HTTP:    200,
		Class:   withings.Application,
		Text:    "Invalid Params: invalid client_secret",
		Err:     withings.ErrApplication,
	}
}

// The error names the application, not the age of the code.
func TestFinishReportsRejectedApplication(t *testing.T) {
	t.Parallel()
	d := newServiceWith(unknownApplicationClient{}, tokenstore.NewMemory())
	_, err := d.Finish(t.Context(), start(t, d, "alice"), "code-1001")
	if !errors.Is(err, withings.ErrApplication) ||
		!strings.Contains(err.Error(), "does not accept this client id and secret") ||
		!strings.Contains(err.Error(), "withings.client_secret") || strings.Contains(err.Error(), "30 seconds") {
		t.Errorf("%v", err)
	}
}
