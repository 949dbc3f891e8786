// SPDX-License-Identifier: MIT

package sensors

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// setDefaults fills in what a row of the catalogue leaves out.
func (s *Sensor) setDefaults() {
	s.Platform, s.Scope = cmp.Or(s.Platform, "sensor"), cmp.Or(s.Scope, ScopeProfile)
	if s.Measure != 0 {
		s.Endpoint = EndpointMeasures
	}
	isText := s.Platform != "sensor" || slices.Contains([]string{"timestamp", "date", "enum"}, s.DeviceClass)
	if isText || s.Unit == "s" || s.DeviceClass == "battery" {
		s.Precision = NoPrecision
	}
	if !isText && s.Endpoint != EndpointWorkouts { // what a workout came to is no series
		s.StateClass = cmp.Or(s.StateClass, "measurement")
	}
	s.Source = cmp.Or(s.Source, s.wireSource())
}

// wireSource names where in a response the value is found, "" for a value that
// is found nowhere as it is.
func (s *Sensor) wireSource() string {
	switch {
	case s.Position != 0:
		return "getmeas " + strconv.Itoa(s.Measure) + " position " + strconv.Itoa(s.Position)
	case s.Measure != 0:
		return "getmeas " + strconv.Itoa(s.Measure)
	case len(s.Fields) == 0:
		return ""
	}
	fields := strings.Join(s.Fields, ", else ")
	switch s.Endpoint {
	case EndpointActivity:
		return "getactivity " + fields + ", today in the person's zone"
	case EndpointIntraday:
		return "getintradayactivity " + fields + ", newest slot"
	case EndpointSeries:
		return "sleep get " + fields + ", mean over the night"
	case EndpointNights:
		return "getsummary " + fields
	case EndpointWorkouts:
		return "getworkouts " + fields
	default:
		return ""
	}
}
