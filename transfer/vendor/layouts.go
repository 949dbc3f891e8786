// SPDX-License-Identifier: MIT

package vendor

// Words of headers that several layouts have. Other languages than English and
// German were never seen: their words are guesses.
func dateWords() []string { return []string{"date", "datum", "fecha", "data"} }

func commentWords() []string {
	return []string{"comments", "kommentare", "commentaires", "comentarios", "commenti", "opmerkingen"}
}

func dateColumn() column { return column{words: dateWords()} }

func commentColumn() column { return column{words: commentWords(), personal: true} }

// valueColumn is the column of a file with one value a row.
func valueColumn(name string, q quantity) column {
	return column{name: name, words: []string{"value"}, quantity: q}
}

func weightColumn() column {
	return column{name: typeWeight, words: []string{"weight", "gewicht", "poids", "peso"}, quantity: mass}
}

func fatColumn() column {
	return column{
		name:     typeFatMass,
		words:    []string{"fat mass", "fettmasse", "masse grasse", "masa grasa", "massa grassa", "vetmassa"},
		quantity: mass,
	}
}

func weightLayout() layout {
	return layout{needed: 2, columns: []column{
		dateColumn(), weightColumn(), fatColumn(),
		{
			name:     typeBoneMass,
			words:    []string{"bone mass", "knochenmasse", "masse osseuse", "masa ósea", "massa ossea", "botmassa"},
			quantity: mass,
		},
		{
			name: typeMuscleMass,
			words: []string{
				"muscle mass", "muskelmasse", "masa muscular", "massa muscolare", "spiermassa",
			},
			quantity: mass,
		},
		{
			name:     typeHydration,
			words:    []string{"hydration", "wasseranteil", "hydratation", "hidratación", "idratazione", "hydratatie"},
			quantity: mass,
		},
		commentColumn(),
	}}
}

// oldWeightLayout is that of the dashboard until about 2017.
func oldWeightLayout() layout {
	return layout{needed: 2, oldTimes: true, columns: []column{
		dateColumn(), weightColumn(), fatColumn(),
		{name: typeFatFree, words: []string{"lean mass", "fettfreier anteil"}, quantity: mass},
		commentColumn(),
	}}
}

func pressureLayout() layout {
	return layout{needed: 4, columns: []column{
		dateColumn(),
		{
			name: typePulse,
			words: []string{
				"heart rate", "herzfrequenz", "fréquence cardiaque", "frecuencia cardíaca", "frequenza cardiaca", "hartslag",
			},
		},
		{name: typeSystolic, words: []string{"systolic", "systole"}},
		{name: typeDiastolic, words: []string{"diastolic", "diastole"}},
		commentColumn(),
	}}
}

func heightLayout() layout {
	return layout{needed: 2, columns: []column{
		dateColumn(),
		{
			name:     typeHeight,
			words:    []string{"height", "grösse", "größe", "taille", "altura", "altezza", "lengte"},
			quantity: height,
		},
		commentColumn(),
	}}
}

// valueLayout has a date and a value.
func valueLayout(name string, q quantity) layout {
	return layout{needed: 2, columns: []column{dateColumn(), valueColumn(name, q)}}
}

// oldSpO2Layout is that of oxy.csv.
func oldSpO2Layout() layout {
	return layout{needed: 2, columns: []column{
		dateColumn(),
		{name: typeSpO2, words: []string{"sauerstoffsättigung", "oxygen saturation"}, quantity: percent},
		commentColumn(),
	}}
}

// Columns of other.csv.
const (
	otherType = iota
	otherDate
	otherValue
	otherUnit
	otherPosition
)

func otherLayout() layout {
	return layout{needed: 3, short: true, numbers: thousands, columns: []column{
		{words: []string{"type"}},
		dateColumn(),
		{words: []string{"value"}},
		{words: []string{"unit"}},
		{words: []string{"position"}},
	}}
}

// dayLayout is that of one total per day.
func dayLayout(field string) layout { return valueLayout(field, noUnit) }

// Columns of sleep.csv.
const (
	sleepFrom = iota
	sleepTo
	sleepLight
	sleepDeep
	sleepREM
	sleepAwake
	sleepWakeUps
	sleepLatency
	sleepWakeLatency
	sleepSnoring
	sleepSnoringEpisodes
	sleepRateMean
	sleepRateLeast
	sleepRateMost
	sleepEvents
)

func sleepLayout() layout {
	return layout{needed: sleepRateMost + 1, columns: []column{
		{words: []string{"from", "von"}},
		{words: []string{"to", "bis"}},
		{name: "lightsleepduration", words: []string{"light", "leicht"}, quantity: seconds},
		{name: "deepsleepduration", words: []string{"deep", "tief"}, quantity: seconds},
		{name: "remsleepduration", words: []string{"rem"}, quantity: seconds},
		{name: "wakeupduration", words: []string{"awake", "wach"}, quantity: seconds},
		{name: "wakeupcount", words: []string{"wake up", "aufwachen"}},
		{name: "sleep_latency", words: []string{"duration to sleep"}, quantity: seconds},
		{name: "wakeup_latency", words: []string{"duration to wake up"}, quantity: seconds},
		{name: "snoring", words: []string{"snoring"}, quantity: seconds},
		{name: "snoringepisodecount", words: []string{"snoring episodes"}},
		{name: "hr_average", words: []string{"average heart rate"}},
		{name: "hr_min", words: []string{"heart rate (min)"}},
		{name: "hr_max", words: []string{"heart rate (max)"}},
		{words: []string{"night events"}},
		{words: []string{"notes"}, personal: true},
	}}
}

// Columns of activities.csv.
const (
	activityFrom = iota
	activityTo
	activityFromManual
	activityToManual
	activityZone
	activityType
	activityData
	activityGPS
	activityModified
)

func activitiesLayout() layout {
	return layout{needed: activityData + 1, columns: []column{
		{words: []string{"from", "von"}},
		{words: []string{"to", "bis"}},
		{words: []string{"from (manual)"}},
		{words: []string{"to (manual)"}},
		{words: []string{"timezone"}},
		{words: []string{"activity type"}},
		{words: []string{"data"}},
		{words: []string{"gps"}, personal: true},
		{words: []string{"modified"}},
	}}
}

// rawLayout is that of the series of minutes.
func rawLayout() layout {
	return layout{needed: 3, columns: []column{
		{words: []string{"start"}},
		{words: []string{"duration"}},
		{words: []string{"value"}},
	}}
}

// signalLayout is that of the electrocardiograms. The other columns describe the
// curve, which the archive does not keep, and a doctor's opinion.
func signalLayout() layout {
	return layout{needed: 2, byWord: true, columns: []column{dateColumn(), {words: []string{"type"}}}}
}

// oldSleepLayout is that of the nights of the old dashboard, of which the order
// is not known.
func oldSleepLayout() layout {
	l := sleepLayout()
	l.needed, l.byWord, l.oldTimes = sleepDeep+1, true, true
	return l
}

// oldActivityLayout is that of the days of the old dashboard, of which the order
// is not known.
func oldActivityLayout() layout {
	return layout{needed: 2, byWord: true, columns: []column{
		dateColumn(),
		{name: "steps", words: []string{"steps", "schritte"}},
		{name: fieldDistance, words: []string{"distance", "distanz", "entfernung"}, quantity: distance},
		{name: "calories", words: []string{"calories", "active calories", "kalorien", "aktive kalorien"}, quantity: energy},
	}}
}

// layouts are all layouts, for the words that headers have.
func layouts() []layout {
	return []layout{
		weightLayout(), oldWeightLayout(), pressureLayout(), heightLayout(), oldSpO2Layout(), otherLayout(), sleepLayout(),
		activitiesLayout(), rawLayout(), signalLayout(), oldActivityLayout(), valueLayout("", noUnit),
	}
}
