// SPDX-License-Identifier: MIT

// Package sensors is the domain: the catalogue of named sensors as one table,
// pure functions that decode responses into records, and the store that
// computes current readings and events from records. It neither fetches nor
// publishes.
package sensors

// Scope is what a sensor belongs to.
type Scope string

// The scopes of the catalogue.
const (
	ScopeProfile Scope = "profile" // a user
	ScopeDevice  Scope = "device"  // a scale, watch or mat
	ScopeBridge  Scope = "bridge"  // the program itself
)

// NoPrecision marks a sensor that has no suggested number of decimal places.
const NoPrecision = -1

// Sensor is one row of the catalogue: what a value is called, how Home
// Assistant should show it, and where it comes from. It holds no behaviour.
type Sensor struct {
	// Key names the sensor in topics, configuration and ids; it never changes.
	Key string
	// Name is the English label, without the user's name.
	Name string
	// Platform is Home Assistant's component: sensor, binary_sensor, event,
	// button.
	Platform string
	// DeviceClass, Unit and StateClass are Home Assistant's words, "" for none.
	DeviceClass, Unit, StateClass string
	// Precision is the suggested number of decimal places, or NoPrecision.
	Precision int
	// Icon is "mdi:…", EntityCategory "diagnostic"; "" for none.
	Icon, EntityCategory string
	// Enabled reports whether the entity is shown without the user asking for it.
	Enabled bool
	Scope   Scope
	// Source describes where the value comes from.
	Source string
	// Original marks the thirty keys of Home Assistant 0.97's YAML integration.
	Original bool
	// Note is the remark of the catalogue as CSV; RemarkOf is that of the
	// documentation.
	Note string

	// Endpoint must be called to get the value; "" for what the bridge itself
	// knows.
	Endpoint Endpoint
	// Measure is the measure type for EndpointMeasures; 0 for none.
	Measure int
	// Position is the body segment of the measure type; 0 means the whole body.
	Position int
	// Fields are the fields of a row of the endpoint's response; the first that is
	// delivered counts.
	Fields []string
	// ZeroIsNone marks fields whose 0 means that nothing was measured.
	ZeroIsNone bool
	// Needs names a field that must be there and not 0 for this one to mean
	// anything.
	Needs string
	// Shift is the power of ten between the wire's unit and Unit (a ratio shown
	// in % has 2, seconds shown in ms have 3).
	Shift int
	// Options are the texts an enum can have, for a class of the cloud in the
	// order of its numbers; for the event platform the types of events.
	Options []string
	// NumberPrefix is what a value begins with that is a number of the cloud
	// without a word, and so none of the options; Other stands for it among
	// them. It is "" for sensors without such values.
	NumberPrefix string
}
