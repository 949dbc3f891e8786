// SPDX-License-Identifier: MIT

package daemon_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/checkpoint"
	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/history"
)

// archivedWeights returns the weights in the archive of a state folder, beside
// the daemon that writes it.
func archivedWeights(t *testing.T, stateDir string) (weights []string) {
	t.Helper()
	archive, err := history.Open(t.Context(), history.Options{Path: filepath.Join(stateDir, "history.db"), ReadOnly: true})
	if err != nil {
		return nil // it is not there yet
	}
	defer func() { _ = archive.Close() }()
	account, found, err := bridge.LoadStoredAccount(checkpoint.OpenReadOnly(stateDir), "alice")
	if err != nil || !found {
		return nil
	}
	for rec, err := range archive.Changed(t.Context(), account.UserID, 0) {
		clitest.Must(t, err)
		if weight, ok := rec.Values["weight_kg"]; ok {
			weights = append(weights, weight.String())
		}
	}
	return weights
}

// child is the program in a process of its own, which can be killed.
type child struct {
	command *exec.Cmd
	output  *clitest.OutputBuffer
	ended   chan struct{}
	err     error // once ended is closed
}

// startChild starts the program; the test's end kills it.
func startChild(t *testing.T, args ...string) *child {
	t.Helper()
	return startCommand(t, exec.CommandContext(context.WithoutCancel(t.Context()), "vitals2mqtt", args...))
}

// startCommand is startChild for a command that becomes the program.
func startCommand(t *testing.T, command *exec.Cmd) *child {
	t.Helper()
	example, err := filepath.Abs(filepath.Join("..", "config.example.yaml"))
	clitest.Must(t, err)
	c := &child{command: command, output: &clitest.OutputBuffer{}, ended: make(chan struct{})}
	c.command.Env = append(os.Environ(), "EXAMPLE="+example)
	c.command.Stdout, c.command.Stderr = c.output, c.output
	clitest.Must(t, c.command.Start())
	go func() {
		defer close(c.ended)
		c.err = c.command.Wait()
	}()
	t.Cleanup(func() {
		_ = c.command.Process.Kill()
		<-c.ended
		if t.Failed() {
			t.Logf("%v printed:\n%s", command.Args, c.output)
		}
	})
	return c
}

// stopWith sends a signal and waits for the end.
func (c *child) stopWith(t *testing.T, by os.Signal) {
	t.Helper()
	clitest.Must(t, c.command.Process.Signal(by))
	select {
	case <-c.ended:
	case <-time.After(clitest.WaitTimeout):
		t.Fatalf("the process survives %v", by)
	}
}

// collect are the messages on a topic, in order.
func collect(t *testing.T, o *clitest.Harness, topic string) func() []string {
	t.Helper()
	var mu sync.Mutex
	var payloads []string
	clitest.Must(t, o.Broker.Watch(topic, func(_ string, payload []byte, _ bool) {
		mu.Lock()
		defer mu.Unlock()
		payloads = append(payloads, string(payload))
	}))
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(payloads)
	}
}

// eventWeights returns the weights of the events, in order, each of them once.
func eventWeights(t *testing.T, events []string) []string {
	t.Helper()
	weights, seen := []string{}, map[int64]bool{}
	for _, payload := range events {
		var event struct {
			Group  int64       `json:"group_id"`
			Weight json.Number `json:"weight_kg"`
		}
		clitest.Must(t, json.Unmarshal([]byte(payload), &event))
		if seen[event.Group] {
			t.Errorf("an event came twice: %s", payload)
		}
		seen[event.Group] = true
		if event.Weight != "" {
			weights = append(weights, event.Weight.String())
		}
	}
	return weights
}

// The daemon ends after it has stored a weigh-in whose event the broker could
// not accept.
func TestEventSurvivesRestart(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		cut  func(g *freezableProxy) // cuts the connection to the broker before the weigh-in
		by   os.Signal
	}{
		{"killed while the broker is silent", (*freezableProxy).freeze, syscall.SIGKILL},
		{"killed while the broker is unreachable", (*freezableProxy).close, syscall.SIGKILL},
		{"stopped while the broker is unreachable", (*freezableProxy).close, syscall.SIGTERM},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			ctx, o := t.Context(), clitest.Start(t)
			between, folder := newFreezableProxy(t, o.Broker.Addr()), t.TempDir()
			path := filepath.Join(folder, "config.yaml")
			clitest.WriteFile(t, path, o.Config("[Alice]", "[weight_kg]", "mqtt: {url: mqtt://"+between.address+"}"))
			clitest.SignIn(t, path, "Alice")
			events := collect(t, o, "vitals2mqtt/alice/event")
			daemon := startChild(t, "--config", path, "run")
			// A weigh-in during the first fill is no news.
			_, err := daemon.output.WaitForLine(ctx, `"reason":"start"`)
			clitest.Must(t, err)
			clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/weight_kg", ""))
			clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/bridge/state", "online"))

			row.cut(between)
			o.Cloud.Weigh("Alice", "71.234", time.Now()) // clock: the daemon uses the real time
			clitest.Must(t, clitest.WaitFor(ctx, "the weigh-in to be stored", func() bool {
				return slices.Contains(archivedWeights(t, filepath.Join(folder, "state")), "71.234")
			}))
			daemon.stopWith(t, row.by)
			if early := events(); len(early) > 0 {
				t.Fatalf("the broker was reachable: %v", early)
			}

			o.Cloud.Weigh("Alice", "71.5", time.Now()) // clock: the daemon uses the real time
			clitest.WriteFile(t, path, o.Config("[Alice]", "[weight_kg]"))
			startChild(t, "--config", path, "run")
			clitest.Must(t, clitest.WaitFor(ctx, "the event of the newest weigh-in", func() bool {
				return slices.Contains(eventWeights(t, events()), "71.5")
			}))
			if got, want := eventWeights(t, events()), []string{"71.234", "71.5"}; !slices.Equal(got, want) {
				t.Errorf("events of %v, want %v", got, want)
			}
		})
	}
}
