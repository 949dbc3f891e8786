// SPDX-License-Identifier: MIT

package vendor

import (
	"path"
	"regexp"
	"strings"
)

// group is how the files of a download are read; those of one group together.
type group int

const (
	skipped group = iota
	measuresGroup
	daysGroup
	nightsGroup
	workoutsGroup
	signalGroup
	rawGroup
)

// contents is what a file of the download has.
type contents struct {
	group   group
	layouts []layout
	raw     rawSeries
	// distance marks a distance without a unit.
	distance bool
	// why is why a file is not read; "" is for files that nobody misses.
	why string
}

// single are the files with a name of their own, without .csv.
func single() map[string]contents {
	of := func(g group, l ...layout) contents { return contents{group: g, layouts: l} }
	skip := func(why string) contents { return contents{why: why} }
	spo2 := of(measuresGroup, valueLayout(typeSpO2, noUnit), oldSpO2Layout())
	personal := skip("it holds personal data, which are never read")
	return map[string]contents{
		"weight":                      of(measuresGroup, weightLayout(), oldWeightLayout()),
		"bp":                          of(measuresGroup, pressureLayout()),
		"height":                      of(measuresGroup, heightLayout()),
		"body_temperature":            of(measuresGroup, valueLayout(typeTemperature, celsius)),
		"manual_spo2":                 spo2,
		"oxy":                         spo2,
		"pwv":                         of(measuresGroup, valueLayout(typePulseWave, noUnit)),
		"other":                       of(measuresGroup, otherLayout()),
		"sleep":                       of(nightsGroup, sleepLayout()),
		"activities":                  of(workoutsGroup, activitiesLayout()),
		"aggregates_steps":            of(daysGroup, dayLayout(fieldSteps)),
		"aggregates_distance":         {group: daysGroup, layouts: []layout{dayLayout(fieldDistance)}, distance: true},
		"aggregates_elevation":        of(daysGroup, dayLayout(fieldElevation)),
		"aggregates_calories_earned":  of(daysGroup, dayLayout(fieldCalories)),
		"aggregates_calories_passive": of(daysGroup, dayLayout(fieldResting)),
		"aggregates_manual_spo2":      skip("it has sums of percentages, which mean nothing"),
		"signal":                      of(signalGroup, signalLayout()),
		"note":                        skip("it holds notes, which are never read"),
		"account":                     personal,
		"user":                        personal,
		"user_survey":                 personal,
		devicesFile:                   personal,
	}
}

// devicesFile is read for the time zone only.
const devicesFile = "devices"

// oldExports are the exports of the dashboard until about 2017, by how the name
// begins. The name of a person follows.
func oldExports() map[string]contents {
	return map[string]contents{
		"withings - weight":   {group: measuresGroup, layouts: []layout{oldWeightLayout(), weightLayout()}},
		"withings - activity": {group: daysGroup, layouts: []layout{oldActivityLayout()}},
		"withings - sleep":    {group: nightsGroup, layouts: []layout{oldSleepLayout()}},
	}
}

// catalogue finds what a file has by its name.
type catalogue struct {
	single map[string]contents
	raw    map[string]contents
	old    map[string]contents
	copied *regexp.Regexp
}

func newCatalogue() catalogue {
	c := catalogue{
		single: single(),
		raw:    map[string]contents{},
		old:    oldExports(),
		copied: regexp.MustCompile(` ?\(\d+\)$`),
	}
	for _, file := range rawFiles() {
		for _, stem := range file.stems {
			c.raw[strings.ToLower(stem)] = contents{
				group:    rawGroup,
				layouts:  []layout{rawLayout()},
				raw:      file.rawSeries,
				distance: file.field == fieldDistance,
			}
		}
	}
	return c
}

// find returns what a file has. Browsers number copies: "weight (1).csv".
func (c catalogue) find(base string) contents {
	stem := strings.ToLower(base)
	if path.Ext(stem) != ".csv" {
		if stem == "readme.txt" {
			return contents{}
		}
		return contents{why: "it is no CSV file of the download"}
	}
	stem = c.stem(base)
	if found, ok := c.single[stem]; ok {
		return found
	}
	for prefix, found := range c.old {
		if strings.HasPrefix(stem, prefix) {
			return found
		}
	}
	series, isRaw := strings.CutPrefix(stem, "raw_")
	if found, ok := c.raw[series]; ok && isRaw {
		return found
	}
	switch {
	case isRaw && isLocation(series):
		return contents{why: "it says where the user was, which is never read"}
	case isRaw:
		return contents{why: "its series has no counterpart in the Withings API"}
	}
	return contents{why: "a file of this name is not known"}
}

// stem is the name of a file without .csv and the number of a copy.
func (c catalogue) stem(base string) string {
	return c.copied.ReplaceAllString(strings.TrimSuffix(strings.ToLower(base), ".csv"), "")
}

// isLocation reports whether a series says where the user was.
func isLocation(series string) bool {
	stream, name, _ := strings.Cut(series, "_")
	switch name {
	case "latitude", "longitude", "altitude", "gps-speed", "horizontal-radius", "vertical-radius":
		return true
	}
	return stream == "location"
}

// Recognizes reports whether a file is read, by its name.
func Recognizes(name string) bool {
	return newCatalogue().find(path.Base(strings.ReplaceAll(name, `\`, "/"))).group != skipped
}

// Size is how many bytes the files have that would be read, by what their
// container says: for showing progress only.
func (d *Download) Size() (size int64) {
	for _, e := range d.entries {
		if Recognizes(e.base) {
			size += e.size
		}
	}
	return size
}
