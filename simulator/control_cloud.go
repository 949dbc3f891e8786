// SPDX-License-Identifier: MIT

package simulator

import (
	"slices"
	"time"

	"vitals2mqtt/simulator/api"
	"vitals2mqtt/simulator/people"
)

func cloudControls() []control {
	return []control{
		{
			name:    "fault",
			about:   "makes requests fail, instead of the fault before; an empty body ends it",
			fields:  faultFields(),
			answer:  "nothing",
			example: `{"call": "measure/getmeas", "status": 601, "wait": "90s", "times": 3}`,
			run:     changing(setFault),
		},
		{
			name:    "strict",
			about:   "takes only the documented form of requests: no token as a parameter, no token call in the URL",
			fields:  []field{flagField("on", "false takes every form again")},
			answer:  "nothing",
			example: `{"on": false}`,
			run:     changing(func(c *Cloud, q arguments) { c.SetStrict(given[bool](q, "on")) }),
		},
		{
			name:    "clock",
			about:   "moves the cloud's clock; what happens meanwhile is there at once",
			fields:  optional(durationField("advance", "by how much; back if negative", "-87600h", "87600h")),
			answer:  "now, the cloud's time",
			example: `{"advance": "24h"}`,
			run: func(c *Cloud, q arguments) map[string]any {
				if now := c.Now().Add(given[time.Duration](q, "advance")); now.Year() < earliestYear || now.Year() > latestYear {
					people.Invalidf("invalid advance: the cloud's clock would be at %s", now.UTC().Format(time.RFC3339))
				}
				c.Advance(given[time.Duration](q, "advance"))
				return map[string]any{"now": c.Now().UTC().Format(time.RFC3339)}
			},
		},
		{
			name:    "requests",
			about:   "the requests so far",
			answer:  "requests, the count of each call, and busiest_minute, the most in any minute",
			example: `{}`,
			run: func(c *Cloud, _ arguments) map[string]any {
				return map[string]any{"requests": c.Requests(), "busiest_minute": c.BusiestMinute()}
			},
		},
	}
}

// effects are the fields that make a fault act.
func effects() []string { return []string{"delay", "status", "http", "reset", "lost", "shape"} }

func faultFields() []field {
	shapes := make([]string, 0, len(api.Shapes()))
	for _, shape := range api.Shapes() {
		shapes = append(shapes, string(shape))
	}
	return optional(
		textField("call", "which requests: SERVICE/ACTION, SERVICE/* or *; all if left out"),
		textField("person", "whose requests, by name or user id; everybody's if left out"),
		wholeNumber("times", "for how many requests; until it is replaced if left out", "1", "1000000"),
		durationField("delay", "answers so much later", "0s", manyHours),
		wholeNumber("status", "status of the envelope instead of an answer", "1", "99999"),
		textField("text", "its error text"),
		durationField("wait", "its wait_seconds", "0s", manyHours),
		wholeNumber("http", "HTTP status with an HTML page instead of an answer", "200", "599"),
		durationField("retry_after", "its Retry-After", "0s", manyHours),
		flagField("reset", "breaks the connection; nothing was done"),
		flagField("lost", "does the work, then breaks the connection"),
		textField("shape", "how to spoil the answer", shapes...),
	)
}

// setFault sets one fault; an empty body clears all.
func setFault(c *Cloud, q arguments) {
	if len(q.values) == 0 {
		c.SetFaults()
		return
	}
	if !slices.ContainsFunc(effects(), q.has) {
		people.Invalidf("the fault does nothing: give one of %v", effects())
	}
	for name, of := range map[string]string{"text": "status", "wait": "status", "retry_after": "http"} {
		if q.has(name) && !q.has(of) {
			people.Invalidf("%s belongs to %s, which is missing", name, of)
		}
	}
	c.SetFaults(api.Fault{
		Call:       q.text("call"),
		Person:     q.text("person"),
		Times:      q.whole("times"),
		Delay:      given[time.Duration](q, "delay"),
		Status:     q.whole("status"),
		Text:       q.text("text"),
		Wait:       given[time.Duration](q, "wait"),
		HTTP:       q.whole("http"),
		RetryAfter: given[time.Duration](q, "retry_after"),
		Reset:      given[bool](q, "reset"),
		Lost:       given[bool](q, "lost"),
		Shape:      api.Shape(q.text("shape")),
	})
}
