package browser

// View is a view of the page. Tests and pictures take the same table, so that a
// new view needs one line.
type View struct {
	// Name is that of tests and pictures.
	Name string
	// Path is below the address of the program, with the people of the demo.
	Path string
}

// Views lists every view of a program with values, in the order of the guide.
func Views() []View {
	return []View{
		{Name: "overview", Path: "/"},
		{Name: "weight", Path: "/values/alice/weight_kg?range=quarter"},
		{Name: "blood-pressure", Path: "/values/bob/systolic_blood_pressure_mmhg?range=year"},
		{Name: "steps", Path: "/values/alice/activity_steps_today?range=month"},
		{Name: "words", Path: "/values/alice/sleep_state?range=week"},
		{Name: "sleep", Path: "/sleep/alice"},
	}
}
