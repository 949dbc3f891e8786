// SPDX-License-Identifier: MIT

package sensors_test

import (
	"maps"
	"testing"
	"time"

	"pgregory.net/rapid"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// slot is a minute of a watch.
func slot(fields map[string]string) withings.Slot {
	return withings.Slot{DeviceID: "watch", Model: "ScanWatch 2", ModelID: wireInt(94), Data: wireFields(fields)}
}

func intradayOf(slots withings.Slots) withings.Intraday { return withings.Intraday{Series: slots} }

// TestNewestSlots has the values of a day in different slots, as watches send
// them.
func TestNewestSlots(t *testing.T) {
	t.Parallel()
	s := newStore()
	u := applyIntraday(s, intradayOf(withings.Slots{
		at(-5): slot(map[string]string{
			"heart_rate":            "61",
			"spo2_auto":             "97.5",
			"core_body_temperature": "36.62",
			"rr":                    "15",
		}),
		at(-3): slot(map[string]string{"heart_rate": "96", "rr": "0", "spo2_auto": ""}),
		at(-4): slot(map[string]string{"heart_rate": "70", "rr": "14", "rmssd": "41"}),
		at(-2): slot(map[string]string{"heart_rate": "0", "core_body_temperature": "0", "duration": "1440"}),
		at(-1): slot(map[string]string{"steps": "84", "heart_rate": "-1"}),
	}), pollOptions())
	wantReadings(t, s, map[string]string{
		"heart_rate_latest_bpm": "96", "spo2_latest_pct": "97.5", "core_body_temperature_c": "36.62",
		"respiratory_rate_latest_bpm": "14", "activity_steps_today": "",
	})
	for key, second := range map[string]int64{
		"heart_rate_latest_bpm": at(-3), "spo2_latest_pct": at(-5), "core_body_temperature_c": at(-5),
		"respiratory_rate_latest_bpm": at(-4),
	} {
		r, _ := s.Current(key)
		if r.MeasuredAt.Unix() != second || !r.ReceivedAt.Equal(noon()) || r.Device != "watch" || r.Model != "ScanWatch 2" {
			t.Errorf("%s: reading %+v", key, r)
		}
	}
	if len(u.Events)+len(u.Unknown)+future(u) != 0 || len(u.Changed) != 4 {
		t.Errorf("update %+v", u)
	}
}

func TestSlotsInAnyOrder(t *testing.T) {
	t.Parallel()
	s := newStore()
	heart := func(hours float64, bpm string) sensors.Update {
		return applyIntraday(s, intradayOf(withings.Slots{at(hours): slot(map[string]string{"heart_rate": bpm})}),
			pollOptions())
	}
	heart(-2, "60")
	if u := heart(-3, "90"); len(u.Changed) != 0 {
		t.Errorf("an older slot changed %v", changedKeys(u))
	}
	wantKeys(t, "newer", changedKeys(heart(-1, "70")), "heart_rate_latest_bpm")
	if u := heart(-1, "70"); len(u.Changed) != 0 {
		t.Errorf("a repetition changed %v", changedKeys(u))
	}
	wantKeys(t, "corrected", changedKeys(heart(-1, "72")), "heart_rate_latest_bpm")
	if u := applyIntraday(s, intradayOf(nil), pollOptions()); len(u.Changed)+len(u.Gone) != 0 {
		t.Errorf("nothing: %+v", u)
	}
	heart(-1, "0") // the slot is listed with no value later: the last one that was there stays
	wantReadings(t, s, map[string]string{"heart_rate_latest_bpm": "72"})
}

func TestFutureSlotsAreIgnored(t *testing.T) {
	t.Parallel()
	s := newStore()
	ahead := withings.Slots{at(25): slot(map[string]string{"heart_rate": "60"})}
	u := applyIntraday(s, intradayOf(withings.Slots{
		at(25): ahead[at(25)], at(23): slot(map[string]string{"heart_rate": "61"}), 0: slot(map[string]string{"rr": "1"}),
		-5: slot(map[string]string{"rr": "2"}), maxTime + 1: slot(map[string]string{"rr": "3"}),
	}), pollOptions())
	wantReadings(t, s, map[string]string{"heart_rate_latest_bpm": "61", "respiratory_rate_latest_bpm": ""})
	if future(u) != 1 {
		t.Errorf("%d of the future", future(u))
	}
	// When it was our own clock that lagged, the next response corrects it.
	applyIntraday(s, intradayOf(ahead), sensors.ApplyOptions{Now: noon().Add(48 * time.Hour)})
	wantReadings(t, s, map[string]string{"heart_rate_latest_bpm": "60"})
}

func TestSlotOfAnUnknownModel(t *testing.T) {
	t.Parallel()
	nameless := slot(map[string]string{"heart_rate": "60"})
	nameless.Model, nameless.ModelID = "", wireInt(9999)
	s := newStore()
	u := applyIntraday(s, intradayOf(withings.Slots{at(-1): nameless}), pollOptions())
	if len(u.Unknown) != 1 || u.Unknown[0] != (sensors.Unknown{sensors.UnknownModel, 9999}) {
		t.Errorf("unknown %v", u.Unknown)
	}
}

// TestSlotsInAnyParts hands the slots of a day over in any parts, in any order.
func TestSlotsInAnyParts(t *testing.T) {
	t.Parallel()
	fields := map[string]string{
		"heart_rate": "heart_rate_latest_bpm", "rr": "respiratory_rate_latest_bpm", "spo2_auto": "spo2_latest_pct",
	}
	rapid.Check(t, func(t *rapid.T) {
		day, newest, expected := []withings.Slots(nil), map[string]int64{}, map[string]string{}
		for _, minute := range rapid.SliceOfDistinct(rapid.IntRange(0, 300), rapid.ID[int]).Draw(t, "minutes") {
			second, values := at(-10)+int64(minute)*60, map[string]string{}
			for field, key := range fields {
				values[field] = rapid.SampledFrom([]string{"0", "50", "60", "70"}).Draw(t, field)
				if values[field] != "0" && second > newest[key] {
					newest[key], expected[key] = second, values[field]
				}
			}
			day = append(day, withings.Slots{second: slot(values)})
		}
		if len(day) == 0 {
			return
		}
		s := applyShuffled(t, day, func(s *store, parts []withings.Slots) {
			whole := withings.Slots{}
			for _, part := range parts {
				maps.Copy(whole, part)
			}
			applyIntraday(s, intradayOf(whole), pollOptions())
		})
		for _, key := range fields {
			r, ok := s.Current(key)
			if r.Value.String() != expected[key] || ok && r.MeasuredAt.Unix() != newest[key] {
				t.Errorf("%s is %s at %v, want %s at %v", key, r.Value, r.MeasuredAt, expected[key], unixTime(newest[key]))
			}
		}
	})
}
