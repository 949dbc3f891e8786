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
	}
}
