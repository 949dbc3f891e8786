// SPDX-License-Identifier: MIT

package daemon_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/cli"
	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/mqtt/broker"
)

// TestHalfOpenConnectionIsReplaced has a router between daemon and broker that
// forgets their connection: nothing passes it, and neither side is told. Only
// the keep-alive can notice, because acknowledgements may take an hour. Late
// packets of the forgotten connection change nothing.
func TestHalfOpenConnectionIsReplaced(t *testing.T) {
	t.Parallel()
	for name, becomesEmpty := range map[string]bool{"the broker stays": false, "the broker is empty afterwards": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, o := t.Context(), clitest.Start(t)
			between := newFreezableProxy(t, o.Broker.Addr())
			path := o.Configure(t, t.TempDir(), "[Alice, Bob]", "all",
				"mqtt: {url: mqtt://"+between.address+", keepalive: 5s}")
			clitest.SignIn(t, path, "Alice", "Bob")
			patient := func(p *cli.Program) { p.Timing.Broker = time.Hour }
			daemon := clitest.StartProgramWith(t, patient, "--config", path, "run")
			for _, profile := range []string{"alice", "bob"} {
				clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/"+profile+"/weight_kg", ""))
				clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/"+profile+"/status", "online"))
			}
			clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/bridge/state", "online"))
			weigh := func(weight string) { o.Cloud.Weigh("Alice", weight, time.Now()) } // clock: the daemon uses the real time
			weigh("71.111")
			clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/weight_kg", "71.111"))
			want := topicsOf(o.Broker)

			next := o.Broker
			if becomesEmpty {
				var err error
				next, err = broker.Start(broker.Options{Log: zerolog.Nop()})
				clitest.Must(t, err)
				t.Cleanup(func() { clitest.Must(t, next.Close()) })
			}
			between.stall(strings.TrimPrefix(next.URL(), "mqtt://"))
			weigh("71.222")
			clitest.Must(t, clitest.WaitFor(ctx, "the new weight to be held back", func() bool {
				return between.blockedWrites() > 0
			}))
			if got := o.Broker.Retained()["vitals2mqtt/alice/weight_kg"]; got != "71.111" {
				t.Fatalf("the weight is %s: the connection is not half-open", got)
			}

			after := clitest.Harness{Broker: next}
			clitest.Must(t, after.WaitRetained(ctx, "vitals2mqtt/alice/weight_kg", "71.222"))
			weigh("71.333")
			clitest.Must(t, after.WaitRetained(ctx, "vitals2mqtt/alice/weight_kg", "71.333"))
			if err := clitest.WaitFor(ctx, "the whole tree", func() bool { return len(missing(next, want)) == 0 }); err != nil {
				t.Fatalf("%v: %q are missing", err, missing(next, want))
			}
			between.release()
			weigh("71.444")
			clitest.Must(t, after.WaitRetained(ctx, "vitals2mqtt/alice/weight_kg", "71.444"))
			clitest.Must(t, after.WaitRetained(ctx, "vitals2mqtt/bridge/state", "online"))
			if lost := missing(next, want); len(lost) > 0 {
				t.Errorf("%q are missing", lost)
			}
			daemon.Interrupts <- os.Interrupt
			daemon.ExpectExit(t, 0)
		})
	}
}

// topicsOf lists the topics of the daemon that a broker retains.
func topicsOf(b *broker.Broker) []string {
	topics := slices.Sorted(maps.Keys(b.Retained()))
	return slices.DeleteFunc(topics, func(topic string) bool { return strings.HasPrefix(topic, "$SYS") })
}

// missing lists the topics that a broker does not retain.
func missing(b *broker.Broker, topics []string) []string {
	tree := b.Retained()
	return slices.DeleteFunc(slices.Clone(topics), func(topic string) bool { return tree[topic] != "" })
}
