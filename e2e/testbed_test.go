// SPDX-License-Identifier: MIT

//go:build e2e

package e2e

import (
	"fmt"
	"testing"
	"time"

	"vitals2mqtt/simulator"
	"vitals2mqtt/simulator/simtest"
)

// testbed is a simulated cloud, a real mosquitto with a password, and a
// configuration with two profiles.
type testbed struct {
	t      *testing.T
	folder string
	broker string // HOST:PORT
	page   string // the page's address
	config string
	cloud  struct{ APIURL, ControlURL, ClientID, ClientSecret string }
}

// newTestbed has a cloud with the people of the demo, who are asleep whenever a
// test runs: they upload nothing that a test has not made happen. They sleep
// until after six; the day before was uploaded before midnight.
func newTestbed(t *testing.T) *testbed {
	t.Helper()
	people := simulator.DemoPeople()
	for i := range people {
		people[i].Timezone = zoneAt(3, time.Now()) // clock: other programs use the real time
		people[i].Shifts = false
	}
	cloud := simulator.New(simulator.Options{Seed: 1, People: people, Knobs: simulator.Knobs{PerMinute: -1}})
	h := &testbed{t: t, folder: t.TempDir(), broker: freePort(t), page: freePort(t)}
	h.cloud.APIURL = simtest.Serve(t, cloud)
	h.cloud.ControlURL = h.cloud.APIURL + "/control/"
	h.cloud.ClientID, h.cloud.ClientSecret = cloud.ClientID(), cloud.ClientSecret()
	h.configure("Alice, Bob")
	return h
}

// zoneAt is a time zone in which it is about some hour of the day at a moment.
// The signs of these names are those of POSIX.
func zoneAt(hour int, now time.Time) string {
	offset := hour - now.UTC().Hour()
	if offset < -12 {
		offset += 24
	}
	return fmt.Sprintf("Etc/GMT%+d", -offset)
}
