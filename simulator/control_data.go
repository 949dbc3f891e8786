// SPDX-License-Identifier: MIT

package simulator

import (
	"time"

	"vitals2mqtt/simulator/people"
	"vitals2mqtt/withings"
)

const (
	mostSteps = "200000" // of a day or a command
	manyHours = "24h"
)

// adding is a run that adds something and answers its id.
func adding(add func(c *Cloud, q arguments) int64) func(*Cloud, arguments) map[string]any {
	return func(c *Cloud, q arguments) map[string]any { return map[string]any{"id": add(c, q)} }
}

// changing is a run that answers nothing.
func changing(change func(c *Cloud, q arguments)) func(*Cloud, arguments) map[string]any {
	return func(c *Cloud, q arguments) map[string]any {
		change(c, q)
		return map[string]any{}
	}
}

// at is when something was measured: now unless it was given.
func (q arguments) at() time.Time {
	if q.has("at") {
		return given[time.Time](q, "at")
	}
	return q.cloud.Now()
}

// end is when something ended: this minute unless it was given.
func (q arguments) end() time.Time {
	if q.has("end") {
		return given[time.Time](q, "end")
	}
	return q.cloud.Now().Truncate(time.Minute)
}

func measuredAt() field { return timeField("at", "when it was measured; now if left out") }

// kilograms is a weight of a person, or of a pet on the scale.
func kilograms(about string) field { return decimalNumber("kg", about, "0.1", "1000") }

func measureControls() []control {
	return []control{
		{
			name:    "weigh",
			about:   "a weigh-in: weight, composition, pulse, as three groups",
			fields:  fieldsOf([]field{personField(), kilograms("exactly this weight")}, measuredAt()),
			answer:  "the id of the group with the weight",
			example: `{"person": "Alice", "kg": "81.4"}`,
			run: adding(func(c *Cloud, q arguments) int64 {
				return c.Weigh(q.text("person"), q.text("kg"), q.at())
			}),
		},
		{
			name:    "stranger",
			about:   "a weight that may be another user's (attribution 1)",
			fields:  fieldsOf([]field{personField(), kilograms("the weight")}, measuredAt()),
			answer:  "the id of the group",
			example: `{"person": "Alice", "kg": "21.5"}`,
			run: adding(func(c *Cloud, q arguments) int64 {
				return c.WeighAmbiguous(q.text("person"), q.text("kg"), q.at())
			}),
		},
		{
			name:    "goal",
			about:   "a weight goal among the measurements (category 2)",
			fields:  fieldsOf([]field{personField(), kilograms("the goal")}, measuredAt()),
			answer:  "the id of the group",
			example: `{"person": "Alice", "kg": "66"}`,
			run: adding(func(c *Cloud, q arguments) int64 {
				return c.Goal(q.text("person"), q.text("kg"), q.at())
			}),
		},
		{
			name:  "blood-pressure",
			about: "a reading of a cuff",
			fields: fieldsOf([]field{
				personField(), wholeNumber("systolic", "mmHg", "20", "300"),
				wholeNumber("diastolic", "mmHg, less than systolic", "10", "250"),
				wholeNumber("pulse", "beats per minute", "20", "300"),
			}, measuredAt()),
			answer:  "the id of the group",
			example: `{"person": "Bob", "systolic": 121, "diastolic": 79, "pulse": 60}`,
			run: adding(func(c *Cloud, q arguments) int64 {
				return c.BloodPressure(q.text("person"), q.whole("systolic"), q.whole("diastolic"), q.whole("pulse"), q.at())
			}),
		},
		{
			name:  "temperature",
			about: "a reading of a thermometer: body, skin and generic temperature",
			fields: fieldsOf([]field{
				personField(), decimalNumber("celsius", "body temperature", "20", "50"),
			}, measuredAt()),
			answer:  "the id of the group",
			example: `{"person": "Alice", "celsius": "37.2"}`,
			run: adding(func(c *Cloud, q arguments) int64 {
				return c.Temperature(q.text("person"), q.text("celsius"), q.at())
			}),
		},
		{
			name:    "spo2",
			about:   "blood oxygen",
			fields:  fieldsOf([]field{personField(), wholeNumber("percent", "saturation", "0", "100")}, measuredAt()),
			answer:  "the id of the group",
			example: `{"person": "Bob", "percent": 97}`,
			run: adding(func(c *Cloud, q arguments) int64 {
				return c.SpO2(q.text("person"), q.whole("percent"), q.at())
			}),
		},
		{
			name:  "measure",
			about: "one value of any type of measure, known or unknown, from no device",
			fields: fieldsOf([]field{
				personField(), wholeNumber("type", "number of the type", "1", "1000000"), decimalNumber("value", "the value", "", ""),
			}, measuredAt()),
			answer:  "the id of the group",
			example: `{"person": "Alice", "type": 999, "value": "-1.5"}`,
			run: adding(func(c *Cloud, q arguments) int64 {
				return c.Measure(q.text("person"), q.whole("type"), q.text("value"), q.at())
			}),
		},
	}
}

func sleepControls() []control {
	ended := timeField("end", "when it ended; this minute if left out")
	return []control{
		{
			name:    "night",
			about:   "a night on a sleep mat, with stages and summary",
			fields:  fieldsOf([]field{personField()}, ended),
			answer:  "the id of the night",
			example: `{"person": "Alice"}`,
			run:     adding(func(c *Cloud, q arguments) int64 { return c.Night(q.text("person"), q.end()) }),
		},
		{
			name:    "nap",
			about:   "a nap on a sleep mat",
			fields:  fieldsOf([]field{personField()}, ended),
			answer:  "the id of the nap",
			example: `{"person": "Bob"}`,
			run:     adding(func(c *Cloud, q arguments) int64 { return c.Nap(q.text("person"), q.end()) }),
		},
		{
			name:  "bed",
			about: "someone lies down on a mat or gets up; it is notified, and stored nowhere",
			fields: fieldsOf([]field{personField(), textField("event", "what happens", "in", "out")},
				timeField("at", "when; now if left out"),
				textField("device", "which mat, by id or model; the first if left out")),
			answer:  answerSubscriptions,
			example: `{"person": "Alice", "event": "in"}`,
			run: func(c *Cloud, q arguments) map[string]any {
				category, record := withings.CategoryBedIn, c.BedIn
				if q.text("event") == "out" {
					category, record = withings.CategoryBedOut, c.BedOut
				}
				record(q.text("person"), q.at(), q.text("device"))
				return audience(c, q, int(category))
			},
		},
	}
}

func changeControls() []control {
	id := func(of string) field { return wholeNumber("id", "id of "+of, "1", "") }
	return []control{
		{
			name:  "edit",
			about: "changes a value of a group of measures",
			fields: []field{
				id("the group"), wholeNumber("type", "number of the type", "1", ""),
				decimalNumber("value", "the new value", "", ""),
			},
			answer:  "nothing",
			example: `{"id": ID, "type": 1, "value": "80.2"}`,
			needs:   "weigh",
			run: changing(func(c *Cloud, q arguments) {
				c.Edit(given[int64](q, "id"), q.whole("type"), q.text("value"))
			}),
		},
		{
			name:  "edit-workout",
			about: "changes a workout; what is left out stays",
			fields: fieldsOf([]field{id("the workout")},
				wholeNumber("category", "number of the category", "1", "1000000"),
				timeField("start", "when it began"), timeField("end", "when it ended")),
			answer:  "nothing",
			example: `{"id": ID, "category": 2}`,
			needs:   "workout",
			run: changing(func(c *Cloud, q arguments) {
				if len(q.values) == 1 {
					people.Invalidf("nothing to change: give category, start or end")
				}
				c.EditWorkout(given[int64](q, "id"), q.whole("category"), given[time.Time](q, "start"), given[time.Time](q, "end"))
			}),
		},
		{
			name:    "delete",
			about:   "deletes a group of measures, a night, a workout or a heart record, without a trace",
			fields:  []field{id("the group, night or workout, or of the heart record's signal")},
			answer:  "nothing",
			example: `{"id": ID}`,
			needs:   "weigh",
			run:     changing(func(c *Cloud, q arguments) { c.Delete(given[int64](q, "id")) }),
		},
	}
}
