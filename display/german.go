package display

// german are the texts in German, among them the names and options of the
// catalogue.
func german() *words {
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

			// Set-up.

			// Signing in.

			// Home Assistant.
		},
		findings:  germanFindings(),
		decimal:   ".",
		months:    [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
		weekdays:  [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		day:       "{d} {m}",
		dayOfYear: "{d} {m} {y}",
		month:     "{m} {y}",
	}
}
