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

			// A value.

			// Sleep.

			// Heart.

			// The report.

			// History.

			// Health.

			// Set-up.
			"setup.steps": "Schritte der Einrichtung", "setup.step": "Schritt %d von %d", "setup.back": "Zurück",
			"setup.copy": "Kopieren", "setup.copied": "Kopiert",
			"setup.secret_kept":  "Bereits hinterlegt, wird nicht angezeigt. Feld leer lassen, um es zu behalten.",
			"setup.unusable":     "Die vorhandene Konfiguration ist so nicht verwendbar:",
			"setup.code.heading": "Code für die Einrichtung", "setup.code.label": "Code",
			"setup.code.hint":  "Diese Seite ist von anderen Geräten aus erreichbar. Den Code hat das Programm beim Start in sein Protokoll geschrieben.",
			"setup.code.wrong": "Das ist nicht der Code. Er steht im Protokoll des Programms und ist nach jedem Start neu.",

			"setup.application.name": "Anwendung", "setup.application.title": "Die eigene Anwendung bei Withings",
			"setup.application.submit":   "Prüfen und weiter",
			"setup.application.intro":    "Die Messwerte kommen über eine eigene, kostenlose Anwendung. Dort anlegen und beide Werte hierher kopieren:",
			"setup.application.callback": "Das Portal fragt auch nach einer Callback-Adresse. Vorerst genügt https://example.org/; der nächste Schritt erklärt sie.",
			"setup.client_id":            "Client-ID", "setup.client_secret": "Client-Secret",

			"setup.callback.name": "Callback", "setup.callback.title": "Wohin der Browser zurückkehrt",
			"setup.callback.submit":      "Weiter",
			"setup.callback.intro":       "Nach der Zustimmung schickt Withings den Browser an eine registrierte Adresse. Die hier gewählte gehört genau so ins Entwicklerportal.",
			"setup.callback.question":    "Welche Adresse ist registriert?",
			"setup.callback.other":       "Eine beliebige Adresse, die danach hier eingefügt wird",
			"setup.callback.other_hint":  "Geht immer, auch ohne eine von außen erreichbare Adresse. Jede https-Seite, die sich öffnet, ist recht. Nach der Zustimmung wird die Adresse dieser Seite kopiert und hier eingefügt.",
			"setup.callback.other_field": "Zu registrierende Callback-Adresse: eine beliebige",
			"setup.callback.own":         "Diese Seite",
			"setup.callback.own_hint":    "Kein Einfügen nötig, sofern der Browser diese Seite unter der Adresse erreicht. Das Portal nimmt nur https mit öffentlichem Namen an; bei einem Proxy dessen Adresse eintragen.",
			"setup.callback.own_field":   "Zu registrierende Callback-Adresse: diese Seite",

			"setup.people.name": "Personen", "setup.people.title": "Wessen Messwerte?",
			"setup.people.submit": "Weiter", "setup.people.intro": "Jede Person meldet sich später mit ihrem eigenen Withings-Konto an. Alle Messwerte werden veröffentlicht.",
			"setup.people.names":      "Namen",
			"setup.people.more":       "Noch eine Person",
			"setup.people.units":      "Einheiten dieser Seite",
			"setup.people.units_hint": "Home Assistant rechnet selbst um.",
			"setup.people.topics":     "Die Namen in den Topics:",
			"setup.units.metric":      "Metrisch (kg, cm, °C)", "setup.units.imperial": "Imperial (lb, in, °F)", "setup.units.uk": "Britisch (Stones und Pfund)",

			"setup.broker.name": "Broker", "setup.broker.title": "MQTT-Broker",
			"setup.broker.submit":        "Ausprobieren und weiter",
			"setup.broker.intro":         "Dorthin werden die Messwerte veröffentlicht. Home Assistant liest sie vom selben Broker.",
			"setup.broker.question":      "Welcher Broker?",
			"setup.broker.none":          "Auf diesem Gerät und im lokalen Netz wurde keiner gefunden.",
			"setup.broker.announced":     "Im Netz kann jeder einen Broker ankündigen: sicherstellen, dass es der eigene ist",
			"setup.broker.asks":          "Er verlangt Benutzername und Passwort",
			"setup.broker.other":         "Ein anderer",
			"setup.broker.url":           "Adresse des Brokers",
			"setup.broker.embedded":      "Keiner: einen in diesem Programm betreiben",
			"setup.broker.embedded_hint": "Für den Anfang ohne alles Weitere. Er ist nur auf diesem Gerät erreichbar.",
			"setup.broker.open":          "Andere Geräte zulassen, mit Benutzername und Passwort von unten",
			"setup.broker.username":      "Benutzername", "setup.broker.password": "Passwort",
			"setup.broker.username_hint": "Leer bei einem Broker ohne Benutzer. Der Broker von Home Assistant kennt die Benutzer von Home Assistant.",
			"setup.broker.search":        "Noch einmal suchen",
			"setup.broker.variable":      "Der Broker ist durch die Umgebung festgelegt:",

			"setup.password.name": "Passwort", "setup.password.title": "Passwort dieser Seite",
			"setup.password.submit":   "Weiter",
			"setup.password.intro":    "Andere Geräte erreichen diese Seite, und sie zeigt Gesundheitsdaten. Ab jetzt fragt sie nach diesem Passwort.",
			"setup.password.field":    "Passwort, mindestens 8 Zeichen",
			"setup.password.repeated": "Noch einmal dasselbe",

			"setup.summary.name": "Übersicht", "setup.summary.title": "Bereit zum Schreiben",
			"setup.summary.submit": "Schreiben und starten",
			"setup.summary.intro":  "Alle Antworten sind geprüft. Die Datei unten wird geschrieben, und das Programm startet damit.",
			"setup.summary.people": "Personen", "setup.summary.broker": "Broker", "setup.summary.callback": "Zu registrierende Callback-Adresse",
			"setup.summary.path": "Datei", "setup.summary.file": "Inhalt der Datei, Geheimes verdeckt",
			"setup.summary.replace": "Die vorhandene Datei ersetzen; sie bleibt mit .bak und einer Nummer im Namen erhalten",

			"setup.written":        "Die Konfiguration ist geschrieben",
			"setup.written.text":   "Das Programm startet. In wenigen Sekunden geht es mit der ersten Anmeldung weiter.",
			"setup.written.backup": "Die frühere Datei bleibt erhalten als",

			"setup.problem.invalid.of":      "Das ist nicht verwendbar: %s.",
			"setup.problem.environment.of":  "Eine Umgebungsvariable hat Vorrang vor der Datei und ist nicht verwendbar: %s.",
			"setup.problem.missing":         "Es fehlt etwas: alle Felder ausfüllen.",
			"setup.problem.too_short":       "Das Passwort ist zu kurz: mindestens 8 Zeichen.",
			"setup.problem.different":       "Die beiden Passwörter sind verschieden.",
			"setup.problem.changed":         "In einem anderen Fenster wurde etwas geändert. Die Übersicht noch einmal ansehen.",
			"setup.problem.exists":          "Dort liegt inzwischen eine Datei. Zum Ersetzen das Kästchen ankreuzen.",
			"setup.problem.unwritable.of":   "Die Datei lässt sich nicht schreiben: %s.",
			"setup.problem.state_folder.of": "Der Ordner für Tokens und Messwerte lässt sich nicht beschreiben: %s.",
			"setup.problem.needs_user":      "Ein Broker für andere Geräte braucht Benutzername und Passwort.",
			"setup.problem.listen.of":       "Der Broker in diesem Programm kann seine Adresse nicht belegen: %s. Läuft hier schon ein anderer?",

			"setup.problem.application_credentials":        "Withings weist Client-ID oder Client-Secret zurück.",
			"setup.problem.application_credentials.remedy": "Beide mit der Anwendung im Entwicklerportal vergleichen; auf fehlende Zeichen und Leerzeichen achten.",
			"setup.problem.api_unreachable":                "Withings ist von hier aus nicht erreichbar.",
			"setup.problem.api_unreachable.remedy":         "Internetverbindung und Nameserver dieses Geräts prüfen, dann noch einmal versuchen.",
			"setup.problem.api_failing":                    "Withings antwortet zurzeit nicht richtig.",
			"setup.problem.api_failing.remedy":             "In einigen Minuten noch einmal versuchen.",
			"setup.problem.api_unexpected_response":        "Anstelle von Withings antwortet etwas anderes.",
			"setup.problem.api_unexpected_response.remedy": "Auf einen Proxy oder eine Anmeldeseite des Netzes prüfen.",
			"setup.problem.api_rate_limited":               "Withings begrenzt zurzeit die Anfragen dieser Anwendung.",
			"setup.problem.api_rate_limited.remedy":        "Vielleicht nutzt ein anderes Programm dieselbe Client-ID. Nichts zu tun, wenn es nur kurz ist.",
			"setup.problem.clock_wrong":                    "Die Uhr dieses Geräts geht falsch.",
			"setup.problem.clock_wrong.remedy":             "Zeitsynchronisation einschalten: ohne sie gelingt keine Anmeldung.",
			"setup.problem.clock_off":                      "Die Uhr dieses Geräts geht etwas falsch.",
			"setup.problem.clock_off.remedy":               "Zeitsynchronisation einschalten.",
			"setup.problem.broker_refused":                 "Der Broker weist Benutzername und Passwort zurück.",
			"setup.problem.broker_refused.remedy":          "Beide mit denen des Brokers vergleichen. Der Broker von Home Assistant kennt die Benutzer von Home Assistant.",
			"setup.problem.broker_unreachable.of":          "Keine Verbindung zum Broker: %s.",

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
