// SPDX-License-Identifier: MIT

package simulator

import (
	"vitals2mqtt/simulator/api"
	"vitals2mqtt/simulator/notify"
	"vitals2mqtt/simulator/people"
)

// Types of the packages below that users of the simulator need.
type (
	// Person is an invented person with an account.
	Person = people.Person
	// Owns is what feeds the services beside measures and sleep.
	Owns = people.Owns
	// Goals are a person's goals.
	Goals = people.Goals
	// PersonInfo names a simulated person.
	PersonInfo = people.PersonInfo
	// NotifyKnobs choose how notifications travel.
	NotifyKnobs = notify.Knobs
	// SubscriptionInfo is a subscription as it is kept.
	SubscriptionInfo = notify.SubscriptionInfo
	// Fault makes some requests fail.
	Fault = api.Fault
	// Shape is a way to spoil a good response.
	Shape = api.Shape
)

// The shapes of a spoilt response; see package api.
const (
	ShapeWhole         = api.ShapeWhole
	ShapeTruncated     = api.ShapeTruncated
	ShapeHTML          = api.ShapeHTML
	ShapeNumbersAsText = api.ShapeNumbersAsText
	ShapeNullBody      = api.ShapeNullBody
	ShapeNoBody        = api.ShapeNoBody
	ShapeListBody      = api.ShapeListBody
	ShapeTextBody      = api.ShapeTextBody
	ShapeNoList        = api.ShapeNoList
	ShapeNullList      = api.ShapeNullList
	ShapeTextList      = api.ShapeTextList
	ShapeForeignList   = api.ShapeForeignList
	ShapeEmptyList     = api.ShapeEmptyList
)

// RefuseRefresh is a definite refusal of refresh tokens, that many times (0 =
// until cleared).
func RefuseRefresh(times int) Fault { return api.RefuseRefresh(times) }

// DemoPeople returns the two people of the demo.
func DemoPeople() []Person { return people.DemoPeople() }

// Owners returns people for tests who own what the demo's two do not; package
// people describes each.
func Owners() []Person { return people.Owners() }

// BodyScanOwner is Dora of Owners.
func BodyScanOwner() Person { return people.BodyScanOwner() }

// Couple are Emil and Frida of Owners.
func Couple() [2]Person { return people.Couple() }

// ScanWatchOwner is Gustav of Owners.
func ScanWatchOwner() Person { return people.ScanWatchOwner() }

// ByHandOwner is Hanna of Owners.
func ByHandOwner() Person { return people.ByHandOwner() }

// FreePlanOwner is Ivan of Owners; see people.FreePlanOwner for status.
func FreePlanOwner(status int) Person { return people.FreePlanOwner(status) }

// ThermoOwner is Jonas of Owners.
func ThermoOwner() Person { return people.ThermoOwner() }
