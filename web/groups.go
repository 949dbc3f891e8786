// SPDX-License-Identifier: MIT

package web

import (
	"slices"

	"vitals2mqtt/sensors"
)

// Group is what a value is about; the page lists the values by group.
type Group string

// The groups in the order of the page. Values of your own types are others.
const (
	GroupBody     Group = "Body"
	GroupHeart    Group = "Heart"
	GroupSleep    Group = "Sleep"
	GroupActivity Group = "Activity"
	GroupWorkouts Group = "Workouts"
	GroupDevices  Group = "Devices"
	GroupOther    Group = "Other"
)

// Groups returns all groups.
func Groups() []Group {
	return []Group{GroupBody, GroupHeart, GroupSleep, GroupActivity, GroupWorkouts, GroupDevices, GroupOther}
}

// GroupOf returns the group of a row of the catalogue.
func GroupOf(row sensors.Sensor) Group {
	switch row.Endpoint {
	case sensors.EndpointMeasures:
		if isHeartMeasure(row) {
			return GroupHeart
		}
		return GroupBody
	case sensors.EndpointHeart, sensors.EndpointStetho:
		return GroupHeart
	case sensors.EndpointNights, sensors.EndpointStages, sensors.EndpointSeries, sensors.EndpointEvents:
		return GroupSleep
	case sensors.EndpointActivity, sensors.EndpointIntraday, sensors.EndpointGoals:
		return GroupActivity
	case sensors.EndpointWorkouts:
		return GroupWorkouts
	case sensors.EndpointDevices:
		return GroupDevices
	}
	return GroupOther
}

// isHeartMeasure reports whether a measure is of heart and vessels: blood
// pressure and pulse, oxygen, pulse wave velocity, electrocardiograms.
func isHeartMeasure(row sensors.Sensor) bool {
	return row.Unit == "mmHg" || slices.Contains([]int{11, 54, 91, 130, 135, 136, 137, 138, 139, 155}, row.Measure)
}

// orOther is the group, or GroupOther for none of the list.
func (g Group) orOther() Group {
	if slices.Contains(Groups(), g) {
		return g
	}
	return GroupOther
}
