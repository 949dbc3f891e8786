// SPDX-License-Identifier: MIT

//go:build e2e && unix

package crash

import (
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/mqtt/broker"
)

// suite is an installation that is killed, another one that is not, and the
// cloud and brokers that they use.
type suite struct {
	random *rand.Rand
	cloud  *clitest.Harness
	gate   *cloudGate
	wire   *brokerGate

	victim    *installation // of Alice and Bob
	published *record       // by the victim

	reference *installation // of Alice
	undisturb *process      // its daemon
	wanted    *record       // published by the reference
	peer      *broker.Broker

	groups  []int64        // ids of weights that were added
	edited  map[int64]bool // those that were corrected
	changes int
	files   []string // imported ones
	tally   tally
}

func newSuite(t *testing.T, seed uint64) *suite {
	t.Helper()
	s := &suite{random: rand.New(rand.NewPCG(seed, 1)), cloud: clitest.Start(t)}
	s.edited, s.tally.kills = map[int64]bool{}, map[string]int{}
	s.gate = newCloudGate(t, s.cloud.Cloud)
	s.wire = newBrokerGate(t, s.cloud.Broker.Addr())
	var err error
	s.peer, err = broker.Start(broker.Options{Log: zerolog.Nop()})
	clitest.Must(t, err)
	t.Cleanup(func() { clitest.Must(t, s.peer.Close()) })
	s.published, s.wanted = observe(t, s.cloud.Broker), observe(t, s.peer)
	s.victim = install(t, s.cloud, s.gate.url, s.wire.address, "[Alice, Bob]")
	s.reference = install(t, s.cloud, s.cloud.CloudURL, hostPort(t, s.peer), "[Alice]")
	s.reference.signIn(t, "Alice")
	s.victim.signIn(t, "Alice")
	s.victim.signIn(t, "Bob")
	// Neither reads the past with events: what happens from now on makes them.
	s.victim.complete(t, "once", "alice")
	s.victim.complete(t, "once", "bob")
	s.undisturb = s.reference.start(t, "run")
	clitest.Must(t, clitest.WaitFor(t.Context(), "the other installation's values", func() bool {
		return s.peer.Retained()["vitals2mqtt/alice/weight_kg"] != ""
	}))
	return s
}

func hostPort(t *testing.T, b *broker.Broker) string {
	t.Helper()
	host, port, err := net.SplitHostPort(b.Addr())
	clitest.Must(t, err)
	return net.JoinHostPort(host, port)
}

// strike kills a process at a random moment: after a time, at a request or its
// response, or after some bytes to and from the broker, and within the time at
// any rate. It reports whether the process was killed, rather than at its end.
func (s *suite) strike(t *testing.T, p *process, within time.Duration) bool {
	t.Helper()
	delay := within
	switch s.random.IntN(10) {
	case 0, 1, 2:
		s.gate.arm(1+s.random.IntN(14), s.random.IntN(2) == 0, p.strike)
	case 3, 4:
		s.wire.arm(1+s.random.IntN(1<<s.random.IntN(18)), p.strike)
	default:
		delay = time.Duration(s.random.Int64N(int64(within)))
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-p.ended:
	case <-timer.C:
		p.kill()
	}
	s.gate.arm(0, false, nil)
	s.wire.arm(0, nil)
	return p.wasKilled()
}

// change makes a measurement, or corrects or deletes one.
func (s *suite) change(t *testing.T) {
	t.Helper()
	s.changes++
	now := s.cloud.Cloud.Now()
	switch n := s.random.IntN(12); {
	case n < 5:
		kg := fmt.Sprintf("%.3f", 68+float64(s.changes%1000)/1000)
		s.groups = append(s.groups, s.cloud.Cloud.Weigh("Alice", kg, now))
	case n < 6:
		s.cloud.Cloud.Weigh("Bob", "86.9", now)
	case n < 8:
		s.cloud.Cloud.Temperature("Alice", fmt.Sprintf("%.1f", 36.1+float64(s.changes%15)/10), now)
	case n < 9:
		s.cloud.Cloud.SpO2("Alice", 90+s.changes%10, now)
	case n < 11 && len(s.groups) > 0:
		id := s.groups[s.random.IntN(len(s.groups))]
		s.cloud.Cloud.Edit(id, 1, fmt.Sprintf("67.%03d", s.changes%1000))
		s.edited[id] = true
	case len(s.groups) > 0:
		// A deleted one that was not announced yet would be missing for a good reason,
		// and one that was corrected just before may be known to one of them as it was:
		// what is so new is not removed at once.
		i := s.random.IntN(len(s.groups))
		if id := s.groups[i]; !s.edited[id] && s.published.has("alice", id) && s.wanted.has("alice", id) {
			s.cloud.Cloud.Delete(id)
			s.groups = slices.Delete(s.groups, i, i+1)
		}
	}
}

// tally counts what happened.
type tally struct {
	kills                            map[string]int // by what was running
	tokensLost, recordsLost, doubled int
}

func (c *tally) total() (n int) {
	for _, kills := range c.kills {
		n += kills
	}
	return n
}

// byKind lists the kills by what was running.
func (c *tally) byKind() string {
	var parts []string
	for name, n := range c.kills {
		parts = append(parts, fmt.Sprintf("%s %d", name, n))
	}
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}
