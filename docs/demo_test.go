// SPDX-License-Identifier: MIT

package docs_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// TestDemoAsInTheREADME compares what the demo prints with the README, and runs
// the commands that it prints.
func TestDemoAsInTheREADME(t *testing.T) {
	t.Parallel()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("this system has no shell; the commands run where there is one")
	}
	demo := exec.CommandContext(t.Context(), "vitals2mqtt", "demo")
	demo.Dir, demo.Env = t.TempDir(), environ("EXAMPLE="+exampleConfig(t))
	out := &outputBuffer{}
	demo.Stdout, demo.Stderr = out, out
	must(t, demo.Start())
	ended := false
	t.Cleanup(func() {
		if !ended {
			_ = demo.Process.Kill()
			_ = demo.Wait()
		}
	})
	s := &harness{t: t}
	const last = "Press Ctrl-C to stop."
	s.await("the demo to start", func() bool { return strings.Contains(out.String(), last) })

	port := regexp.MustCompile(`(127\.0\.0\.1:|-p )\d+`)
	introduction := func(text string) string {
		text, _, _ = strings.Cut(text, last)
		return port.ReplaceAllString(text, "${1}PORT")
	}
	shown := ""
	for _, b := range read(t, "../README.md").blocks {
		if strings.HasPrefix(b.text, "vitals2mqtt demo: ") {
			shown = b.text
		}
	}
	if got, want := introduction(out.String()), introduction(shown); got != want {
		t.Errorf("the demo prints\n%s\nthe README shows\n%s", got, want)
	}

	commands := regexp.MustCompile(`(?m)^ {2}(curl .+)$`).FindAllStringSubmatch(out.String(), -1)
	if len(commands) != 2 {
		t.Fatalf("the demo prints %d commands for the cloud:\n%s", len(commands), out)
	}
	answers := make([]string, len(commands))
	for i, command := range commands {
		run := exec.CommandContext(t.Context(), sh, "-euc", command[1])
		run.Env = environ()
		answer, err := run.Output()
		if answers[i] = string(answer); err != nil {
			t.Errorf("%s: %v", command[1], err)
		}
	}
	if !strings.HasPrefix(answers[0], `{"id":`) || !strings.Contains(answers[1], "POST /control/weigh") {
		t.Errorf("the commands answer %q", answers)
	}
	s.await("the weigh-in", func() bool { return strings.Contains(out.String(), "\nvitals2mqtt/alice/weight_kg 81.4\n") })
	must(t, demo.Process.Signal(os.Interrupt))
	ended = true
	if err := demo.Wait(); err != nil {
		t.Errorf("after Ctrl-C: %v\n%s", err, out)
	}
}
