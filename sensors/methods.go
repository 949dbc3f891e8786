package sensors

// Method is how a value comes about that no answer of the cloud holds as it is.
type Method struct {
	Keys []string
	// Text says it in words, for the documentation.
	Text string
}

// Methods lists how computed values come about, for the documentation. Computed
// numbers have one decimal place more than Home Assistant shows.
func Methods() []Method {
	return []Method{
		{
			[]string{keyBMI},
			"weight ÷ height², with the newest height however old. It carries the time of the weight.",
		},
		{
			[]string{"muscle_ratio_pct", "bone_ratio_pct", "hydration_pct"},
			"mass ÷ weight × 100, both of one measure group; groups are never mixed.",
		},
		{
			[]string{"pulse_pressure_mmhg"},
			"systolic − diastolic of one measure group.",
		},
		{
			[]string{keyTrend},
			"a tenth of the way from yesterday's trend to today's weight, every day from the first weigh-in on. " +
				"A day's weight is the mean of its weigh-ins; a day without one lies on the straight line between its neighbours. " +
				"The last 200 days count, and days are the person's own.",
		},
		{
			[]string{keyTrendWeek, keyTrendMonth},
			"the trend on the day of the last weigh-in less the trend 7 or 30 days before; no value before there are as many days.",
		},
		{
			[]string{keyToGoal},
			"weight − weight goal: positive above the goal.",
		},
		{
			[]string{keyLastWeighed},
			"when the current weight was measured.",
		},
		{
			[]string{keyLastMeasured},
			"the newest of all measure groups, nights, workouts and electrocardiograms.",
		},
		{
			[]string{keySleepTotal},
			"the cloud's total; where it is missing, light, deep and REM sleep added up. " +
				"The night is the session of its date with the most time asleep: light, deep and REM sleep, else the cloud's total, " +
				"else from start to end. Of two records of one sleep the mat's counts before a watch's.",
		},
		{
			[]string{keyFellAsleep, keyWokeUp},
			"the first \"fell asleep\" and the last \"woke up\" of the night.",
		},
		{
			[]string{keyRMSSD, keySDNN},
			"the mean of the night's series, of the device that recorded the night where it has one; " +
				"read once for each version of a night.",
		},
		{
			[]string{keyNapCount, keyNapDuration},
			"the sessions of the newest date that are not its night, by time asleep: shorter ones, and one " +
				"with less than three hours of sleep that ends at ten in the morning or later. " +
				"A second device's record of the same sleep does not count.",
		},
		{
			[]string{"activity_steps_today"},
			"and all totals of today: 0 from the person's midnight until the cloud has a row for the day, " +
				"with `last_reset` at that midnight; no value when the newest row is more than two days old. " +
				"Of several sources of a day a tracker counts before a phone, the vendor's before an app, the newer before the older.",
		},
		{
			[]string{"workout_type", keyRhythm, "ppg_afib", keyValves},
			"the word for the cloud's number; one that has none yet is kept, as in `category_9999` or `class_9999`. " +
				"Home Assistant shows `other` then and has the number among the attributes.",
		},
		{
			[]string{"battery_level_pct"},
			"an estimate, and marked as one: high 90, medium 50, low 15.",
		},
	}
}
