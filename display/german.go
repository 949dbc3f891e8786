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

			"calendar.night": "Schlaf, %s", "calendar.nap": "Nickerchen, %s", "calendar.sleep": "Schlaf",
			"calendar.workout": "Training",

			"dashboard.body": "Körper", "dashboard.heart": "Herz", "dashboard.sleep": "Schlaf",
			"dashboard.activity": "Aktivität", "dashboard.workouts": "Letztes Training", "dashboard.devices": "Geräte",
			"dashboard.other": "Status", "dashboard.weight": "Gewicht, 90 Tage",
			"dashboard.blood_pressure": "Blutdruck, 90 Tage", "dashboard.nights": "Schlaf, 30 Tage",
			"dashboard.steps": "Schritte, 30 Tage",

			"name.at": "%s (%s)", "name.position": "Position %d", "name.profile": "%s (Profil)",
			"model.profile": "Gesundheitskonto",

			// The frame of all pages.
			"frame.skip": "Zum Inhalt", "frame.sections": "Bereiche", "frame.sign_out": "Abmelden",
			"frame.history": "Verlauf", "frame.health": "Zustand", "frame.overview": "Übersicht", "frame.back": "Zur Übersicht",

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
			"value.by_day": "%s, Tag für Tag", "value.chart": "%s, %s.", "value.empty": "Keine Werte in diesem Zeitraum.", "value.extremes": "Tiefster Wert %s, höchster %s.",
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

			// Heart.

			// The report.

			// History.

			// Health.
			"health.all_ok":                 "Alles in Ordnung.",
			"health.starting":               "Startet.",
			"health.findings.one":           "%d Befund.",
			"health.findings.many":          "%d Befunde.",
			"health.program":                "Programm",
			"health.subject.program":        "Programm",
			"health.subject.broker":         "Broker",
			"health.subject.application":    "Client-ID und Secret",
			"health.subject.withings_api":   "Withings API",
			"health.subject.state_folder":   "Zustandsverzeichnis",
			"health.subject.archive":        "Archiv",
			"health.subject.mirror":         "Spiegel",
			"health.subject.clock":          "Uhr",
			"health.subject.home_assistant": "Home Assistant",
			"health.subject.consent":        "Anmeldung",
			"health.subject.endpoints":      "Abruf",
			"health.subject.push":           "Benachrichtigungen",
			"health.level.good":             "In Ordnung",
			"health.level.warn":             "Achtung",
			"health.level.wait":             "Startet",
			"health.level.bad":              "Gestört",
			"health.since":                  "Seit %s.",
			"health.next_try":               "Nächster Versuch %s.",
			"health.nothing_known":          "Noch ist nichts bekannt.",
			"health.refresh":                "%s jetzt abrufen",
			"health.sign_in":                "%s anmelden",
			"health.sign_in_again":          "%s neu anmelden",
			"health.switch":                 "Auf der Kontoseite ist ein anderes Konto angemeldet: dort zuerst abmelden",
			"health.push_last":              "Letzte Benachrichtigung: %s.",
			"health.push_missed.one":        "%d Messung kam seither nur durch den Abruf.",
			"health.push_missed.many":       "%d Messungen kamen seither nur durch den Abruf.",
			"health.polling":                "Abruf",
			"health.polling_times":          "zuletzt %s, nächster %s",
			"health.polling_caption":        "Endpunkte der Withings API für %s",
			"health.endpoint":               "Endpunkt",
			"health.last_success":           "Letzter Erfolg",
			"health.last_error":             "Letzter Fehler",
			"health.none":                   "keiner",
			"health.budget":                 "Anfragen an die Withings API",
			"health.last_minute":            "Letzte Minute",
			"health.last_hour":              "Letzte Stunde",
			"health.of":                     "%d von %d",
			"health.budget_note":            "Die Withings API erlaubt %d in der Minute, für alle Profile zusammen. Stärkste Minute der letzten Stunde: %d.",
			"health.installation":           "Installation",
			"health.broker":                 "Broker",
			"health.no_broker":              "nicht eingerichtet",
			"health.connection":             "Verbindung",
			"health.connected":              "Verbunden",
			"health.not_connected":          "Nicht verbunden",
			"health.version":                "Version",
			"health.json":                   "Alles als JSON",

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
