// SPDX-License-Identifier: MIT

package bridge_test

import (
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/sensors"
	"vitals2mqtt/simulator"
)

// TestUnchangedDevicesArePublishedOnce: a list of devices without news changes no
// topic, although adaptive polling asks for it in each poll.
func TestUnchangedDevicesArePublishedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(time.Date(2026, 6, 1, 1, 0, 0, 0, time.UTC))
		people := demoPeople(5)
		for i := range people {
			people[i].Rests = true
		}
		h := newSimHarness(t, simulator.Options{Seed: 3, Strict: true, People: people})
		profiles := h.signIn(t)
		for i := range profiles {
			profiles[i].Keys = append(sensors.Originals(), sensors.DeviceKeys()...)
			profiles[i].Polling = bridge.PollAdaptive
		}
		runFor(t, h.bridge(t, profiles...), 0, func() {
			<-time.After(30 * time.Minute)
			before := h.publisher.all()
			<-time.After(30 * time.Minute)
			checked := 0
			for topic, payload := range h.publisher.all() {
				if name, ok := h.tree.Parse(topic); ok && name.Device != "" {
					if checked++; payload != before[topic] {
						t.Errorf("%s was %s and is %s", topic, before[topic], payload)
					}
				}
			}
			if checked < 10 {
				t.Errorf("only %d topics of devices", checked)
			}
		})
	})
}
