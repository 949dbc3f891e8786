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
			"frame.history": "Verlauf", "frame.health": "Zustand", "frame.back_to": "Zurück: %s",
			"frame.overview": "Übersicht", "frame.back": "Zur Übersicht",

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
			"history.unreadable": "Das Archiv ist gerade nicht lesbar.",
			"history.not_begun":  "Der Verlauf wurde noch nicht gelesen.",
			"history.all_read":   "Alles, was das Konto hat, ist gelesen.",
			"history.some_read": "Die Vergangenheit wird gelesen: %d von %d Arten sind vollständig. Werte kommen " +
				"währenddessen an.",
			"history.records_of":    "Datensätze von %s",
			"history.records.one":   "%d Datensatz",
			"history.records.many":  "%d Datensätze",
			"history.range":         "%s bis %s",
			"history.kind.measures": "Messungen",
			"history.kind.nights":   "Nächte und Nickerchen",
			"history.kind.series":   "Verläufe der Nächte",
			"history.kind.stage":    "Schlafphasen",
			"history.kind.days":     "Tage",
			"history.kind.slots":    "Minuten der Tage",
			"history.kind.workouts": "Trainings",
			"history.kind.heart":    "EKGs",
			"history.kind.sounds":   "Herztöne",
			"history.kind.goals":    "Ziele",
			"history.kind.beds":     "Bett-Ereignisse",
			"history.state.done":    "vollständig",
			"history.state.reading": "wird gelesen",
			"history.state.waiting": "wartet, bis es drankommt",
			"history.state.limited": "wartet auf das Kontingent der Withings API",
			"history.state.sign_in": "wartet auf die Anmeldung",
			"history.state.failing": "gestört, neuer Versuch nach dem nächsten Abruf",
			"history.state.refused": "nicht erlaubt",
			"history.profile":       "Profil",
			"history.no_profile":    "Dieses Profil ist nicht eingerichtet.",
			"history.import":        "Eine Datei importieren",
			"history.import_for":    "Import für %s",
			"history.import_what": "Der Datenexport eines Withings-Kontos (das ZIP, wie es ist), tidy CSV oder JSON " +
				"Lines eines Exports. Zuerst wird geprüft; vor der Bestätigung ändert sich nichts.",
			"history.zone":      "Zeitzone (optional)",
			"history.zone_hint": "Für Zeiten ohne Versatz, etwa Europe/Berlin. Sonst die des Profils.",
			"history.no_zone":   "Unbekannte Zeitzone; einen Namen wie Europe/Berlin angeben.",
			"history.unit":      "Einheit von Strecken ohne Angabe",
			"history.unit_auto": "herausfinden",
			"history.no_unit":   "Unbekannte Einheit; m, km oder mi angeben.",
			"history.file":      "Datei",
			"history.file_hint": "Auswählen oder hier ablegen, bis %d MB.",
			"history.no_file":   "Zuerst eine Datei auswählen.",
			"history.too_large": "Die Datei ist größer als %d MB. web.upload_limit anheben oder am Terminal " +
				"importieren.",
			"history.check":        "Datei prüfen",
			"history.not_imported": "Nicht importiert",
			"history.import_gone": "Dieser Import ist vorbei: Dateien bleiben eine Stunde und nicht über einen " +
				"Neustart. Nichts ist halb importiert; die Datei neu auswählen.",
			"history.import.waiting":   "Wartet auf einen anderen Import.",
			"history.import.checking":  "Die Datei wird geprüft.",
			"history.import.checked":   "Geprüft, wartet auf Bestätigung.",
			"history.import.importing": "Die Datei wird importiert.",
			"history.import.done":      "Importiert.",
			"history.import.failed":    "Gescheitert.",
			"history.would_add.one":    "%d Datensatz würde importiert.",
			"history.would_add.many":   "%d Datensätze würden importiert.",
			"history.nothing_new":      "Nichts darin ist neu.",
			"history.known.one":        "%d ist schon im Archiv.",
			"history.known.many":       "%d sind schon im Archiv.",
			"history.added.one":        "%d Datensatz importiert.",
			"history.added.many":       "%d Datensätze importiert.",
			"history.stored.one":       "%d Datensatz ist gespeichert.",
			"history.stored.many":      "%d Datensätze sind gespeichert.",
			"history.repeat":           "Für den Rest die Datei noch einmal importieren; nichts wird doppelt gespeichert.",
			"history.unchanged":        "Noch ist nichts geändert.",
			"history.expires":          "Die Datei wird um %s gelöscht.",
			"history.clock_changes.one": "%d Zeit liegt in einer Stunde, die die Zeitumstellung wiederholt oder " +
				"auslässt.",
			"history.clock_changes.many": "%d Zeiten liegen in einer Stunde, die die Zeitumstellung wiederholt oder " +
				"auslässt.",
			"history.problems.one":     "%d Fehler",
			"history.problems.many":    "%d Fehler",
			"history.problems_caption": "Fehler",
			"history.more_problems":    "Und %d weitere. Alles andere lässt sich importieren.",
			"history.line":             "Zeile",
			"history.column":           "Spalte",
			"history.reason":           "Grund",
			"history.files.one":        "%d Datei",
			"history.files.many":       "%d Dateien",
			"history.files_caption":    "Dateien",
			"history.rows":             "Zeilen",
			"history.skipped":          "Nicht gelesen, weil",
			"history.import_now.one":   "%d Datensatz importieren",
			"history.import_now.many":  "%d Datensätze importieren",
			"history.discard":          "Datei verwerfen",
			"history.export":           "Exportieren",
			"history.format":           "Format",
			"history.format.tidy":      "Tidy CSV: eine Zeile je Wert",
			"history.format.jsonl":     "JSON Lines: alles, zum Importieren anderswo",
			"history.format.vendor":    "Das Format des Withings-Datenexports (ZIP)",
			"history.format.dashboard": "Dateien, die das Withings-Dashboard importiert (ZIP)",
			"history.format.influx":    "InfluxDB Line Protocol",
			"history.from":             "Erster Tag",
			"history.to":               "Letzter Tag",
			"history.comma":            "Dezimalkommas und Semikolons (tidy CSV)",
			"history.download":         "Herunterladen",
			"history.not_exported":     "Nicht exportiert",
			"history.no_range":         "Der letzte Tag liegt vor dem ersten, oder einer ist kein Datum.",
			"history.statistics":       "Die Vergangenheit in Home Assistant bringen",
			"history.statistics_what": "Dessen Diagramme zeigen dann die Jahre vor dem ersten Start. Geschrieben " +
				"werden nur Stunden vor denen, die Home Assistant selbst aufgezeichnet hat, und alles lässt sich " +
				"wieder entfernen.",
			"history.statistics_how": "Dafür homeassistant.url und homeassistant.token (ein langlebiges Zugriffstoken " +
				"eines Administrators) eintragen oder `vitals2mqtt statistics` ausführen.",
			"history.mode":               "Wohin",
			"history.mode.entity":        "in die Statistik der Entitäten",
			"history.mode.external":      "als eigene Statistiken",
			"history.statistics_count":   "Nur zählen",
			"history.statistics_send":    "Übertragen",
			"history.statistics_running": "%s: läuft.",
			"history.statistics_failed":  "%s: gescheitert %s. %s",
			"history.statistics_counted": "%s: %d Stunden würden gesendet, %d sind schon dort; %d Sensoren ausgelassen " +
				"(%s).",
			"history.statistics_sent": "%s: %d Stunden gesendet, %d zurückgelesen, %d waren schon dort; %d Sensoren " +
				"ausgelassen (%s).",
			"history.no_statistics": "Nicht begonnen",
			"history.backup":        "Sicherung",
			"history.backup_what": "Eine Kopie des Archivs mit allem, was gemessen wurde, für alle Profile. Zum " +
				"Wiederherstellen das Programm anhalten und sie als `history.db` in das Zustandsverzeichnis legen.",
			"history.backup_download": "Sicherung herunterladen",
			"history.no_backup":       "Keine Sicherung",

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
			"health.budget_note": "Die Withings API erlaubt %d in der Minute, für alle Profile zusammen. Stärkste " +
				"Minute der letzten Stunde: %d.",
			"health.installation":  "Installation",
			"health.broker":        "Broker",
			"health.no_broker":     "nicht eingerichtet",
			"health.connection":    "Verbindung",
			"health.connected":     "Verbunden",
			"health.not_connected": "Nicht verbunden",
			"health.version":       "Version",
			"health.json":          "Alles als JSON",

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
