// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"slices"
	"strings"
	"syscall"
	"testing"
)

// brokerLossMessages are logged when the broker goes away, also during a
// connect.
func brokerLossMessages() []string {
	return []string{
		"Disconnected from MQTT server", "Failed to connect to MQTT server", "Error returned from MQTT server",
		"[homeassistant] Error doing job: Task exception was never retrieved",
	}
}

// awaitRestored waits until an emptied broker retains the same topics as before,
// and Home Assistant shows what they hold.
func (l *homeAssistantTestbed) awaitRestored(what string, before map[string]string) {
	l.t.Helper()
	l.formerMessages = append(l.formerMessages, l.subscriber.output()...)
	l.subscriber = l.subscribe()
	await(l.t, what+": the tree, as it was", func() bool {
		return slices.Equal(keys(withoutVolatile(l.tree())), keys(withoutVolatile(before)))
	})
	l.awaitConsistent(what)
}

// TestHomeAssistantAndBrokerRestart restarts Home Assistant, the broker and the
// daemon, one, two or all three; the broker is empty each time.
func TestHomeAssistantAndBrokerRestart(t *testing.T) {
	t.Parallel()
	l := newHomeAssistantTestbed(t, homeSetup{units: "metric"}, `schedule: "@every 2s"`, `schedule: "@every 1h"`)
	l.awaitConsistent("at first")
	before := l.tree()
	kept := l.home.entities()
	restartBroker := func() {
		l.mosquitto.stop(syscall.SIGKILL)
		l.mosquitto = l.testbed.mosquitto()
	}

	l.home.stop()
	l.home.start()
	l.awaitConsistent("after Home Assistant's restart")

	restartBroker()
	l.awaitRestored("after the broker's restart", before)

	l.home.stop()
	restartBroker()
	l.home.start()
	l.awaitRestored("after a restart of both", before)

	// No daemon runs when Home Assistant comes back.
	l.home.stop()
	l.daemon.stop(syscall.SIGKILL)
	restartBroker()
	l.home.start()
	await(t, "Home Assistant waits", func() bool {
		return l.home.states()["sensor.alice_weight_kg"].Value == "unavailable"
	})
	l.daemon = l.program("run")
	l.awaitRestored("after a restart of all", before)
	for id, e := range l.home.entities() {
		if kept[id].ID != e.ID {
			t.Errorf("%s was %s, and is %s", id, kept[id].ID, e.ID)
		}
	}

	// The will announces a daemon that died.
	l.daemon.stop(syscall.SIGKILL)
	await(t, "the last will", func() bool {
		states := l.home.states()
		for id, s := range states {
			if strings.HasPrefix(id, "sensor.alice_") && s.Value != "unavailable" {
				return false
			}
		}
		return states["binary_sensor.vitals2mqtt_bridge_state"].Value == "off"
	})
	l.daemon = l.program("run")
	l.awaitConsistent("after the daemon's restart")
	l.expectNoComplaints(brokerLossMessages()...)
}
