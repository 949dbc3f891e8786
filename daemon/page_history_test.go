// SPDX-License-Identifier: MIT

package daemon_test

import (
	"encoding/json"
	"net/http"
	"os"
	"testing"

	"vitals2mqtt/cli/clitest"
)

// TestPageServesThePast starts the whole program and asks for the weights that
// it has archived.
func TestPageServesThePast(t *testing.T) {
	t.Parallel()
	o := clitest.Start(t)
	path, address := configurePage(t, o)
	clitest.SignIn(t, path, "Alice")
	program := clitest.StartProgram(t, "--config", path, "run")
	var answer struct {
		Series []struct {
			Key, Unit string
			Points    []struct{ Value float64 }
		}
	}
	get := func(slug string) int {
		reply, err := clitest.Browser().Do(clitest.Get(t, "http://"+address+"/api/profiles/"+slug+"/history?key=weight_kg"))
		if err != nil {
			return 0 // not listening yet
		}
		defer func() { _ = reply.Body.Close() }()
		clitest.Must(t, json.NewDecoder(reply.Body).Decode(&answer))
		return reply.StatusCode
	}
	clitest.Must(t, clitest.WaitFor(t.Context(), "archived weights", func() bool {
		return get("alice") == http.StatusOK && len(answer.Series) == 1 && len(answer.Series[0].Points) > 0
	}))
	if got := answer.Series[0]; got.Unit != "kg" || got.Points[0].Value < 50 || got.Points[0].Value > 90 {
		t.Errorf("%+v", got)
	}
	if status := get("carol"); status != http.StatusNotFound {
		t.Errorf("an unknown profile: %d", status)
	}
	program.Interrupts <- os.Interrupt
	program.ExpectExit(t, 0)
}
