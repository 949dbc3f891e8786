package display

// english are the texts in English. Names of sensors and most options are those
// of the catalogue.
func english() *words {
	return &words{
		texts: map[string]string{
			"when.never": "never", "when.now": "now", "when.ago": "%s ago", "when.in": "in %s",
			"when.period": "%s to %s", "when.yesterday": "yesterday",

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

			// The overview.

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
			"value.line.systolic_blood_pressure_mmhg": "Systolic", "value.line.diastolic_blood_pressure_mmhg": "Diastolic",
			"value.line.heart_pulse_bpm": "Pulse", "value.since": "since %s: %s",
			"value.by_day": "%s, day by day", "value.chart": "%s, %s.", "value.empty": "No values in this range.",
			"value.extremes": "Lowest %s, highest %s.",
			"value.gestures": "Drag to move, pinch or turn the wheel to zoom.",
			"value.keys": "Keys: ← and → move, + and − zoom, 0 resets; " +
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
