// SPDX-License-Identifier: MIT

package cli_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
	"unicode"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/simulator"
)

// TestLogLinesCannotBeForged: what the cloud, a visitor of the page and a client
// of the broker send begins no line of the log and moves no cursor.
func TestLogLinesCannotBeForged(t *testing.T) {
	t.Parallel()
	const forged = "\n{\"level\":\"error\",\"message\":\"forged\"}\r\n\x1b[2J\u202e\x07 2026-01-01 ERR forged\n"
	for _, format := range []string{"json", "console"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			ctx, o, folder, address := t.Context(), clitest.Start(t), t.TempDir(), clitest.FreeAddress(t)
			path := o.Configure(t, folder, "[Alice]", "all", "log: {level: trace, format: "+format+"}",
				"web: {listen: "+address+", password: page}")
			clitest.SignIn(t, path, "Alice")
			o.Cloud.SetFaults(simulator.Fault{Call: "measure getmeas", Status: 342, Text: "refused" + forged})
			daemon := clitest.StartProgram(t, "--config", path, "run")
			clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/status", "online"))
			_, err := daemon.Stderr.WaitForLine(ctx, "refused")
			clitest.Must(t, err)
			request := clitest.Get(t, "http://"+address+"/")
			request.Host = "evil.example"
			reply, err := clitest.Browser().Do(request)
			clitest.Must(t, err)
			clitest.Must(t, reply.Body.Close())
			request = clitest.Get(t, "http://"+address+"/nothing%0a%1b%5b2Jforged")
			request.SetBasicAuth("user"+forged, "wrong"+forged)
			reply, err = clitest.Browser().Do(request)
			clitest.Must(t, err)
			clitest.Must(t, reply.Body.Close())
			o.Cloud.Weigh("Alice", "61.25", time.Now()) // clock: the daemon uses the real time
			daemon.Interrupts <- os.Interrupt
			daemon.ExpectExit(t, 0)
			lines := strings.Split(strings.TrimSuffix(daemon.Stderr.String(), "\n"), "\n")
			for _, line := range lines {
				if strings.ContainsFunc(line, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) {
					t.Errorf("the log has the line %q", line)
				}
				var entry struct{ Level, Message string }
				if format == "json" && (json.Unmarshal([]byte(line), &entry) != nil || entry.Message == "forged") ||
					format == "console" && (line == "" || line[0] < '0' || line[0] > '9' || strings.HasPrefix(line, "2026-01-01 ERR")) {
					t.Errorf("forged: %q", line)
				}
			}
			if len(lines) < 5 {
				t.Errorf("only %d lines", len(lines))
			}
		})
	}
}
