package display

// german are the texts in German, among them the names and options of the
// catalogue.
func german() *words {
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
			"frame.skip": "Zum Inhalt", "frame.sections": "Bereiche", "frame.sign_out": "Abmelden",
			"frame.overview": "Übersicht", "frame.back": "Zur Übersicht",

			// The password of the page.
			"entry.heading": "Auf dieser Seite anmelden", "entry.label": "Passwort", "entry.submit": "Anmelden",
			"entry.wrong": "Das ist nicht das Passwort. Es steht als web.password in der Konfigurationsdatei.",
			"entry.wait":  "Zu viele falsche Passwörter von dieser Adresse. Nächster Versuch in %d s.",
			"entry.stale": "Dieses Formular war zu alt oder kam von einer anderen Seite. Das Passwort noch einmal eingeben.",
			"entry.hint":  "Dieser Browser bleibt 30 Tage angemeldet. Danach oder mit einem neuen Passwort fragt die Seite wieder.",

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
