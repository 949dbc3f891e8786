// SPDX-License-Identifier: MIT

package simulator

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"vitals2mqtt/simulator/notify"
	"vitals2mqtt/simulator/people"
)

// notifyControls are about notifications; bed is among those about sleep.
func notifyControls() []control {
	category := func() field { return wholeNumber("category", "number of the category: "+categoryList(), "1", "") }
	return []control{
		{
			name:  "tell",
			about: "notifies anything to the subscriptions of a category, such as a failed ECG (55)",
			fields: fieldsOf([]field{personField(), category()}, field{
				name: "fields", kind: kindTexts, about: "what the notification says: " + strings.Join(tellFields(), ", "),
			}),
			answer:  answerSubscriptions,
			example: `{"person": "Alice", "category": 46, "fields": {"action": "update"}}`,
			run:     tell,
		},
		{
			name:    "plant",
			about:   "a subscription of another installation with the same client id: listed, and never notified",
			fields:  []field{personField(), textField("callbackurl", "its http(s) address"), category()},
			answer:  "nothing",
			example: `{"person": "Alice", "callbackurl": "https://elsewhere.example.org/notify", "category": 1}`,
			run: changing(func(c *Cloud, q arguments) {
				c.Plant(q.text("person"), q.text("callbackurl"), q.whole("category"))
			}),
		},
		{
			name:    "notify",
			about:   "how notifications travel, instead of what was set before; an empty body is the usual way",
			fields:  knobFields(),
			answer:  "nothing",
			example: `{"delay": "-1s", "copies": 2}`,
			run:     changing(setKnobs),
		},
		{
			name:    "subscriptions",
			about:   "all subscriptions, oldest first",
			answer:  "subscriptions, each with userid, callbackurl, category and foreign",
			example: `{}`,
			run: func(c *Cloud, _ arguments) map[string]any {
				return map[string]any{"subscriptions": c.Subscriptions()}
			},
		},
		{
			name:    "notified",
			about:   "what became of the notifications so far",
			answer:  "notified, the count of each fate",
			example: `{}`,
			run:     func(c *Cloud, _ arguments) map[string]any { return map[string]any{"notified": c.Notified()} },
		},
	}
}

// categoryList are the categories that can be subscribed.
func categoryList() string {
	var list []string
	for _, number := range notify.Categories() {
		list = append(list, strconv.Itoa(number))
	}
	return strings.Join(list, ", ")
}

// tellFields are the members that the vendor's notifications have beside the
// user and the category.
func tellFields() []string {
	return []string{"action", "date", "deviceid", "enddate", "mac_address", "startdate"}
}

func tell(c *Cloud, q arguments) map[string]any {
	fields := given[map[string]string](q, "fields")
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if !slices.Contains(tellFields(), name) {
			people.Invalidf("unknown member %q of fields; known: %s", name, strings.Join(tellFields(), ", "))
		}
	}
	c.SendNotification(q.text("person"), q.whole("category"), fields)
	return audience(c, q, q.whole("category"))
}

const answerSubscriptions = "subscriptions, how many of the person's hear of it"

// audience is the answer of what is only notified: nobody hears of it without a
// subscription.
func audience(c *Cloud, q arguments, category int) map[string]any {
	hearing := 0
	for _, p := range c.People() {
		for _, s := range c.Subscriptions() {
			if p.Is(q.text("person")) && s.UserID == p.UserID && s.Category == category && !s.Foreign {
				hearing++
			}
		}
	}
	return map[string]any{"subscriptions": hearing}
}

func knobFields() []field {
	percent := func(name, about string) field { return wholeNumber(name, about+", in percent", "0", "100") }
	return optional(
		durationField("delay", "from upload to post; 30 to 90 s if left out, none if negative", "-1s", manyHours),
		durationField("shuffle", "up to so much more, so that later ones overtake", "0s", manyHours),
		durationField("unreadable", "for so long new data cannot be read", "0s", manyHours),
		wholeNumber("copies", "how often each is posted", "0", "100"),
		percent("lost", "chance that one is never posted"),
		percent("unknown", "chance of a category that does not exist"),
		percent("empty", "chance of an empty post before one"),
		percent("lapse", "chance that a subscription ends silently, on each day"),
		wholeNumber("most", "subscriptions of an account; 16 if left out, any number if negative", "-1", "1000"),
		flagField("odd_urls", "lists callback URLs in another spelling"),
	)
}

func setKnobs(c *Cloud, q arguments) {
	c.SetKnobs(notify.Knobs{
		Delay:      given[time.Duration](q, "delay"),
		Shuffle:    given[time.Duration](q, "shuffle"),
		Unreadable: given[time.Duration](q, "unreadable"),
		Copies:     q.whole("copies"),
		Lost:       q.whole("lost"),
		Unknown:    q.whole("unknown"),
		Empty:      q.whole("empty"),
		Lapse:      q.whole("lapse"),
		Most:       q.whole("most"),
		OddURLs:    given[bool](q, "odd_urls"),
	})
}
