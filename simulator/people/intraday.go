// SPDX-License-Identifier: MIT

package people

import (
	"strconv"
	"time"
)

const (
	sampleOffset = 30 // seconds between a slot of movement and one of samples
)

// Slots collects those that begin within a span, up to the last upload.
func (a activity) Slots(into map[string]map[string]any, from, to, now int64, fields []string) {
	last := a.LastSync(Watch, now)
	if to < from {
		return
	}
	product := a.watchProduct()
	id := a.device(product.name, product.id).id
	for day := a.DayNumber(time.Unix(from, 0)); day <= a.DayNumber(time.Unix(to, 0)); day++ {
		m := a.motion(day, now)
		for at, all := range a.slotsOf(m, m.index(last), product.sensors) {
			if at < from || at > to {
				continue
			}
			slot := map[string]any{}
			for _, name := range fields {
				if value, ok := all[name]; ok {
					slot[name] = value
				}
			}
			if len(slot) == 0 {
				continue
			}
			slot["model"], slot["model_id"], slot["deviceid"], slot["hash_deviceid"] = product.name, product.id, id, id
			into[strconv.FormatInt(at, 10)] = slot
		}
	}
}

// slotsOf makes the slots of a day's first minutes, by unix second: one for
// each minute of movement, one for each rest with its duration alone, and
// samples.
func (a activity) slotsOf(m *motion, minutes int, can watchSensors) map[int64]map[string]any {
	slots := map[int64]map[string]any{}
	rest := -1
	endRest := func(i int) {
		if rest >= 0 {
			slots[m.start+int64(rest)*60] = map[string]any{"duration": (i - rest) * 60}
		}
		rest = -1
	}
	for i, p := range m.minutes[:minutes] {
		at := m.start + int64(i)*60
		if moved := a.movementFields(p); moved != nil {
			endRest(i)
			slots[at] = moved
		} else if !p.worn {
			endRest(i)
		} else if rest < 0 {
			rest = i
		}
		if sample := sensorFields(p, i, can); len(sample) > 0 {
			slots[at+sampleOffset] = sample
		}
	}
	endRest(minutes)
	return slots
}

// movementFields is what a minute's movement adds to the day; nil = nothing.
func (a activity) movementFields(p activityMinute) map[string]any {
	if p.steps == 0 && p.strokes == 0 && p.millikcal == 0 {
		return nil
	}
	slot := map[string]any{"calories": thousandths(p.millikcal), "duration": 60}
	if p.steps > 0 || p.strokes == 0 {
		slot["steps"], slot["elevation"], slot["distance"] = p.steps, p.floors, thousandths(a.millimetres(p))
	}
	if p.strokes > 0 {
		slot["stroke"], slot["pool_lap"] = p.strokes, p.laps
	}
	return slot
}

// sensorFields is what a watch measures in a minute: the pulse all day, more
// often when active; breathing, oxygen and heart rate variability in sleep; the
// temperature twice an hour.
func sensorFields(p activityMinute, i int, can watchSensors) map[string]any {
	all := map[string]any{}
	if can.heart && p.pulseTaken {
		all["heart_rate"] = p.hr
	}
	if can.oxygen && p.asleep {
		if i%5 == 0 {
			all["rr"], all["chest_movement_rate"] = 11+p.hr%6, 12+p.hr%6
		}
		if i%30 == 15 {
			all["spo2_auto"] = 94 + (p.hr+i)%5
		}
	}
	if can.core && p.asleep && i%10 == 5 {
		rmssd := 300 + (p.hr*37+i)%250 // tenths of a millisecond
		all["rmssd"], all["sdnn1"], all["hrv_quality"] = float64(rmssd)/10, float64(rmssd+90)/10, 2+p.hr%4
	}
	if can.core && p.worn && i%30 == 20 {
		all["core_body_temperature"] = float64(3660+p.hr%50) / 100
	}
	return all
}

// DefaultIntradayFields are sent when data_fields is empty.
func DefaultIntradayFields() []string {
	return []string{
		"steps", "elevation", "calories", "distance", "stroke", "pool_lap", "duration", "heart_rate", "spo2_auto",
	}
}

// IntradayFields are all data fields of a slot.
func IntradayFields() []string {
	return append(DefaultIntradayFields(),
		"rmssd", "sdnn1", "hrv_quality", "core_body_temperature", "rr", "chest_movement_rate")
}
