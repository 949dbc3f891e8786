package display

// german are the texts in German, among them the names and options of the
// catalogue.
func german() *words {
	return &words{
		texts: map[string]string{
			"when.never": "never", "when.now": "now", "when.ago": "%s ago", "when.in": "in %s",
			"when.period": "%s bis %s", "when.yesterday": "yesterday",

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

			// The overview.

			// A value.
			"value.problem": "Kein solcher Wert", "value.no_profile": "Es gibt kein Profil %q.",
			"value.no_key":       "Es gibt keinen Wert %q.",
			"value.did_you_mean": "Ist %s gemeint?", "value.usual_range": "Den letzten Monat zeigen",
			"value.bad_range": "Dieser Zeitraum ist nicht lesbar. Möglich sind range=day, week, month, quarter, year oder all, " +
				"oder zwei Tage: from=2026-01-31&to=2026-02-28.",
			"value.none": "Kein Wert", "value.ranges": "Zeitraum",
			"value.range.day": "Tag", "value.range.week": "Woche", "value.range.month": "Monat", "value.range.quarter": "3 Monate",
			"value.range.year": "Jahr", "value.range.all": "Alles",
			"value.up": "%s mehr als vor 30 Tagen", "value.down": "%s weniger als vor 30 Tagen",
			"value.unchanged":      "unverändert seit 30 Tagen",
			"value.blood_pressure": "Blutdruck", "value.trend": "Trend", "value.goal": "Ziel %s",
			"value.line.systolic_blood_pressure_mmhg": "Systolisch", "value.line.diastolic_blood_pressure_mmhg": "Diastolisch",
			"value.line.heart_pulse_bpm": "Puls", "value.since": "seit %s: %s",
			"value.by_day": "%s, Tag für Tag", "value.chart": "%s, %s.", "value.empty": "Keine Werte in diesem Zeitraum.",
			"value.extremes": "Tiefster Wert %s, höchster %s.",
			"value.gestures": "Ziehen verschiebt, zwei Finger oder das Mausrad vergrößern.",
			"value.keys": "Tasten: ← und → verschieben, " +
				"+ und − vergrößern, 0 setzt zurück; Pos1, Ende, Umschalt+← und Umschalt+→ lesen die Werte.",
			"value.failed": "Das Diagramm lässt sich gerade nicht laden. Das letzte bleibt stehen.",
			"value.table":  "Tabelle", "value.when": "Wann", "value.mean": "Mittel", "value.lowest": "Tiefster Wert",
			"value.highest": "Höchster Wert", "value.daily_mean": "Mittel je Tag", "value.week_of": "Woche ab %s",
			"value.more":     "Die neuesten %d von %d Zeilen. Der Download enthält alle.",
			"value.download": "Diesen Zeitraum herunterladen:", "value.details": "Einzelheiten", "value.exact": "Genauer Wert",
			"value.unit": "Einheit", "value.measured_at": "Gemessen", "value.received_at": "Empfangen",
			"value.device": "Gerät", "value.attribution": "Zuordnung", "value.key": "Schlüssel", "value.topics": "MQTT-Topics",
			"value.entity": "Entität", "value.record": "Datensatz",
			"value.not_kept":      "Nur der aktuelle Wert ist bekannt: Im Verlauf wird er nicht gespeichert.",
			"value.computed":      "Dieser Wert ist berechnet. Das Diagramm zeigt, woraus: %s.",
			"value.still_reading": "Der Verlauf wird noch eingelesen; ältere Werte kommen nach.",
			"value.unreadable":    "Der Verlauf ist gerade nicht lesbar. Der aktuelle Wert stimmt.",
			"value.attribution.0": "von einem Gerät gemessen, diesem Profil zugeordnet",
			"value.attribution.1": "von einem Gerät gemessen, vielleicht von jemand anderem",
			"value.attribution.2": "von Hand eingegeben", "value.attribution.3": "von der Person zugeordnet",
			"value.attribution.4":     "beim Anlegen des Kontos von Hand eingegeben",
			"value.attribution.5":     "beste von mehreren Messungen",
			"value.attribution.7":     "von der Person bestätigt",
			"value.attribution.8":     "von einem Gerät gemessen, diesem Profil zugeordnet",
			"value.attribution.15":    "angeleitete Messung",
			"value.attribution.17":    "angeleitete Messung",
			"value.attribution.other": "unbekannte Nummer %s", "value.unconfirmed": "nicht bestätigt",

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
