package cli_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// child is the program in a process of its own, which can be killed.
type child struct {
	command *exec.Cmd
	printed *console
	ended   chan struct{}
	err     error // once ended is closed
}

// spawn starts the program; the test's end kills it.
func spawn(t *testing.T, args ...string) *child {
	t.Helper()
	example, err := filepath.Abs(filepath.Join("..", "config.example.yaml"))
	must(t, err)
	c := &child{
		command: exec.CommandContext(context.WithoutCancel(t.Context()), "vitals2mqtt", args...), printed: &console{},
		ended: make(chan struct{}),
	}
	c.command.Env = append(os.Environ(), "EXAMPLE="+example)
	c.command.Stdout, c.command.Stderr = c.printed, c.printed
	must(t, c.command.Start())
	go func() {
		defer close(c.ended)
		c.err = c.command.Wait()
	}()
	t.Cleanup(func() {
		_ = c.command.Process.Kill()
		<-c.ended
		if t.Failed() {
			t.Logf("%v printed:\n%s", args, c.printed)
		}
	})
	return c
}

// ends sends a signal and waits for the end.
func (c *child) ends(t *testing.T, by os.Signal) {
	t.Helper()
	must(t, c.command.Process.Signal(by))
	select {
	case <-c.ended:
	case <-time.After(patience):
		t.Fatalf("the process outlives %v", by)
	}
}

// heard are the messages on a topic, in order.
func (o *outside) heard(t *testing.T, topic string) func() []string {
	t.Helper()
	var mu sync.Mutex
	var payloads []string
	must(t, o.broker.Watch(topic, func(_ string, payload []byte, _ bool) {
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

// weighed are the weights that events tell of, in order. Each event must come once.
func weighed(t *testing.T, events []string) []string {
	t.Helper()
	weights, seen := []string{}, map[int64]bool{}
	for _, payload := range events {
		var event struct {
			Group  int64       `json:"group_id"`
			Weight json.Number `json:"weight_kg"`
		}
		must(t, json.Unmarshal([]byte(payload), &event))
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

// TestEventOutlivesTheProcess ends the daemon when it has stored a weigh-in, and
// the broker has not been able to take the event.
func TestEventOutlivesTheProcess(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		away func(g *glass) // what becomes of the broker's address before the weigh-in
		by   os.Signal
	}{
		{"killed while the broker is silent", (*glass).freeze, syscall.SIGKILL},
		{"killed while the broker is away", (*glass).shatter, syscall.SIGKILL},
		{"stopped while the broker is away", (*glass).shatter, syscall.SIGTERM},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			ctx, o := t.Context(), outsideFor(t)
			between, folder := newGlass(t, o.broker.Addr()), t.TempDir()
			path := filepath.Join(folder, "config.yaml")
			o.configuration(t, path, "mqtt://"+between.address, "[Alice]", "[weight_kg]")
			signIn(t, path, "Alice")
			events := o.heard(t, "vitals2mqtt/alice/event")
			daemon := spawn(t, "--config", path, "run")
			must(t, o.retained(ctx, "vitals2mqtt/alice/weight_kg", ""))
			must(t, o.retained(ctx, "vitals2mqtt/bridge/state", "online"))

			row.away(between)
			o.cloud.Weigh("Alice", "71.234", time.Now()) // clock: the daemon lives now
			must(t, await(ctx, "the weigh-in to be stored", func() bool {
				state, err := os.ReadFile(filepath.Join(folder, "state", "profiles", "alice.json"))
				return err == nil && strings.Contains(string(state), "71.234")
			}))
			daemon.ends(t, row.by)
			if early := events(); len(early) > 0 {
				t.Fatalf("the broker was not away: %v", early)
			}

			o.cloud.Weigh("Alice", "71.5", time.Now()) // clock: the daemon lives now
			o.configuration(t, path, o.broker.URL(), "[Alice]", "[weight_kg]")
			spawn(t, "--config", path, "run")
			must(t, await(ctx, "the event of the newest weigh-in", func() bool { return slices.Contains(weighed(t, events()), "71.5") }))
			if got, want := weighed(t, events()), []string{"71.234", "71.5"}; !slices.Equal(got, want) {
				t.Errorf("events of %v, want %v", got, want)
			}
		})
	}
}
