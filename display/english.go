package display

// english are the texts in English. The names of sensors are those of the
// catalogue, and so are the options that read well.
func english() *words {
	return &words{
		texts: map[string]string{
			"when.never": "never", "when.now": "now", "when.ago": "%s ago", "when.in": "in %s", "when.period": "%s to %s", "when.yesterday": "yesterday",

			"age.days": "days", "age.months": "months", "age.years": "years",

			"unit.times": "times", "unit.times.one": "time",
			"unit.floors": "floors", "unit.floors.one": "floor",
			"unit.points": "points", "unit.points.one": "point",
			"unit.steps": "steps", "unit.steps.one": "step",
			"unit.years": "years", "unit.years.one": "year",
			"unit.br/min": "br/min", "unit.events/h": "events/h", "unit.requests/min": "requests/min",
			"unit.kcal/d": "kcal/d",

			"state.ON": "yes", "state.OFF": "no",
			"state.problem.ON": "problem", "state.problem.OFF": "fine",
			"state.connectivity.ON": "connected", "state.connectivity.OFF": "not connected",
			"state.battery.ON": "low", "state.battery.OFF": "fine",

			"dashboard.body": "Body", "dashboard.heart": "Heart", "dashboard.sleep": "Sleep",
			"dashboard.activity": "Activity", "dashboard.workouts": "Last workout", "dashboard.devices": "Devices",
			"dashboard.other": "Status", "dashboard.weight": "Weight, 90 days",
			"dashboard.blood_pressure": "Blood pressure, 90 days", "dashboard.nights": "Sleep, 30 days",
			"dashboard.steps": "Steps, 30 days",

			"name.at": "%s (%s)", "name.position": "position %d", "name.profile": "%s (profile)",
			"model.profile": "Health account",

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
			"value.problem": "No such value", "value.no_profile": "There is no profile %q.", "value.no_key": "There is no value %q.",
			"value.did_you_mean": "Did you mean %s?", "value.usual_range": "Show the last month",
			"value.bad_range": "This range cannot be read. Write range=day, week, month, quarter, year or all, or two days: " +
				"from=2026-01-31&to=2026-02-28.",
			"value.none": "No value", "value.ranges": "Range",
			"value.range.day": "Day", "value.range.week": "Week", "value.range.month": "Month", "value.range.quarter": "3 months",
			"value.range.year": "Year", "value.range.all": "All",
			"value.up": "up %s in 30 days", "value.down": "down %s in 30 days", "value.unchanged": "unchanged in 30 days",
			"value.blood_pressure": "Blood pressure", "value.trend": "Trend", "value.goal": "Goal %s",
			"value.chart": "%s, %s.", "value.empty": "No values in this range.", "value.extremes": "Lowest %s, highest %s.",
			"value.keys": "Drag to move, pinch or turn the wheel to zoom. Keys: ← and → move, + and − zoom, 0 resets; " +
				"Home, End, Shift+← and Shift+→ read the values.",
			"value.failed": "The chart cannot be loaded now. The last one is still shown.",
			"value.table":  "Table", "value.when": "When", "value.mean": "Mean", "value.lowest": "Lowest",
			"value.highest": "Highest", "value.daily_mean": "Mean of a day", "value.week_of": "Week of %s",
			"value.more":     "The newest %d of %d rows. The download has all.",
			"value.download": "Download this range:", "value.details": "Details", "value.exact": "Exact value",
			"value.unit": "Unit", "value.measured_at": "Measured at", "value.received_at": "Received at",
			"value.device": "Device", "value.attribution": "Attribution", "value.key": "Key", "value.topics": "MQTT topics",
			"value.entity": "Entity", "value.record": "Record",
			"value.not_kept":      "Only the current value is known: the history does not keep it.",
			"value.computed":      "This value is computed. The chart shows what it is computed from: %s.",
			"value.still_reading": "The past is still being read; older values will appear.",
			"value.unreadable":    "The history cannot be read now. The current value is up to date.",
			"value.attribution.0": "measured by a device, attributed to this profile",
			"value.attribution.1": "measured by a device, may belong to somebody else",
			"value.attribution.2": "entered by hand", "value.attribution.3": "assigned by the person",
			"value.attribution.4":     "entered by hand when the account was created",
			"value.attribution.5":     "best of several readings",
			"value.attribution.7":     "confirmed by the person",
			"value.attribution.8":     "measured by a device, attributed to this profile",
			"value.attribution.15":    "guided measurement",
			"value.attribution.17":    "guided measurement",
			"value.attribution.other": "unknown number %s", "value.unconfirmed": "not confirmed",

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

			// Blood pressure.
			"pressure.picture":           "Systolic and diastolic blood pressure over time; the table has the same readings",
			"pressure.systolic":          "systolic",
			"pressure.diastolic":         "diastolic",
			"pressure.morning":           "Morning",
			"pressure.evening":           "Evening",
			"pressure.all":               "All",
			"pressure.range":             "%s–%s / %s–%s",
			"pressure.split":             "Morning is before noon, evening from noon on; a reading before 3:00 counts as the evening before.",
			"pressure.bands":             "Shaded: the classes of the European guideline of 2018 (ESC/ESH), for readings at a doctor's.",
			"pressure.class.normal":      "normal",
			"pressure.class.high_normal": "high normal",
			"pressure.class.grade_1":     "grade 1",
			"pressure.class.grade_2":     "grade 2",
			"pressure.class.grade_3":     "grade 3",

			// Heart.
			"heart.heading":         "Heart of %s",
			"heart.ranges":          "Time",
			"heart.range.days":      "%d days",
			"heart.range.year":      "1 year",
			"heart.range.all":       "All",
			"heart.pressure":        "Blood pressure",
			"heart.none":            "No readings in this time.",
			"heart.means":           "Means in mmHg",
			"heart.readings":        "Readings",
			"heart.column.part":     "Time of day",
			"heart.column.count":    "Readings",
			"heart.column.mean":     "Mean",
			"heart.column.pulse":    "Pulse",
			"heart.column.when":     "Measured",
			"heart.column.pressure": "mmHg",
			"heart.column.device":   "Device",
			"heart.column.result":   "Result",
			"heart.column.rate":     "Heart rate",
			"heart.pulse":           "Pulse",
			"heart.pulse_of":        "pulse %s",
			"heart.pulse.picture":   "Pulse over time",
			"heart.pulse.link":      "All values of the pulse",
			"heart.ecg":             "Electrocardiogram",
			"heart.ecgs":            "Recordings",
			"heart.ecg.none":        "No electrocardiograms.",
			"heart.ecg.picture":     "Electrocardiogram on millimetre paper. Result: %s",
			"heart.ecg.no_curve":    "The curve of this recording is not stored.",
			"heart.ecg.scale":       "25 mm/s, 10 mm/mV. The print is true to scale.",
			"heart.ecg.more":        "%d older ones are not listed.",
			"heart.no_result":       "No result",
			"heart.report":          "Page for the doctor",

			// The report.

			// History.

			// Health.

			// Set-up.

			// Signing in.

			// Home Assistant.
		},
		options: map[string]string{
			"sleep_state.rem":   "REM",
			"ecg_afib.negative": "Sinus rhythm", "ecg_afib.positive": "Atrial fibrillation",
			"inconclusive":      "Inconclusive",
			"ppg_afib.negative": "No sign of atrial fibrillation", "ppg_afib.positive": "Signs of atrial fibrillation",
			"vhd_result.negative": "No valve disease detected", "vhd_result.positive": "Signs of valve disease",
			"negative_normal_rate": "Sinus rhythm, normal rate", "negative_high_rate": "Sinus rhythm, high rate",
			"positive_normal_rate": "Atrial fibrillation, normal rate",
			"positive_high_rate":   "Atrial fibrillation, high rate",
			"inconclusive_us":      "Inconclusive (US)",
		},
		decimal:   ".",
		months:    [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
		weekdays:  [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		day:       "{d} {m}",
		dayOfYear: "{d} {m} {y}",
		month:     "{m} {y}",
	}
}
