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

			"frame.not_refreshed": "Nicht aktualisiert",

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
			"setup.summary.embedded": "In diesem Programm",
			"setup.summary.replace":  "Die vorhandene Datei ersetzen; sie bleibt mit .bak und einer Nummer im Namen erhalten",

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
			"signin.heading": "Anmelden", "signin.sign_in_name": "%s anmelden", "signin.sign_out_name": "%s abmelden",
			"signin.signed_in_already": "%s ist angemeldet. Eine weitere Anmeldung erneuert die Zustimmung.",
			"signin.again":             "Es wurde nichts geändert. Der Link unten ist ein neuer.",
			"signin.step_consent":      "1. Zugriff erlauben",
			"signin.consent_text":      "%s meldet sich auf der Kontoseite von Withings an und erlaubt alles, was dort steht. Der Link gilt 10 Minuten.",
			"signin.open_consent":      "Zustimmungsseite öffnen",
			"signin.other_account":     "Ist dort noch jemand anderes angemeldet?",
			"signin.switch":            "Dort zuerst abmelden",
			"signin.on_phone":          "Stattdessen mit dem Telefon",
			"signin.code_label":        "QR-Code des Links zur Zustimmungsseite für %s",
			"signin.code_text":         "Derselbe Link für das Telefon. Öffnet sich dort die Adresse aus Schritt 2 nicht, die zuletzt angezeigte an diesen Browser schicken und hier einfügen.",
			"signin.step_return":       "2. Zurückkehren",
			"signin.return_elsewhere":  "Danach geht der Browser auf eine andere Seite. Ihre ganze Adresse kopieren, auch wenn sich nichts öffnet, und hier einfügen. Sie beginnt mit",
			"signin.return_here":       "Der Browser kommt von selbst hierher zurück, sofern sich diese Adresse auf dem Gerät öffnet. Andernfalls die ganze Adresse kopieren und hier einfügen. Sie beginnt mit",
			"signin.address":           "Adresse, auf der der Browser gelandet ist",
			"signin.limit":             "Sie gilt 30 Sekunden ab der Zustimmung.",
			"signin.left":              "Noch %d s zum Einfügen",
			"signin.late":              "30 Sekunden sind um. Wird sie abgelehnt, die Zustimmungsseite noch einmal öffnen.",
			"signin.finish":            "Mit dieser Adresse anmelden",
			"signin.leave":             "Zustimmung beenden",

			"signin.continue": "Weiter zur Zustimmungsseite", "signin.retry": "Noch einmal versuchen",
			"signin.unknown": "Unbekanntes Profil", "signin.unknown.text": "Dieses Profil steht nicht in der Konfiguration.",
			"signin.cannot_start": "Anmeldung nicht möglich", "signin.failed": "Anmeldung fehlgeschlagen",
			"signin.denied": "Anmeldung abgelehnt", "signin.denied.text": "Auf der Zustimmungsseite wurde der Zugriff abgelehnt. Es wurde nichts geändert; in der Übersicht neu beginnen.",
			"signin.none": "Keine laufende Anmeldung", "signin.none.text": "Die Zustimmungsseite leitet an diese Adresse weiter. Die Anmeldung in der Übersicht beginnen.",
			"signin.signed_in": "Angemeldet", "signin.signed_in.text": "%s ist angemeldet. Mit der nächsten Abfrage kommen Messwerte; diese Seite kann geschlossen werden.",
			"signin.no_answer": "Keine Antwort erhalten", "signin.no_answer.text": "In der Übersicht neu beginnen.",
			"signin.unchanged": "Nichts geändert", "signin.unchanged.text": "%s behält das bisherige Konto.",

			"signin.different_account": "Ein anderes Konto",
			"signin.replace_text":      "%s war bisher mit einem anderen Konto angemeldet. Noch ist nichts geändert.",
			"signin.replace_effect":    "Beim Ersetzen verschwinden die Entitäten des bisherigen Kontos aus MQTT und Home Assistant, und die des eben gewählten Kontos erscheinen als %s.",
			"signin.keep":              "Bisheriges Konto behalten", "signin.replace": "Ersetzen",
			"signin.replace_hint": "Diese Auswahl verfällt nach fünf Minuten. War auf der Kontoseite noch jemand anderes angemeldet? Dann das bisherige Konto behalten und neu anmelden.",

			"signin.sign_out_text":   "Die Zustimmung wird widerrufen, und die Tokens von %s werden gelöscht. Danach kommt nichts Neues mehr; die bekannten Werte bleiben bis zur nächsten Anmeldung oder bis das Profil entfernt wird.",
			"signin.sign_out_anyway": "Tokens auch ohne Bestätigung von Withings löschen; die Zustimmung lässt sich in der Withings-App widerrufen",
			"signin.signed_out":      "Abgemeldet",
			"signin.out_failed":      "Es wurde nichts geändert: %s",
			"signin.out.none":        "%s war nicht angemeldet.",
			"signin.out.revoked":     "Die Zustimmung von %s ist widerrufen, die Tokens sind gelöscht.",
			"signin.out.shared":      "Die Tokens von %s sind gelöscht. Die Zustimmung bleibt, weil %s dasselbe Konto nutzt.",
			"signin.out.unconfirmed": "Die Tokens von %s sind gelöscht. Withings hat das Ende der Zustimmung nicht bestätigt: in der Withings-App widerrufen.",

			"signin.error.unknown_profile":      "Dieses Profil steht nicht in der Konfiguration.",
			"signin.error.unknown_state":        "Dieser Link ist unbekannt oder schon verbraucht. Die Zustimmungsseite noch einmal öffnen.",
			"signin.error.expired_state":        "Der Link ist nach 10 Minuten abgelaufen. Die Zustimmungsseite noch einmal öffnen.",
			"signin.error.denied":               "Auf der Zustimmungsseite wurde der Zugriff abgelehnt. Sie noch einmal öffnen und zustimmen.",
			"signin.error.account_in_use":       "Das ist das Konto von %s: auf der Kontoseite war die falsche Person angemeldet. Dort zuerst abmelden.",
			"signin.error.code_refused":         "Die Adresse war älter als 30 Sekunden oder schon verbraucht. Die Zustimmungsseite noch einmal öffnen.",
			"signin.error.callback_refused":     "Withings lehnt die Callback-Adresse ab. Genau die hier angezeigte im Entwicklerportal registrieren.",
			"signin.error.missing_scope":        "Auf der Zustimmungsseite waren keine Messwerte ausgewählt. Sie noch einmal öffnen und alles ausgewählt lassen.",
			"signin.error.other_profile":        "Diese Adresse gehört zur Anmeldung einer anderen Person. Auf deren Seite einfügen.",
			"signin.error.unknown_confirmation": "Diese Auswahl wurde schon getroffen oder ist nach 5 Minuten verfallen. Neu beginnen.",
			"signin.error.consent_page":         "Die Zustimmungsseite meldet einen Fehler. Bei Wiederholung Client-ID und Callback-Adresse mit dem Entwicklerportal vergleichen.",
			"signin.error.invalid_paste":        "Das ist nicht die Adresse. Den ganzen Text der Adresszeile kopieren: er enthält code=… und state=….",
			"signin.error.consent_address":      "Das ist die Adresse der Zustimmungsseite. Dort zuerst zustimmen; zu kopieren ist die nächste Adresse.",
			"signin.error.other_site":           "Das ist eine andere Adresse, ohne code=… und state=…. Zu kopieren ist die nach der Zustimmung.",

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
