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
			"frame.history": "History", "frame.health": "Health", "frame.overview": "Overview", "frame.back": "Back to the overview",

			// The password of the page.
			"password.heading": "Sign in to this page", "password.label": "Password", "password.submit": "Sign in",
			"password.wrong": "This is not the password. It is web.password in the configuration.",
			"password.wait":  "Too many wrong passwords from this address. Next try in %d s.",
			"password.stale": "This form was too old, or came from another site. Enter the password once more.",
			"password.hint":  "This browser stays signed in for 30 days. After that, or with a new password, the page asks again.",

			// The overview.

			// A value.

			// Sleep.

			// Heart.

			// The report.

			// History.

			// Health.
			"health.all_ok":                 "All is well.",
			"health.starting":               "Starting.",
			"health.findings.one":           "%d finding.",
			"health.findings.many":          "%d findings.",
			"health.program":                "Program",
			"health.subject.program":        "Program",
			"health.subject.broker":         "Broker",
			"health.subject.application":    "Client id and secret",
			"health.subject.withings_api":   "Withings API",
			"health.subject.state_folder":   "State folder",
			"health.subject.archive":        "Archive",
			"health.subject.mirror":         "Mirror",
			"health.subject.clock":          "Clock",
			"health.subject.home_assistant": "Home Assistant",
			"health.subject.consent":        "Sign-in",
			"health.subject.endpoints":      "Polling",
			"health.subject.push":           "Notifications",
			"health.level.good":             "Fine",
			"health.level.warn":             "Attention",
			"health.level.wait":             "Starting",
			"health.level.bad":              "Failed",
			"health.since":                  "Since %s.",
			"health.next_try":               "Next try %s.",
			"health.nothing_known":          "Nothing is known yet.",
			"health.refresh":                "Refresh %s now",
			"health.sign_in":                "Sign in %s",
			"health.sign_in_again":          "Sign in %s again",
			"health.switch":                 "Another account is signed in on the account page: sign out there first",
			"health.push_last":              "Last notification: %s.",
			"health.push_missed.one":        "%d measurement has arrived by polling alone since.",
			"health.push_missed.many":       "%d measurements have arrived by polling alone since.",
			"health.polling":                "Polling",
			"health.polling_times":          "last %s, next %s",
			"health.polling_caption":        "Endpoints of the Withings API for %s",
			"health.endpoint":               "Endpoint",
			"health.last_success":           "Last success",
			"health.last_error":             "Last error",
			"health.none":                   "none",
			"health.budget":                 "Requests to the Withings API",
			"health.last_minute":            "Last minute",
			"health.last_hour":              "Last hour",
			"health.of":                     "%d of %d",
			"health.budget_note":            "The Withings API allows %d a minute, for all profiles together. Busiest minute of the last hour: %d.",
			"health.installation":           "Installation",
			"health.broker":                 "Broker",
			"health.no_broker":              "not configured",
			"health.connection":             "Connection",
			"health.connected":              "Connected",
			"health.not_connected":          "Not connected",
			"health.version":                "Version",
			"health.json":                   "All of it as JSON",

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
