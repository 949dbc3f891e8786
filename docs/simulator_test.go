// SPDX-License-Identifier: MIT

package docs_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"vitals2mqtt/simulator"
	"vitals2mqtt/simulator/simtest"
)

// simulatorAddress is where the guide's simulator listens.
const simulatorAddress = "127.0.0.1:8100"

// checkSimulate starts the simulator, at any free address.
func checkSimulate(t *testing.T, _ *harness, b block) {
	t.Helper()
	text := strings.Replace(strings.TrimSpace(b.text), simulatorAddress, "127.0.0.1:0", 1)
	words := strings.Fields(text)
	run := exec.CommandContext(t.Context(), words[0], words[1:]...)
	run.Dir, run.Env = t.TempDir(), environ("EXAMPLE="+exampleConfig(t))
	out := &outputBuffer{}
	run.Stdout, run.Stderr = out, out
	must(t, run.Start())
	(&harness{t: t}).await("the controls of "+text, func() bool {
		return strings.Contains(out.String(), "/control?format=text'")
	})
	must(t, run.Process.Signal(os.Interrupt))
	if err := run.Wait(); err != nil {
		t.Errorf("%s:%d: %v: %s", b.path, b.line, err, out)
	}
}

// checkControl runs an example against a cloud with the demo's people; the
// answer must be JSON and no error.
func checkControl(t *testing.T, _ *harness, b block) {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("this system has no shell; the blocks run where there is one")
	}
	people := simulator.DemoPeople()
	for i := range people {
		people[i].Days = 20
	}
	url := simtest.Serve(t, simulator.New(simulator.Options{People: people}))
	text := strings.ReplaceAll(b.text, "http://"+simulatorAddress, url)
	run := exec.CommandContext(t.Context(), sh, "-euc", text)
	run.Dir, run.Env = t.TempDir(), environ()
	out, err := run.CombinedOutput()
	said := strings.TrimSpace(string(out))
	if err != nil || !strings.HasPrefix(said, "{") || strings.Contains(said, `"error"`) {
		t.Errorf("%s:%d: %v: %s", b.path, b.line, err, said)
	}
}
