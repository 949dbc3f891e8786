// SPDX-License-Identifier: MIT

package daemon

import (
	"slices"
	"testing"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/config"
	"vitals2mqtt/sensors"
)

func TestReadingsAreInOrderOfCatalogue(t *testing.T) {
	t.Parallel()
	first, last := sensors.Catalogue()[0].Key, sensors.Catalogue()[len(sensors.Catalogue())-1].Key
	var got []string
	for _, reading := range sortByCatalogue([]sensors.Reading{{Key: "measure_999"}, {Key: last}, {Key: first}}) {
		got = append(got, reading.Key)
	}
	if want := []string{first, last, "measure_999"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestUnknownZoneFallsBack(t *testing.T) {
	t.Parallel()
	zones, fallback := zones{}, time.FixedZone("fallback", 3600)
	for name, want := range map[string]string{
		"": "fallback", "Nowhere/Town": "fallback", "Europe/Berlin": "Europe/Berlin",
	} {
		for range 2 { // the second one is cached
			if got := zones.load(name, fallback).String(); got != want {
				t.Errorf("%q: %s, want %s", name, got, want)
			}
		}
	}
}

func TestPagesNameTopicsAndEntityOfAValue(t *testing.T) {
	t.Parallel()
	row, _ := sensors.Lookup("weight_kg")
	c := &config.Config{}
	c.MQTT.BaseTopic = "home/health"
	c.MQTT.Views.Bare, c.MQTT.Views.Snapshot = true, true
	got := published(c)("alice", row)
	if want := []string{"home/health/alice/weight_kg", "home/health/alice"}; !slices.Equal(got.Topics, want) || got.EntityID != "" {
		t.Errorf("%+v, want the topics %v and no entity", got, want)
	}
	c.MQTT.Views.Detail, c.HomeAssistant.Discovery = true, true
	got = published(c)("alice", row)
	if got.EntityID != "sensor.alice_weight_kg" || !slices.Contains(got.Topics, "home/health/alice/weight_kg/detail") {
		t.Errorf("%+v", got)
	}
}

func TestProfileStatus(t *testing.T) {
	t.Parallel()
	until := time.Unix(1_800_000_000, 0)
	shown := profileStatus(config.Profile{Slug: "alice", Name: "Alice"}, bridge.ProfileHealth{
		Endpoints: map[string]bridge.EndpointHealth{
			"measure/getmeas": {Error: "failing", Class: "temporary", EveryPollUntil: until},
		},
		Push: &bridge.PushHealth{Healthy: true, Missed: 2},
	})
	if len(shown.Endpoints) != 1 || shown.Endpoints[0].LastError != "failing" ||
		shown.Endpoints[0].Class != "temporary" || !shown.Endpoints[0].EveryPollUntil.Equal(until) {
		t.Errorf("endpoints %+v", shown.Endpoints)
	}
	if shown.Push == nil || !shown.Push.Healthy || shown.Push.MissedSince != 2 {
		t.Errorf("push %+v", shown.Push)
	}
}
