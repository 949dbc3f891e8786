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
			"frame.history": "Verlauf", "frame.health": "Zustand", "frame.overview": "Übersicht", "frame.back": "Zur Übersicht",

			// The password of the page.
			"password.heading": "Auf dieser Seite anmelden", "password.label": "Passwort", "password.submit": "Anmelden",
			"password.wrong": "Das ist nicht das Passwort. Es steht als web.password in der Konfigurationsdatei.",
			"password.wait":  "Zu viele falsche Passwörter von dieser Adresse. Nächster Versuch in %d s.",
			"password.stale": "Dieses Formular war zu alt oder kam von einer anderen Seite. Das Passwort noch einmal eingeben.",
			"password.hint":  "Dieser Browser bleibt 30 Tage angemeldet. Danach oder mit einem neuen Passwort fragt die Seite wieder.",

			// The overview.

			// A value.

			// Sleep.

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
		decimal:   ".",
		months:    [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
		weekdays:  [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		day:       "{d} {m}",
		dayOfYear: "{d} {m} {y}",
		month:     "{m} {y}",
	}
}
