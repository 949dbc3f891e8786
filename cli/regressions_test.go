// SPDX-License-Identifier: MIT

package cli_test

import (
	"testing"

	"vitals2mqtt/cli"
	"vitals2mqtt/cli/clitest"
)

// panickingWriter panics when it is written to.
type panickingWriter struct{}

func (panickingWriter) Write([]byte) (int, error) { panic("torn") }

func TestPanicIsNotSwallowed(t *testing.T) {
	t.Parallel()
	defer func() {
		if got := recover(); got != "torn" {
			t.Errorf("a panic inside came out as %v", got)
		}
	}()
	code := cli.Program{Stdout: panickingWriter{}, Stderr: panickingWriter{}}.Run([]string{"version"})
	t.Errorf("a panic inside came out as exit code %d", code)
}

func TestUnknownLogLevelIsAUsageError(t *testing.T) {
	t.Parallel()
	path := writeMinimalConfig(t, "secret", "mqtt://127.0.0.1:9")
	clitest.Run(t, "--config", path, "--log", "chatty", "check").Expect(t, 2, "--log")
}
