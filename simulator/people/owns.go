// SPDX-License-Identifier: MIT

package people

import "slices"

// Owns is what feeds the services beside measures and sleep: activity,
// intraday, workouts, heart, stetho, devices and goals. The zero value has none
// of them; devices that the person's data name are listed all the same. Ids of
// these services take the slots 300 to 599 of a day.
type Owns struct {
	// Watch is a Withings watch: daily rows, intraday slots, workouts. Its
	// sensors follow from its model.
	Watch bool
	// WatchModel is its number: 58 Pulse HR, 91 Move ECG, 93 ScanWatch, 94
	// ScanWatch 2; 0 = 94.
	WatchModel int
	// Phone counts steps too: a second daily row of brand 18, and the only one
	// without a watch.
	Phone bool
	// PhoneModel is the number of its step counter, 1054, 1055 or 1057; 0 =
	// 1057.
	PhoneModel int
	// Steps of a usual day; 0 = 7500.
	Steps int
	// Swims adds swimming to walks and runs.
	Swims bool
	// NamedSports leaves out undocumented categories, about which the demo
	// would warn.
	NamedSports bool

	// ECG records one now and then.
	ECG bool
	// ECGModel is what records it, a watch (91, 93, 94) or a Body Scan (10); 0
	// = the watch.
	ECGModel int
	// BPMCore records blood pressure, ECG and heart sounds together.
	BPMCore bool
	// PressureAlone makes some of the BPM Core's readings without an ECG, which
	// v2/heart then lists without that key.
	PressureAlone bool
	// Stethoscope is a BeamO: heart sounds alone.
	Stethoscope bool
	// ListedOnly keeps the groups that go with ECGs and BPM Core readings of
	// the history (9, 10, 11, 130) out of getmeas.
	ListedOnly bool

	Goals Goals
	// Locked are data fields of activity, intraday and workouts that the
	// account's plan leaves out.
	Locked []string
}

// Goals are a person's goals; zero = not set.
type Goals struct {
	Steps   int // a day
	Sleep   int // seconds a night
	WeightG int // grams
}

// aliceOwns is a watch, a phone in the pocket, and all goals.
func aliceOwns() Owns {
	return Owns{
		Watch:       true,
		WatchModel:  94,
		Phone:       true,
		PhoneModel:  1057,
		Steps:       8400,
		Swims:       true,
		NamedSports: true,
		ECG:         true,
		ListedOnly:  true,
		Goals:       Goals{Steps: 10_000, Sleep: 8 * 3600, WeightG: 66_000},
	}
}

// bobOwns is a phone only, a BPM Core beside the cuff, and some goals.
func bobOwns() Owns {
	return Owns{
		Phone:       true,
		PhoneModel:  1054,
		Steps:       6100,
		BPMCore:     true,
		Stethoscope: true,
		ListedOnly:  true,
		Goals:       Goals{Steps: 8_000, WeightG: 84_000},
	}
}

// AllowedFields is fields without those that the account's plan leaves out.
func (a *body) AllowedFields(fields []string) []string {
	if len(a.Owns.Locked) == 0 {
		return fields
	}
	return slices.DeleteFunc(slices.Clone(fields), func(name string) bool { return slices.Contains(a.Owns.Locked, name) })
}
