// SPDX-License-Identifier: MIT

package simtest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"vitals2mqtt/simulator"
	"vitals2mqtt/simulator/simtest"
	"vitals2mqtt/tokenstore"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestClientReadsWhatIsAdded signs in with the program's own client, over
// sockets and in process, and reads a weight of the control API.
func TestClientReadsWhatIsAdded(t *testing.T) {
	t.Parallel()
	cloud := simulator.New(simulator.Options{People: simtest.People(-1), Strict: true})
	url := simtest.Serve(t, cloud)
	post(t, url+"/control/weigh", `{"person": "Alice", "kg": "70.1"}`)
	for _, address := range []string{"", url} {
		client := simtest.Client(t, cloud, address)
		tokens := tokenstore.NewMemory()
		if err := tokens.Save(t.Context(), "alice", simtest.SignIn(t, cloud, client, "Alice")); err != nil {
			t.Fatal(err)
		}
		for got, err := range client.Account("alice", tokens).Measures(t.Context(), time.Unix(1, 0), 0) {
			if err != nil || len(got.Groups) == 0 || got.Groups[0].Measures[0].Value.Decimal.Float() != 701 {
				t.Errorf("%v: %+v", err, got)
			}
			break
		}
	}
}

func post(t *testing.T, url, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableKeepAlives: true}
	response, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("%s: HTTP %d", url, response.StatusCode)
	}
}
