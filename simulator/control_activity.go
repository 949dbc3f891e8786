// SPDX-License-Identifier: MIT

package simulator

import (
	"time"

	"vitals2mqtt/simulator/people"
)

func activityControls() []control {
	return []control{
		{
			name:  "steps",
			about: "steps walked just before a moment, and uploaded",
			fields: fieldsOf([]field{personField(), wholeNumber("steps", "how many", "1", mostSteps)},
				timeField("at", "when they ended; now if left out")),
			answer:  "nothing",
			example: `{"person": "Alice", "steps": 1200}`,
			run:     changing(func(c *Cloud, q arguments) { c.Walk(q.text("person"), q.whole("steps"), q.at()) }),
		},
		{
			name:    "sync",
			about:   "uploads what watch and phone have counted",
			fields:  []field{personField()},
			answer:  "nothing",
			example: `{"person": "Alice"}`,
			run:     changing(func(c *Cloud, q arguments) { c.Sync(q.text("person")) }),
		},
		{
			name:  "workout",
			about: "a workout of a category, known or unknown, within one day",
			fields: fieldsOf([]field{
				personField(), wholeNumber("category", "number of the category, e.g. 2 run, 7 swim", "1", "1000000"),
			},
				timeField("start", "when it began; half an hour before its end if left out"),
				timeField("end", "when it ended; this minute if left out")),
			answer:  "the id of the workout",
			example: `{"person": "Alice", "category": 2, "start": "2026-05-20T07:00:00Z", "end": "2026-05-20T07:40:00Z"}`,
			run: adding(func(c *Cloud, q arguments) int64 {
				start := q.end().Add(-30 * time.Minute)
				if q.has("start") {
					start = given[time.Time](q, "start")
				}
				return c.Workout(q.text("person"), q.whole("category"), start, q.end())
			}),
		},
		{
			name:  "ecg",
			about: "an ECG",
			fields: fieldsOf([]field{personField(), wholeNumber("pulse", "beats per minute", "1", "300")},
				wholeNumber("afib", "class: 0 negative (if left out), 1 positive, 2 inconclusive, or any other", "0", "1000000000"),
				measuredAt()),
			answer:  "the id of the signal",
			example: `{"person": "Alice", "afib": 2, "pulse": 77}`,
			run: adding(func(c *Cloud, q arguments) int64 {
				return c.ECG(q.text("person"), q.whole("afib"), q.whole("pulse"), q.at())
			}),
		},
		{
			name:  "heart-sound",
			about: "heart sounds of a stethoscope",
			fields: fieldsOf([]field{personField()},
				wholeNumber("vhd", "class: 0 negative (if left out), 1 positive, 2 inconclusive, or any other", "0", "1000000000"),
				measuredAt()),
			answer:  "the id of the signal",
			example: `{"person": "Bob", "vhd": 1}`,
			run: adding(func(c *Cloud, q arguments) int64 {
				return c.HeartSound(q.text("person"), q.whole("vhd"), q.at())
			}),
		},
	}
}

func accountControls() []control {
	device := textField("device", "id or model")
	return []control{
		{
			name:    "people",
			about:   "the people who have an account",
			answer:  "people, each with name and userid",
			example: `{}`,
			run:     func(c *Cloud, _ arguments) map[string]any { return map[string]any{"people": c.People()} },
		},
		{
			name:  "set-goals",
			about: "changes the goals that are given; 0 takes one away",
			fields: fieldsOf([]field{personField()},
				wholeNumber("steps", "a day", "0", mostSteps), durationField("sleep", "a night", "0s", manyHours),
				decimalNumber("kg", "weight", "0", "1000")),
			answer:  "nothing",
			example: `{"person": "Alice", "steps": 9000, "sleep": "8h", "kg": "65.5"}`,
			run:     changing(setGoals),
		},
		{
			name:  "battery",
			about: "sets the battery level that the list of devices shows; \"\" or none leaves it out",
			fields: fieldsOf([]field{personField(), device},
				textField("battery", "high, medium, low, or any other word")),
			answer:  "nothing",
			example: `{"person": "Alice", "device": "Body Cardio", "battery": "low"}`,
			run: changing(func(c *Cloud, q arguments) {
				c.SetBattery(q.text("person"), q.text("device"), q.text("battery"))
			}),
		},
		{
			name:    "remove-device",
			about:   "removes a device from the list; data that name it stay",
			fields:  []field{personField(), device},
			answer:  "nothing",
			example: `{"person": "Bob", "device": "BPM Connect"}`,
			run:     changing(func(c *Cloud, q arguments) { c.RemoveDevice(q.text("person"), q.text("device")) }),
		},
		{
			name:    "withdraw",
			about:   "withdraws the consent, as a person does in the vendor's app, until the next consent",
			fields:  []field{personField()},
			answer:  "nothing",
			example: `{"person": "Bob"}`,
			run:     changing(func(c *Cloud, q arguments) { c.Withdraw(q.text("person")) }),
		},
	}
}

func setGoals(c *Cloud, q arguments) {
	if len(q.values) == 1 {
		people.Invalidf("missing goal: steps, sleep or kg")
	}
	c.SetGoals(q.text("person"), func(g *people.Goals) {
		if q.has("steps") {
			g.Steps = q.whole("steps")
		}
		if q.has("sleep") {
			g.Sleep = int(given[time.Duration](q, "sleep").Seconds())
		}
		if q.has("kg") {
			g.WeightG = people.Grams(q.text("kg"))
		}
	})
}
