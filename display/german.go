package display

// german are the texts in German.
func german() *words {
	return &words{
		texts: map[string]string{
			"when.never": "nie", "when.now": "jetzt", "when.ago": "vor %s", "when.in": "in %s", "when.period": "%s bis %s", "when.yesterday": "gestern",

			"age.days": "Tagen", "age.months": "Monaten", "age.years": "Jahren",

			"unit.times": "Mal", "unit.times.one": "Mal",
			"unit.floors": "Etagen", "unit.floors.one": "Etage",
			"unit.points": "Punkte", "unit.points.one": "Punkt",
			"unit.steps": "Schritte", "unit.steps.one": "Schritt",
			"unit.years": "Jahre", "unit.years.one": "Jahr",
			"unit.br/min": "Atemzüge/min", "unit.events/h": "Ereignisse/h", "unit.requests/min": "Anfragen/min",
			"unit.kcal/d": "kcal/Tag",

			"state.ON": "ja", "state.OFF": "nein",
			"state.problem.ON": "Problem", "state.problem.OFF": "in Ordnung",
			"state.connectivity.ON": "verbunden", "state.connectivity.OFF": "nicht verbunden",
			"state.battery.ON": "schwach", "state.battery.OFF": "in Ordnung",

			"dashboard.body": "Körper", "dashboard.heart": "Herz", "dashboard.sleep": "Schlaf",
			"dashboard.activity": "Aktivität", "dashboard.workouts": "Letztes Training", "dashboard.devices": "Geräte",
			"dashboard.other": "Status", "dashboard.weight": "Gewicht, 90 Tage",
			"dashboard.blood_pressure": "Blutdruck, 90 Tage", "dashboard.nights": "Schlaf, 30 Tage",
			"dashboard.steps": "Schritte, 30 Tage",

			"name.at": "%s (%s)", "name.position": "Position %d", "name.profile": "%s (Profil)",
			"model.profile": "Gesundheitskonto",

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
			"overview.well": "Alles in Ordnung.", "overview.details": "Einzelheiten", "overview.since": "Seit %s.", "overview.next_try": "Nächster Versuch %s.",
			"overview.more.one": "%d weiterer Befund", "overview.more.many": "%d weitere Befunde",
			"overview.sign_in": "%s anmelden", "overview.switch": "Zuerst auf der Kontoseite abmelden",
			"overview.switch.why": "Ist dort noch ein anderes Konto angemeldet?",
			"overview.synced":     "aktualisiert %s", "overview.refresh": "Jetzt abrufen", "overview.none": "Noch keine Werte.",
			"overview.no_profiles": "Es sind keine Personen eingerichtet.",
			"overview.values.one":  "%d Wert", "overview.values.many": "%d Werte", "overview.values.of": "%d von %d Werten",
			"overview.missing.one": "%d ohne Wert: warum?", "overview.missing.many": "%d ohne Wert: warum?",
			"overview.devices": "Geräte", "overview.night": "Letzte Nacht", "overview.pressure": "Blutdruck",
			"overview.up": "%s mehr in 30 Tagen", "overview.down": "%s weniger in 30 Tagen", "overview.steady": "unverändert in 30 Tagen",
			"overview.score": "Schlafwert %s", "overview.pulse": "Puls %s", "overview.goal": "Ziel %s",

			"card.heart_rate_latest_bpm": "Puls", "card.heart_pulse_bpm": "Puls", "card.body_temperature_c": "Temperatur",
			"card.spo2_latest_pct": "Blutsauerstoff", "card.spo2_pct": "Blutsauerstoff", "card.ecg_afib": "EKG", "card.workout_type": "Letztes Training",
			"card.activity_steps_today": "Schritte heute",

			"group.body": "Körper", "group.heart": "Herz", "group.sleep": "Schlaf", "group.activity": "Aktivität",
			"group.workouts": "Training", "group.devices": "Geräte", "group.other": "Sonstiges",

			"stage.awake": "wach", "stage.rem": "REM", "stage.light": "leicht", "stage.deep": "tief",

			"battery.low": "Batterie schwach", "battery.medium": "Batterie mittel", "battery.high": "Batterie voll",

			"state.account.offline": "offline", "state.account.starting": "startet", "state.account.sign-in_needed": "Anmeldung nötig",
			"state.account.needs_attention": "braucht Aufmerksamkeit", "state.account.no_broker": "kein Broker", "state.account.online": "online",

			"reason.not_configured": "nicht eingerichtet", "reason.sign_in_needed": "Anmeldung nötig",
			"reason.scope_missing": "die Zustimmung umfasst es nicht; neu anmelden", "reason.not_on_plan": "gehört nicht zum Tarif dieses Kontos",
			"reason.endpoint_failing": "die letzte Anfrage schlug fehl", "reason.application_credentials": "Client-ID und Secret werden abgelehnt",
			"reason.ambiguous_only": "nur Messungen, die jemand anderem gehören könnten", "reason.hidden_by_policy": "durch die Zuordnungsregel verborgen",
			"reason.not_asked_yet": "noch nicht abgefragt", "reason.needs_notifications": "braucht Benachrichtigungen",
			"reason.tracker_silent": "der Tracker hat seit zwei Tagen nichts gesendet", "reason.never_delivered": "nie erhalten",

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
			"value.chart": "%s, %s.", "value.empty": "Keine Werte in diesem Zeitraum.", "value.extremes": "Tiefster Wert %s, höchster %s.",
			"value.keys": "Ziehen verschiebt, zwei Finger oder das Mausrad vergrößern. Tasten: ← und → verschieben, " +
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

			// Views of one person.
			"person.unknown":         "Unbekannte Person",
			"person.unknown.text":    "Kein Profil heißt so. Die Übersicht nennt alle.",
			"person.unreadable":      "Das Archiv ist gerade nicht lesbar",
			"person.unreadable.text": "Den Grund nennt das Protokoll des Programms. Die Seite in einer Minute neu laden.",
			"person.no_archive":      "Über %s ist noch nichts gespeichert. Vergangene Werte erscheinen nach der ersten Anmeldung.",

			// Sleep.
			"sleep.heading":        "Schlaf von %s",
			"sleep.none":           "Keine Nächte.",
			"sleep.asleep":         "geschlafen",
			"sleep.in_bed":         "Im Bett %s",
			"sleep.picture":        "Schlafphasen, Puls und Atmung während der Nacht",
			"sleep.previous":       "Nacht davor",
			"sleep.next":           "Nacht danach",
			"sleep.beside":         "Andere Nächte",
			"sleep.nights":         "Vierzehn Nächte",
			"sleep.nights.picture": "Beginn und Ende jeder Nacht; die Tabelle nennt dieselben Zeiten",
			"sleep.nap":            "Nickerchen %s",
			"sleep.naps":           "Nickerchen",
			"sleep.legend.night":   "Nacht",
			"sleep.legend.nap":     "Nickerchen",
			"sleep.column.night":   "Nacht",
			"sleep.column.span":    "Im Bett",
			"sleep.column.asleep":  "Geschlafen",
			"sleep.column.score":   "Wert",
			"sleep.gap":            "nicht aufgezeichnet",
			"sleep.no_night":       "Für dieses Datum wurde keine Nacht aufgezeichnet.",
			"sleep.no_courses":     "Puls und Atmung dieser Nacht sind nicht gespeichert. `vitals2mqtt backfill %s --minutes` holt sie.",
			"sleep.nothing_read":   "Schlafphasen, Puls und Atmung dieser Nacht sind nicht gespeichert. `vitals2mqtt backfill %s --minutes` holt sie.",
			"sleep.score":          "Schlafwert",
			"sleep.time_in_bed":    "Zeit im Bett",
			"sleep.efficiency":     "Davon geschlafen",
			"sleep.to_sleep":       "Zeit bis zum Einschlafen",
			"sleep.woke":           "Aufgewacht",
			"sleep.heart_rate":     "Puls",
			"sleep.breathing":      "Atmung",
			"sleep.snoring":        "Schnarchen",
			"sleep.device":         "Aufgezeichnet von",

			// Blood pressure.
			"pressure.picture":           "Systolischer und diastolischer Blutdruck im Verlauf; die Tabelle nennt dieselben Messungen",
			"pressure.systolic":          "systolisch",
			"pressure.diastolic":         "diastolisch",
			"pressure.morning":           "Morgens",
			"pressure.evening":           "Abends",
			"pressure.all":               "Alle",
			"pressure.range":             "%s–%s / %s–%s",
			"pressure.split":             "Morgens heißt vor 12 Uhr, abends ab 12 Uhr; was vor 3 Uhr gemessen wird, zählt zum Abend davor.",
			"pressure.bands":             "Hinterlegt: die Klassen der europäischen Leitlinie von 2018 (ESC/ESH) für Messungen in der Praxis.",
			"pressure.class.normal":      "normal",
			"pressure.class.high_normal": "hochnormal",
			"pressure.class.grade_1":     "Grad 1",
			"pressure.class.grade_2":     "Grad 2",
			"pressure.class.grade_3":     "Grad 3",

			// Heart.
			"heart.heading":         "Herz von %s",
			"heart.ranges":          "Zeitraum",
			"heart.range.days":      "%d Tage",
			"heart.range.year":      "1 Jahr",
			"heart.range.all":       "Alles",
			"heart.pressure":        "Blutdruck",
			"heart.none":            "Keine Messungen in diesem Zeitraum.",
			"heart.means":           "Mittelwerte in mmHg",
			"heart.readings":        "Messungen",
			"heart.column.part":     "Tageszeit",
			"heart.column.count":    "Messungen",
			"heart.column.mean":     "Mittel",
			"heart.column.pulse":    "Puls",
			"heart.column.when":     "Gemessen",
			"heart.column.pressure": "mmHg",
			"heart.column.device":   "Gerät",
			"heart.column.result":   "Ergebnis",
			"heart.column.rate":     "Puls",
			"heart.pulse":           "Puls",
			"heart.pulse_of":        "Puls %s",
			"heart.pulse.picture":   "Puls im Verlauf",
			"heart.pulse.link":      "Alle Werte des Pulses",
			"heart.ecg":             "EKG",
			"heart.ecgs":            "Aufzeichnungen",
			"heart.ecg.none":        "Keine EKGs.",
			"heart.ecg.picture":     "EKG auf Millimeterpapier. Ergebnis: %s",
			"heart.ecg.no_curve":    "Die Kurve dieser Aufzeichnung ist nicht gespeichert.",
			"heart.ecg.scale":       "25 mm/s, 10 mm/mV. Der Ausdruck ist maßstabsgetreu.",
			"heart.ecg.more":        "%d ältere sind nicht aufgeführt.",
			"heart.no_result":       "Kein Ergebnis",
			"heart.report":          "Seite für den Arzt",

			// The report.

			// History.

			// Health.

			// Set-up.

			// Signing in.

			// Home Assistant.
		},
		findings:  germanFindings(),
		names:     germanNames(),
		options:   germanOptions(),
		decimal:   ",",
		months:    [12]string{"Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."},
		weekdays:  [7]string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"},
		day:       "{d}. {m}",
		dayOfYear: "{d}. {m} {y}",
		month:     "{m} {y}",
	}
}
