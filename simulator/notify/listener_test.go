// SPDX-License-Identifier: MIT

package notify

import (
	"errors"
	"net/http"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestOnlyLoopbackIsCalled(t *testing.T) {
	t.Parallel()
	for _, elsewhere := range []string{"http://192.0.2.1/", "https://bridge.example.org/w", "http://[2001:db8::1]:80/"} {
		if _, err := newCaller(nil).call(t.Context(), http.MethodHead, elsewhere, ""); !errors.Is(err, errNotLoopback) {
			t.Errorf("%s: %v", elsewhere, err)
		}
	}
}
