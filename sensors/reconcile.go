package sensors

// Reconcile decides what a batch changes in an archive. It is pure but for its
// questions to known, whose errors it returns.
func Reconcile(b Batch, o ApplyOptions, known Known) (Changes, error) { panic("to be written") }

// Windows lists the records that current readings depend on, by kind.
func Windows() []Window { panic("to be written") }

// Load replaces the records of a kind by those of its window.
func (s *Store) Load(kind Kind, records []Record, o ApplyOptions) { panic("to be written") }

// Update brings the current readings up to date with the changes of an archive.
// window is asked for the records of a kind when the changes hid some that
// older ones must replace.
func (s *Store) Update(
	c Changes, o ApplyOptions, window func(Window) ([]Record, error),
) (Update, error) {
	panic("to be written")
}
