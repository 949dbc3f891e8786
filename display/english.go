package display

// english are the texts in English. Names of sensors and most options are those
// of the catalogue.
func english() *words {
	return &words{
		texts: map[string]string{
			"when.never": "never", "when.now": "now", "when.ago": "%s ago", "when.in": "in %s", "when.yesterday": "yesterday",

			"unit.times.one": "time", "unit.floors.one": "floor", "unit.points.one": "point", "unit.steps.one": "step",
			"unit.years.one": "year",

			"state.ON": "yes", "state.OFF": "no",
			"state.problem.ON": "problem", "state.problem.OFF": "fine",
			"state.connectivity.ON": "connected", "state.connectivity.OFF": "not connected",
			"state.battery.ON": "low", "state.battery.OFF": "fine",

			"option.rem": "REM", "option.ecg_afib.negative": "Sinus rhythm", "option.ecg_afib.positive": "Atrial fibrillation",
			"option.ecg_afib.inconclusive": "Inconclusive",

			// The frame of all pages.
			"frame.skip": "To the content", "frame.sections": "Sections", "frame.sign_out": "Sign out",
			"frame.overview": "Overview", "frame.back": "Back to the overview",

			// The password of the page.
			"entry.heading": "Sign in to this page", "entry.label": "Password", "entry.submit": "Sign in",
			"entry.wrong": "This is not the password. It is web.password in the configuration.",
			"entry.wait":  "Too many wrong passwords from this address. Next try in %d s.",
			"entry.stale": "This form was too old, or came from another site. Enter the password once more.",
			"entry.hint":  "This browser stays signed in for 30 days. After that, or with a new password, the page asks again.",

			// The overview.

			// A value.

			// Sleep.

			// Heart.

			// The report.

			// History.

			// Health.

			// Set-up.

			// Signing in.

			// Home Assistant.
		},
		decimal:   ".",
		months:    [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
		weekdays:  [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		day:       "{d} {m}",
		dayOfYear: "{d} {m} {y}",
		month:     "{m} {y}",
	}
}
