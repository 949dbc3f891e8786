// SPDX-License-Identifier: MIT

package daemon_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vitals2mqtt/cli/clitest"
)

// TestCalendarOfTheWholeProgram asks for the address of a calendar and then, as
// a calendar program does, for the calendar.
func TestCalendarOfTheWholeProgram(t *testing.T) {
	t.Parallel()
	o := clitest.Start(t)
	folder, address := t.TempDir(), clitest.FreeAddress(t)
	path := o.Configure(t, folder, "[Alice]", "all", "web: {listen: "+address+", calendar: true}")
	clitest.SignIn(t, path, "Alice")
	program := clitest.StartProgram(t, "--config", path, "run")
	get := func(target string) (int, string) {
		reply, err := clitest.Browser().Do(clitest.Get(t, target))
		if err != nil {
			return 0, "" // not listening yet
		}
		defer func() { _ = reply.Body.Close() }()
		body, err := io.ReadAll(reply.Body)
		clitest.Must(t, err)
		return reply.StatusCode, string(body)
	}
	var shown struct{ URL string }
	clitest.Must(t, clitest.WaitFor(t.Context(), "the address of the calendar", func() bool {
		status, body := get("http://" + address + "/api/profiles/alice/calendar")
		return status == http.StatusOK && json.Unmarshal([]byte(body), &shown) == nil
	}))
	clitest.Must(t, clitest.WaitFor(t.Context(), "a night in the calendar", func() bool {
		status, body := get(shown.URL)
		return status == http.StatusOK && strings.Contains(body, "SUMMARY:Sleep\\, ")
	}))
	if status, _ := get(shown.URL + "0"); status != http.StatusNotFound {
		t.Errorf("a wrong key gets %d", status)
	}
	secret := strings.TrimSpace(clitest.ReadFile(t, filepath.Join(folder, "state", "calendar.secret")))
	if secret == "" || strings.Contains(shown.URL, secret) {
		t.Errorf("the key of one profile is the secret of all")
	}
	program.Interrupts <- os.Interrupt
	program.ExpectExit(t, 0)
}
