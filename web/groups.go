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

func groups() []Group {
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

// valueGroup is a part of the list of values.
type valueGroup struct {
	Name   Group
	Values []Value
}

// groupValues splits values by group, and keeps their order in each.
func groupValues(values []Value) (grouped []valueGroup) {
	for _, name := range groups() {
		group := valueGroup{Name: name}
		for _, value := range values {
			if value.Group == name || name == GroupOther && !slices.Contains(groups(), value.Group) {
				group.Values = append(group.Values, value)
			}
		}
		if len(group.Values) > 0 {
			grouped = append(grouped, group)
		}
	}
	return grouped
}
