// SPDX-License-Identifier: MIT

package browser

// State is in which state of the program somebody meets a view.
type State string

// The states. Password is that of the page of a locked program.
const (
	Demo   State = "with values of Alice and Bob"
	Locked State = "behind a password"
	New    State = "without a configuration"

	Password = "an invented password"
)

// View is a view of the page. Tests and pictures take the same table, so that a
// new view needs one line.
type View struct {
	// Name is that of tests and pictures.
	Name string
	// State is that of the program, and Path is below its address.
	State State
	Path  string
}

// Views lists every view, in the order of the guide.
func Views() []View {
	return []View{
		{"overview", Demo, "/"},
		{"weight", Demo, "/values/alice/weight_kg?range=quarter"},
		{"blood-pressure", Demo, "/values/bob/systolic_blood_pressure_mmhg?range=year"},
		{"steps", Demo, "/values/alice/activity_steps_today?range=month"},
		{"words", Demo, "/values/alice/sleep_state?range=week"},
		{"sleep", Demo, "/sleep/alice"},
		{"heart", Demo, "/heart/bob"},
		{"report", Demo, "/report/bob"},
		{"history", Demo, "/history"},
		{"health", Demo, "/health"},
		{"set-up", New, "/setup/application"},
		{"sign-in", Demo, "/profiles/alice/sign-in"},
		{"password", Locked, "/sign-in"},
	}
}
