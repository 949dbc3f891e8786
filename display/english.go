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
			"overview.well": "All is well.", "overview.details": "Details", "overview.since": "Since %s.", "overview.next_try": "Next try %s.",
			"overview.more.one": "%d more finding", "overview.more.many": "%d more findings",
			"overview.sign_in": "Sign in %s", "overview.switch": "Sign out of the account page first",
			"overview.switch.why": "Is another account still signed in there?",
			"overview.synced":     "updated %s", "overview.refresh": "Refresh now", "overview.none": "No values yet.",
			"overview.no_profiles": "No profiles are configured.",
			"overview.values.one":  "%d value", "overview.values.many": "%d values", "overview.values.of": "%d of %d values",
			"overview.missing.one": "%d without a value: why?", "overview.missing.many": "%d without a value: why?",
			"overview.devices": "Devices", "overview.night": "Last night", "overview.pressure": "Blood pressure",
			"overview.up": "up %s in 30 days", "overview.down": "down %s in 30 days", "overview.steady": "steady in 30 days",
			"overview.score": "score %s", "overview.pulse": "pulse %s", "overview.goal": "goal %s",

			"card.heart_rate_latest_bpm": "Heart rate", "card.heart_pulse_bpm": "Heart rate", "card.body_temperature_c": "Temperature",
			"card.spo2_latest_pct": "Blood oxygen", "card.spo2_pct": "Blood oxygen", "card.ecg_afib": "ECG", "card.workout_type": "Last workout",
			"card.activity_steps_today": "Steps today",

			"group.body": "Body", "group.heart": "Heart", "group.sleep": "Sleep", "group.activity": "Activity",
			"group.workouts": "Workouts", "group.devices": "Devices", "group.other": "Other",

			"stage.awake": "awake", "stage.rem": "REM", "stage.light": "light", "stage.deep": "deep",

			"battery.low": "battery low", "battery.medium": "battery medium", "battery.high": "battery full",

			"state.account.offline": "offline", "state.account.starting": "starting", "state.account.sign-in_needed": "sign-in needed",
			"state.account.needs_attention": "needs attention", "state.account.no_broker": "no broker", "state.account.online": "online",

			"reason.not_configured": "not configured", "reason.sign_in_needed": "sign-in needed",
			"reason.scope_missing": "the consent does not include it; sign in again", "reason.not_on_plan": "not part of this account's plan",
			"reason.endpoint_failing": "the last request failed", "reason.application_credentials": "client id and secret are refused",
			"reason.ambiguous_only": "only measurements that may be somebody else's", "reason.hidden_by_policy": "hidden by the attribution policy",
			"reason.not_asked_yet": "not asked yet", "reason.needs_notifications": "needs notifications",
			"reason.tracker_silent": "the tracker has not synced for two days", "reason.never_delivered": "never received",

			// A value.

			// Views of one person.
			"person.unknown":         "No such person",
			"person.unknown.text":    "No profile has this name. The overview lists all of them.",
			"person.unreadable":      "The archive cannot be read now",
			"person.unreadable.text": "The log of the program says why. Load this page again in a minute.",
			"person.no_archive":      "Nothing is stored about %s yet. Values of the past appear after the first sign-in.",

			// Sleep.
			"sleep.heading":        "Sleep of %s",
			"sleep.none":           "No nights.",
			"sleep.asleep":         "asleep",
			"sleep.in_bed":         "In bed %s",
			"sleep.picture":        "Stages of sleep, heart rate and breathing during the night",
			"sleep.previous":       "Night before",
			"sleep.next":           "Night after",
			"sleep.beside":         "Other nights",
			"sleep.nights":         "Fourteen nights",
			"sleep.nights.picture": "When each night began and ended; the table has the same times",
			"sleep.nap":            "nap %s",
			"sleep.naps":           "Naps",
			"sleep.legend.night":   "night",
			"sleep.legend.nap":     "nap",
			"sleep.column.night":   "Night",
			"sleep.column.span":    "In bed",
			"sleep.column.asleep":  "Asleep",
			"sleep.column.score":   "Score",
			"sleep.gap":            "not recorded",
			"sleep.no_night":       "No night was recorded for this date.",
			"sleep.no_courses":     "Heart rate and breathing of this night are not stored. `vitals2mqtt backfill %s --minutes` reads them.",
			"sleep.nothing_read":   "Stages, heart rate and breathing of this night are not stored. `vitals2mqtt backfill %s --minutes` reads them.",
			"sleep.score":          "Score",
			"sleep.time_in_bed":    "Time in bed",
			"sleep.efficiency":     "Asleep while in bed",
			"sleep.to_sleep":       "Time to fall asleep",
			"sleep.woke":           "Woke up",
			"sleep.heart_rate":     "Heart rate",
			"sleep.breathing":      "Breathing",
			"sleep.snoring":        "Snoring",
			"sleep.device":         "Recorded by",

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
