// SPDX-License-Identifier: MIT

package sensors

// Method is how a value is computed that no response holds as it is.
type Method struct {
	Keys []string
	// Text describes it for the documentation.
	Text string
}

// Methods lists how values are computed, for the documentation. Computed
// numbers have one decimal place more than Home Assistant shows.
func Methods() []Method {
	return []Method{
		{
			[]string{keyBMI},
			"weight ÷ height², using the latest height regardless of age. Timestamped with the weight.",
		},
		{
			[]string{"muscle_ratio_pct", "bone_ratio_pct", "hydration_pct"},
			"mass ÷ weight × 100, both from the same measure group.",
		},
		{
			[]string{"pulse_pressure_mmhg"},
			"systolic − diastolic from the same measure group.",
		},
		{
			[]string{keyTrend},
			"exponential moving average with smoothing factor 0.1 per day, starting at the first weigh-in. " +
				"A day's weight is the mean of its weigh-ins; days without one are interpolated linearly. " +
				"Covers the last 200 days, in the profile's time zone.",
		},
		{
			[]string{keyTrendWeek, keyTrendMonth},
			"trend on the day of the last weigh-in minus the trend 7 or 30 days earlier; no value until that many days exist.",
		},
		{
			[]string{keyToGoal},
			"weight − weight goal: positive above the goal.",
		},
		{
			[]string{keyLastWeighed},
			"time of the current weight.",
		},
		{
			[]string{keyLastMeasured},
			"time of the latest measure group, night, workout or ECG.",
		},
		{
			[]string{keySleepTotal},
			"total reported by the Withings API; if missing, the sum of light, deep and REM sleep. " +
				"The night is the session with the longest sleep of its date: light, deep and REM sleep, " +
				"otherwise the reported total, otherwise start to end. If a mat and a watch record the same sleep, the mat wins.",
		},
		{
			[]string{keyFellAsleep, keyWokeUp},
			"the first \"fell asleep\" and the last \"woke up\" of the night.",
		},
		{
			[]string{keyRMSSD, keySDNN},
			"mean of the night's series, preferably from the device that recorded the night; " +
				"fetched once per version of a night.",
		},
		{
			[]string{keyNapCount, keyNapDuration},
			"sessions of the latest date other than its night: shorter ones, and any " +
				"with less than three hours of sleep that ends at ten in the morning or later. " +
				"Duplicate records of the same sleep by a second device are ignored.",
		},
		{
			[]string{"activity_steps_today"},
			"and all totals of today: 0 from the profile's local midnight until the Withings API has data for the day, " +
				"with `last_reset` at that midnight; no value if the latest data is more than two days old. " +
				"With several sources for a day, trackers win over phones, Withings devices over apps, newer data over older.",
		},
		{
			[]string{"workout_type", keyRhythm, "ppg_afib", keyValves},
			"name of the Withings code; unknown codes are kept as `category_9999` or `class_9999`. " +
				"Home Assistant then shows `other` with the code as an attribute.",
		},
		{
			[]string{"battery_level_pct"},
			"estimated (and marked as such): high = 90, medium = 50, low = 15.",
		},
	}
}
