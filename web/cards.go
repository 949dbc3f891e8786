// SPDX-License-Identifier: MIT

package web

import (
	"cmp"
	"html/template"
	"slices"
	"strings"
	"time"

	"vitals2mqtt/display"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// card is one of the most important values.
type card struct {
	Label, Link string
	// Wide cards take two columns.
	Wide    bool
	Parts   display.Parts
	When    moment
	Picture template.HTML
	// Goal is the share of a goal in percent, 0 for none.
	Goal int
	// Arrow shows the trend that Foot says in words, "" for none.
	Arrow string
	Foot  string
	// Stages are the legend of a night.
	Stages []stageTime
}

// stageTime is the time in a state of sleep.
type stageTime struct{ Class, Text string }

// cards chooses the cards of a profile.
type cards struct {
	frame

	reader   display.Reader
	profile  Profile
	pictures *pictures
}

// columns is how many columns the cards fill, in two lines of four.
const columns = 8

// others are the keys of the cards that fill the lines, one of each list.
func others() [][]string {
	return [][]string{
		{"heart_rate_latest_bpm", "heart_pulse_bpm"},
		{"body_temperature_c", "temperature_c"},
		{"spo2_pct", "spo2_latest_pct"},
		{"ecg_afib"},
		{"in_bed"},
		{"fat_ratio_pct"},
		{"vascular_age"},
		{"workout_type"},
	}
}

// all returns the cards: weight, last night, blood pressure, steps, then what
// is newest.
func (c cards) all() (all []card) {
	for _, first := range []func() (card, bool){c.weight, c.night, c.pressure, c.steps} {
		if made, ok := first(); ok {
			all = append(all, made)
		}
	}
	taken := 0
	for _, made := range all {
		taken++
		if made.Wide {
			taken++
		}
	}
	var rest []Value
	for _, keys := range others() {
		var newest Value
		for _, key := range keys {
			if value, ok := c.value(key); ok && value.MeasuredAt.After(newest.MeasuredAt) {
				newest = value
			}
		}
		if newest.Key != "" {
			rest = append(rest, newest)
		}
	}
	slices.SortStableFunc(rest, func(a, b Value) int { return b.MeasuredAt.Compare(a.MeasuredAt) })
	for _, value := range rest[:min(len(rest), max(0, columns-taken))] {
		made := c.plain(value, value.Device)
		if value.Key == "ecg_afib" {
			made.Link = c.Base + "/heart/" + c.profile.Slug + "#ecg"
		}
		all = append(all, made)
	}
	return all
}

// value finds a current value.
func (c cards) value(key string) (Value, bool) {
	at := slices.IndexFunc(c.profile.Values, func(v Value) bool { return v.Key == key })
	if at < 0 {
		return Value{}, false
	}
	return c.profile.Values[at], true
}

// text is a current value in words, "" for none.
func (c cards) text(key string) string {
	value, ok := c.value(key)
	if !ok {
		return ""
	}
	return read(c.reader, value).String()
}

// plain is a card with a value and its course.
func (c cards) plain(value Value, foot string) card {
	return card{
		Label:   c.cardName(value),
		Link:    c.valueLink(c.profile, value.Key),
		Parts:   read(c.reader, value),
		When:    c.moment(value),
		Picture: c.pictures.card(value),
		Foot:    foot,
	}
}

// cardName is the name of a card, shorter than that of its value.
func (c cards) cardName(value Value) string {
	if key := "card." + value.Key; c.Has(key) {
		return c.Say(key)
	}
	return c.valueName(value)
}

func (c cards) weight() (card, bool) {
	value, ok := c.value("weight_kg")
	if !ok {
		return card{}, false
	}
	made := c.plain(value, "")
	made.Arrow, made.Foot = c.change()
	return made, true
}

// smallChange is a change of weight in kilograms that is called steady.
const smallChange = 0.1

// change says how the weight has changed, as an arrow and in words.
func (c cards) change() (arrow, words string) {
	value, ok := c.value("weight_change_30d_kg")
	if !ok {
		return "", ""
	}
	number, _ := value.Reading.Value.Decimal()
	switch change := number.Float(); {
	case change > -smallChange && change < smallChange:
		return "→", c.Say("overview.steady")
	case change < 0:
		return "↘", c.Say("overview.down", c.amount(value, number))
	}
	return "↗", c.Say("overview.up", c.amount(value, number))
}

// amount is the size of a change with one decimal.
func (c cards) amount(value Value, change decimal.Decimal) string {
	if mantissa, exponent := change.Parts(); mantissa < 0 {
		if positive, err := decimal.New(-mantissa, exponent); err == nil {
			change = positive
		}
	}
	value.Row.Precision = 1
	value.Reading.Value = sensors.Number(change)
	return read(c.reader, value).String()
}

func (c cards) night() (card, bool) {
	value, ok := c.value("sleep_total_duration_seconds")
	if !ok {
		return card{}, false
	}
	made := c.plain(value, "")
	made.Label, made.Wide, made.Link = c.Say("overview.night"), true, c.Base+"/sleep/"+c.profile.Slug
	made.Picture = c.pictures.night(value)
	var foot []string
	if start, end := c.clock("sleep_start"), c.clock("sleep_end"); start != "" && end != "" {
		foot = append(foot, start+" – "+end)
	}
	if score := c.text("sleep_score"); score != "" {
		foot = append(foot, c.Say("overview.score", score))
	}
	made.Foot = strings.Join(foot, " · ")
	for _, stage := range []struct{ class, key string }{
		{"deep", "sleep_deep_duration_seconds"},
		{"light", "sleep_light_duration_seconds"},
		{"rem", "sleep_rem_duration_seconds"},
		{"awake", "sleep_wakeup_duration_seconds"},
	} {
		if length := c.text(stage.key); length != "" {
			made.Stages = append(made.Stages, stageTime{stage.class, c.Say("stage."+stage.class) + " " + length})
		}
	}
	return made, true
}

// clock is the time of day of a value that is a time.
func (c cards) clock(key string) string {
	value, ok := c.value(key)
	if !ok {
		return ""
	}
	at, err := time.Parse(time.RFC3339, value.Text)
	if err != nil {
		return ""
	}
	return at.In(cmp.Or(value.Zone, time.UTC)).Format("15:04")
}

func (c cards) pressure() (card, bool) {
	systolic, ok := c.value("systolic_blood_pressure_mmhg")
	diastolic, both := c.value("diastolic_blood_pressure_mmhg")
	if !ok || !both {
		return card{}, false
	}
	made := c.plain(systolic, "")
	made.Label, made.Link = c.Say("overview.pressure"), c.Base+"/heart/"+c.profile.Slug
	if upper, lower := made.Parts, read(c.reader, diastolic); len(upper) == 1 && len(lower) == 1 {
		made.Parts = display.Parts{{Number: upper[0].Number + "/" + lower[0].Number, Unit: lower[0].Unit}}
	}
	if pulse, ok := c.value("heart_pulse_bpm"); ok && pulse.MeasuredAt.Equal(systolic.MeasuredAt) {
		made.Foot = c.Say("overview.pulse", read(c.reader, pulse).String())
	} else {
		made.Foot = systolic.Device
	}
	return made, true
}

func (c cards) steps() (card, bool) {
	value, ok := c.value("activity_steps_today")
	if !ok {
		return card{}, false
	}
	made := c.plain(value, "")
	for i := range made.Parts { // the label says what they are
		made.Parts[i].Unit = ""
	}
	var foot []string
	if goal, ok := c.value("step_goal"); ok {
		if wanted, _ := goal.Reading.Value.Decimal(); wanted.Float() > 0 {
			walked, _ := value.Reading.Value.Decimal()
			made.Goal = max(1, min(100, int(100*walked.Float()/wanted.Float())))
			made.Picture = ""
			foot = append(foot, c.Say("overview.goal", read(c.reader, goal)[0].Number))
		}
	}
	for _, key := range []string{"activity_distance_today", "activity_active_calories_burnt_today"} {
		if text := c.text(key); text != "" {
			foot = append(foot, text)
		}
	}
	made.Foot = strings.Join(foot, " · ")
	return made, true
}
