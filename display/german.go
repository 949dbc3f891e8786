// SPDX-License-Identifier: MIT

package display

// german are the texts in German.
func german() *words {
	return &words{
		texts: map[string]string{
			"when.never":     "nie",
			"when.now":       "jetzt",
			"when.ago":       "vor %s",
			"when.in":        "in %s",
			"when.period":    "%s bis %s",
			"when.yesterday": "gestern",

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

			"image.night": "Nacht zum %s", "image.ecg": "EKG vom %s",

			"calendar.night": "Schlaf, %s", "calendar.nap": "Nickerchen, %s", "calendar.sleep": "Schlaf",
			"calendar.workout": "Training",

			"dashboard.body": "Körper", "dashboard.heart": "Herz", "dashboard.sleep": "Schlaf",
			"dashboard.activity": "Aktivität", "dashboard.workouts": "Letztes Training", "dashboard.devices": "Geräte",
			"dashboard.other": "Status", "dashboard.weight": "Gewicht, 90 Tage",
			"dashboard.blood_pressure": "Blutdruck, 90 Tage", "dashboard.steps": "Schritte, 30 Tage",

			"name.at": "%s (%s)", "name.position": "Position %d", "name.profile": "%s (Profil)",
			"model.profile": "Gesundheitskonto",

			// The frame of all pages.
			"frame.skip": "Zum Inhalt", "frame.sections": "Bereiche", "frame.sign_out": "Abmelden",
			"frame.history": "Verlauf", "frame.health": "Zustand", "frame.back_to": "Zurück: %s",
			"frame.overview": "Übersicht", "frame.back": "Zur Übersicht",

			// The password of the page.
			"entry.heading": "Auf dieser Seite anmelden", "entry.label": "Passwort", "entry.submit": "Anmelden",
			"entry.wrong": "Das ist nicht das Passwort. Es steht als web.password in der Konfigurationsdatei.",
			"entry.wait":  "Zu viele falsche Passwörter von dieser Adresse. Nächster Versuch in %d s.",
			"entry.stale": "Dieses Formular war zu alt oder kam von einer anderen Seite. Das Passwort noch einmal eingeben.",
			"entry.hint":  "Dieser Browser bleibt 30 Tage angemeldet. Danach oder mit einem neuen Passwort fragt die Seite wieder.",

			"frame.not_refreshed": "Nicht aktualisiert",

			// The overview.
			"overview.view.sleep": "Schlaf", "overview.view.heart": "Herz", "overview.view.report": "Seite für die Praxis",
			"overview.well":     "Alles in Ordnung.",
			"overview.details":  "Einzelheiten",
			"overview.since":    "Seit %s.",
			"overview.next_try": "Nächster Versuch %s.",
			"overview.more.one": "%d weiterer Befund", "overview.more.many": "%d weitere Befunde",
			"overview.sign_in":     "%s anmelden",
			"overview.synced":      "aktualisiert %s",
			"overview.refresh":     "Jetzt abrufen",
			"overview.none":        "Noch keine Werte.",
			"overview.no_profiles": "Es sind keine Personen eingerichtet.",
			"overview.values.one":  "%d Wert", "overview.values.many": "%d Werte", "overview.values.of": "%d von %d Werten",
			"overview.missing.one": "%d ohne Wert: warum?", "overview.missing.many": "%d ohne Wert: warum?",
			"overview.devices": "Geräte", "overview.night": "Letzte Nacht", "overview.pressure": "Blutdruck",
			"overview.up":     "%s mehr in 30 Tagen",
			"overview.down":   "%s weniger in 30 Tagen",
			"overview.steady": "unverändert in 30 Tagen",
			"overview.score":  "Schlafwert %s", "overview.pulse": "Puls %s", "overview.goal": "Ziel %s",

			"card.heart_rate_latest_bpm": "Puls", "card.heart_pulse_bpm": "Puls", "card.body_temperature_c": "Temperatur",
			"card.spo2_latest_pct":      "Blutsauerstoff",
			"card.spo2_pct":             "Blutsauerstoff",
			"card.ecg_afib":             "EKG",
			"card.workout_type":         "Letztes Training",
			"card.activity_steps_today": "Schritte heute",

			"group.body": "Körper", "group.heart": "Herz", "group.sleep": "Schlaf", "group.activity": "Aktivität",
			"group.workouts": "Training", "group.devices": "Geräte", "group.other": "Sonstiges",

			"stage.awake": "wach", "stage.rem": "REM", "stage.light": "leicht", "stage.deep": "tief",

			"battery.low": "Batterie schwach", "battery.medium": "Batterie mittel", "battery.high": "Batterie voll",

			"state.account.offline":         "offline",
			"state.account.starting":        "startet",
			"state.account.sign-in_needed":  "Anmeldung nötig",
			"state.account.needs_attention": "braucht Aufmerksamkeit",
			"state.account.no_broker":       "kein Broker",
			"state.account.online":          "online",

			"reason.not_configured": "nicht eingerichtet", "reason.sign_in_needed": "Anmeldung nötig",
			"reason.scope_missing":           "die Zustimmung umfasst es nicht; neu anmelden",
			"reason.not_on_plan":             "gehört nicht zum Tarif dieses Kontos",
			"reason.endpoint_failing":        "die letzte Anfrage schlug fehl",
			"reason.application_credentials": "Client-ID und Secret werden abgelehnt",
			"reason.ambiguous_only":          "nur Messungen, die jemand anderem gehören könnten",
			"reason.hidden_by_policy":        "durch die Zuordnungsregel verborgen",
			"reason.not_asked_yet":           "noch nicht abgefragt", "reason.needs_notifications": "braucht Benachrichtigungen",
			"reason.tracker_silent":  "der Tracker hat seit zwei Tagen nichts gesendet",
			"reason.never_delivered": "nie erhalten",

			// A value.
			"value.problem": "Kein solcher Wert", "value.no_profile": "Es gibt kein Profil %q.",
			"value.no_key":       "Es gibt keinen Wert %q.",
			"value.did_you_mean": "Ist %s gemeint?", "value.usual_range": "Den letzten Monat zeigen",
			"value.bad_range": "Dieser Zeitraum ist nicht lesbar. Möglich sind range=day, week, month, quarter, year oder all, " +
				"oder zwei Tage: from=2026-01-31&to=2026-02-28.",
			"value.none": "Kein Wert", "value.ranges": "Zeitraum",
			"value.range.day":     "Tag",
			"value.range.week":    "Woche",
			"value.range.month":   "Monat",
			"value.range.quarter": "3 Monate",
			"value.range.year":    "Jahr", "value.range.all": "Alles",
			"value.up": "%s mehr als vor 30 Tagen", "value.down": "%s weniger als vor 30 Tagen",
			"value.unchanged":      "unverändert seit 30 Tagen",
			"value.blood_pressure": "Blutdruck", "value.trend": "Trend", "value.goal": "Ziel %s",
			"value.line.systolic_blood_pressure_mmhg":  "Systolisch",
			"value.line.diastolic_blood_pressure_mmhg": "Diastolisch",
			"value.line.heart_pulse_bpm":               "Puls", "value.since": "seit %s: %s",
			"value.by_day": "%s, Tag für Tag", "value.chart": "%s, %s.", "value.empty": "Keine Werte in diesem Zeitraum.",
			"value.extremes": "Tiefster Wert %s, höchster %s.",
			"value.gestures": "Ziehen verschiebt, zwei Finger oder das Mausrad vergrößern.",
			"value.keys": "Tasten: ← und → verschieben, " +
				"+ und − vergrößern, 0 setzt zurück; Pos1, Ende, Umschalt+← und Umschalt+→ lesen die Werte.",
			"value.failed": "Das Diagramm lässt sich gerade nicht laden. Das letzte bleibt stehen.",
			"value.table":  "Tabelle", "value.when": "Wann", "value.mean": "Mittel", "value.lowest": "Tiefster Wert",
			"value.highest": "Höchster Wert", "value.daily_mean": "Mittel je Tag", "value.week_of": "Woche ab %s",
			"value.more":     "Die neuesten %d von %d Zeilen. Der Download enthält alle.",
			"value.download": "Diesen Zeitraum herunterladen:",
			"value.details":  "Einzelheiten",
			"value.exact":    "Genauer Wert",
			"value.unit":     "Einheit", "value.measured_at": "Gemessen", "value.received_at": "Empfangen",
			"value.device":      "Gerät",
			"value.attribution": "Zuordnung",
			"value.key":         "Schlüssel",
			"value.topics":      "MQTT-Topics",
			"value.entity":      "Entität", "value.record": "Datensatz",
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
			"person.unknown":      "Unbekannte Person",
			"person.unknown.text": "Kein Profil heißt so. Die Übersicht nennt alle.",
			"person.unreadable":   "Das Archiv ist gerade nicht lesbar",
			"person.unreadable.text": "Den Grund nennt das Protokoll des Programms. Die Seite in einer Minute neu " +
				"laden.",
			"person.no_archive": "Über %s ist noch nichts gespeichert. Vergangene Werte erscheinen nach der ersten " +
				"Anmeldung.",

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
			"sleep.no_courses": "Puls und Atmung dieser Nacht sind nicht gespeichert. `vitals2mqtt backfill %s --minutes` " +
				"holt sie.",
			"sleep.nothing_read": "Schlafphasen, Puls und Atmung dieser Nacht sind nicht gespeichert. `vitals2mqtt backfill %s " +
				"--minutes` holt sie.",
			"sleep.score":       "Schlafwert",
			"sleep.time_in_bed": "Zeit im Bett",
			"sleep.efficiency":  "Davon geschlafen",
			"sleep.to_sleep":    "Zeit bis zum Einschlafen",
			"sleep.woke":        "Aufgewacht",
			"sleep.heart_rate":  "Puls",
			"sleep.breathing":   "Atmung",
			"sleep.snoring":     "Schnarchen",
			"sleep.device":      "Aufgezeichnet von",

			// Blood pressure.
			"pressure.picture": "Systolischer und diastolischer Blutdruck im Verlauf; die Tabelle nennt dieselben " +
				"Messungen",
			"pressure.systolic":  "systolisch",
			"pressure.diastolic": "diastolisch",
			"pressure.morning":   "Morgens",
			"pressure.evening":   "Abends",
			"pressure.all":       "Alle",
			"pressure.range":     "%s–%s / %s–%s",
			"pressure.split": "Morgens heißt vor 12 Uhr, abends ab 12 Uhr; was vor 3 Uhr gemessen wird, zählt zum Abend " +
				"davor.",
			"pressure.bands": "Hinterlegt: die Klassen der europäischen Leitlinie von 2018 (ESC/ESH) für Messungen in der " +
				"Praxis.",
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
			"report.heading":     "Messwerte von %s",
			"report.made":        "Erstellt am %s",
			"report.none":        "keine",
			"report.no_readings": "Keine Messungen.",
			"report.range":       "Von–bis",
			"report.marks": "Durchgezogen: systolisch, gestrichelt: diastolisch. Rund: morgens, eckig: " +
				"abends.",
			"report.devices":        "Gemessen mit: %s.",
			"report.weight":         "Gewicht",
			"report.weight.picture": "Gewicht im Verlauf",
			"report.change":         "Änderung",
			"report.date":           "Datum",
			"report.rate":           "/min",
			"report.values.one":     "%d Messung",
			"report.values.many":    "%d Messungen",
			"report.ecg.results":    "EKG-Ergebnisse",
			"report.ecg.more.one":   "%d älteres ist nicht aufgeführt.",
			"report.ecg.more.many":  "%d ältere sind nicht aufgeführt.",
			"report.by_day":         "Blutdruck nach Tagen",
			"report.by_week":        "Blutdruck nach Wochen, ab Montag",
			"report.by_month":       "Blutdruck nach Monaten",
			"report.foot": "Erstellt von vitals2mqtt %s auf dem eigenen Rechner der Person, aus Werten, die Geräte zu " +
				"Hause gemessen haben. Nichts verlässt diesen Rechner.",
			"report.period":          "Zeitraum des Berichts",
			"report.from":            "Von",
			"report.to":              "Bis",
			"report.show":            "Anzeigen",
			"report.print":           "Diese Seite drucken oder als PDF speichern: Sie passt auf ein Blatt A4.",
			"report.bad_period":      "Kein Zeitraum für einen Bericht",
			"report.bad_period.text": "Der erste Tag muss vor dem letzten liegen. Tage so schreiben: 2026-01-31.",

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
			"history.expires":          "Die Datei bleibt bis %s gespeichert.",
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
			"health.calendar":               "Kalender der Nächte und Trainings, für alle, die diese Adresse kennen:",
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

			"health.push_last":        "Letzte Benachrichtigung: %s.",
			"health.push_missed.one":  "%d Messung kam seither nur durch den Abruf.",
			"health.push_missed.many": "%d Messungen kamen seither nur durch den Abruf.",
			"health.polling":          "Abruf",
			"health.polling_times":    "zuletzt %s, nächster %s",
			"health.polling_caption":  "Endpunkte der Withings API für %s",
			"health.endpoint":         "Endpunkt",
			"health.last_success":     "Letzter Erfolg",
			"health.last_error":       "Letzter Fehler",
			"health.none":             "keiner",
			"health.every_poll":       "Die Geräteliste hat neue Daten von %s nicht angekündigt; bis %s holt sie deshalb jeder Abruf.",
			"health.budget":           "Anfragen an die Withings API",
			"health.last_minute":      "Letzte Minute",
			"health.last_hour":        "Letzte Stunde",
			"health.of":               "%d von %d",
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
			"setup.steps": "Schritte der Einrichtung", "setup.step": "Schritt %d von %d", "setup.back": "Zurück",
			"setup.copy": "Kopieren", "setup.copied": "Kopiert",
			"setup.secret_kept":  "Bereits hinterlegt, wird nicht angezeigt. Feld leer lassen, um es zu behalten.",
			"setup.unusable":     "Die vorhandene Konfiguration ist so nicht verwendbar:",
			"setup.code.heading": "Code für die Einrichtung", "setup.code.label": "Code",
			"setup.code.hint": "Diese Seite ist von anderen Geräten aus erreichbar. Den Code hat das Programm " +
				"beim Start in sein Protokoll geschrieben.",
			"setup.code.wrong": "Das ist nicht der Code. Er steht im Protokoll des Programms und ist nach jedem " +
				"Start neu.",

			"setup.application.name": "Anwendung", "setup.application.title": "Die eigene Anwendung bei Withings",
			"setup.application.submit": "Prüfen und weiter",
			"setup.application.intro": "Die Messwerte kommen über eine eigene, kostenlose Anwendung. Dort anlegen " +
				"und beide Werte hierher kopieren:",
			"setup.application.callback": "Das Portal fragt auch nach einer Callback-Adresse. Vorerst genügt " +
				"https://example.org/; der nächste Schritt erklärt sie.",
			"setup.client_id": "Client-ID", "setup.client_secret": "Client-Secret",

			"setup.callback.name": "Callback", "setup.callback.title": "Wohin der Browser zurückkehrt",
			"setup.callback.submit": "Weiter",
			"setup.callback.intro": "Nach der Zustimmung schickt Withings den Browser an eine registrierte " +
				"Adresse. Die hier gewählte gehört genau so ins Entwicklerportal.",
			"setup.callback.question": "Welche Adresse ist registriert?",
			"setup.callback.other":    "Eine beliebige Adresse, die danach hier eingefügt wird",
			"setup.callback.other_hint": "Geht immer, auch ohne eine von außen erreichbare Adresse. Jede " +
				"https-Seite, die sich öffnet, ist recht. Nach der Zustimmung wird die Adresse dieser Seite " +
				"kopiert und hier eingefügt.",
			"setup.callback.other_field": "Zu registrierende Callback-Adresse: eine beliebige",
			"setup.callback.own":         "Diese Seite",
			"setup.callback.own_hint": "Kein Einfügen nötig, sofern der Browser diese Seite unter der Adresse " +
				"erreicht. Das Portal nimmt nur https mit öffentlichem Namen an; bei einem Proxy dessen Adresse " +
				"eintragen.",
			"setup.callback.own_field": "Zu registrierende Callback-Adresse: diese Seite",

			"setup.people.name": "Personen", "setup.people.title": "Wessen Messwerte?",
			"setup.people.submit": "Weiter",
			"setup.people.intro": "Jede Person meldet sich später mit ihrem eigenen Withings-Konto an. Alle " +
				"Messwerte werden veröffentlicht.",
			"setup.people.names":      "Namen",
			"setup.people.more":       "Noch eine Person",
			"setup.people.units":      "Einheiten dieser Seite",
			"setup.people.units_hint": "Home Assistant rechnet selbst um.",
			"setup.people.topics":     "Die Namen in den Topics:",
			"setup.units.metric":      "Metrisch (kg, cm, °C)",
			"setup.units.imperial":    "Imperial (lb, in, °F)",
			"setup.units.uk":          "Britisch (Stones und Pfund)",

			"setup.broker.name": "Broker", "setup.broker.title": "MQTT-Broker",
			"setup.broker.submit": "Ausprobieren und weiter",
			"setup.broker.intro": "Dorthin werden die Messwerte veröffentlicht. Home Assistant liest sie vom " +
				"selben Broker.",
			"setup.broker.question": "Welcher Broker?",
			"setup.broker.none":     "Auf diesem Gerät und im lokalen Netz wurde keiner gefunden.",
			"setup.broker.announced": "Im Netz kann jeder einen Broker ankündigen: sicherstellen, dass es der " +
				"eigene ist",
			"setup.broker.asks":          "Er verlangt Benutzername und Passwort",
			"setup.broker.other":         "Ein anderer",
			"setup.broker.url":           "Adresse des Brokers",
			"setup.broker.embedded":      "Keiner: einen in diesem Programm betreiben",
			"setup.broker.embedded_hint": "Für den Anfang ohne alles Weitere. Er ist nur auf diesem Gerät erreichbar.",
			"setup.broker.open":          "Andere Geräte zulassen, mit Benutzername und Passwort von unten",
			"setup.broker.username":      "Benutzername", "setup.broker.password": "Passwort",
			"setup.broker.username_hint": "Leer bei einem Broker ohne Benutzer. Der Broker von Home Assistant " +
				"kennt die Benutzer von Home Assistant.",
			"setup.broker.search":   "Noch einmal suchen",
			"setup.broker.variable": "Der Broker ist durch die Umgebung festgelegt:",

			"setup.password.name": "Passwort", "setup.password.title": "Passwort dieser Seite",
			"setup.password.submit": "Weiter",
			"setup.password.intro": "Andere Geräte erreichen diese Seite, und sie zeigt Gesundheitsdaten. Ab " +
				"jetzt fragt sie nach diesem Passwort.",
			"setup.password.field":    "Passwort, mindestens 8 Zeichen",
			"setup.password.repeated": "Noch einmal dasselbe",

			"setup.summary.name": "Übersicht", "setup.summary.title": "Bereit zum Schreiben",
			"setup.summary.submit": "Schreiben und starten",
			"setup.summary.intro": "Alle Antworten sind geprüft. Die Datei unten wird geschrieben, und das " +
				"Programm startet damit.",
			"setup.summary.people":   "Personen",
			"setup.summary.broker":   "Broker",
			"setup.summary.callback": "Zu registrierende Callback-Adresse",
			"setup.summary.path":     "Datei", "setup.summary.file": "Inhalt der Datei, Geheimes verdeckt",
			"setup.summary.embedded": "In diesem Programm",
			"setup.summary.replace": "Die vorhandene Datei ersetzen; sie bleibt mit .bak und einer Nummer im " +
				"Namen erhalten",

			"setup.written": "Die Konfiguration ist geschrieben",
			"setup.written.text": "Das Programm startet. In wenigen Sekunden geht es mit der ersten Anmeldung " +
				"weiter.",
			"setup.written.backup": "Die frühere Datei bleibt erhalten als",

			"setup.problem.invalid.of": "Das ist nicht verwendbar: %s.",
			"setup.problem.environment.of": "Eine Umgebungsvariable hat Vorrang vor der Datei und ist nicht " +
				"verwendbar: %s.",
			"setup.problem.missing":   "Es fehlt etwas: alle Felder ausfüllen.",
			"setup.problem.too_short": "Das Passwort ist zu kurz: mindestens 8 Zeichen.",
			"setup.problem.different": "Die beiden Passwörter sind verschieden.",
			"setup.problem.changed": "In einem anderen Fenster wurde etwas geändert. Die Übersicht noch einmal " +
				"ansehen.",
			"setup.problem.exists":          "Dort liegt inzwischen eine Datei. Zum Ersetzen das Kästchen ankreuzen.",
			"setup.problem.unwritable.of":   "Die Datei lässt sich nicht schreiben: %s.",
			"setup.problem.state_folder.of": "Der Ordner für Tokens und Messwerte lässt sich nicht beschreiben: %s.",
			"setup.problem.needs_user":      "Ein Broker für andere Geräte braucht Benutzername und Passwort.",
			"setup.problem.listen.of": "Der Broker in diesem Programm kann seine Adresse nicht belegen: %s. Läuft " +
				"hier schon ein anderer?",

			"setup.problem.application_credentials": "Withings weist Client-ID oder Client-Secret zurück.",
			"setup.problem.application_credentials.remedy": "Beide mit der Anwendung im Entwicklerportal " +
				"vergleichen; auf fehlende Zeichen und Leerzeichen achten.",
			"setup.problem.api_unreachable": "Withings ist von hier aus nicht erreichbar.",
			"setup.problem.api_unreachable.remedy": "Internetverbindung und Nameserver dieses Geräts prüfen, dann " +
				"noch einmal versuchen.",
			"setup.problem.api_failing":                    "Withings antwortet zurzeit nicht richtig.",
			"setup.problem.api_failing.remedy":             "In einigen Minuten noch einmal versuchen.",
			"setup.problem.api_unexpected_response":        "Anstelle von Withings antwortet etwas anderes.",
			"setup.problem.api_unexpected_response.remedy": "Auf einen Proxy oder eine Anmeldeseite des Netzes prüfen.",
			"setup.problem.api_rate_limited":               "Withings begrenzt zurzeit die Anfragen dieser Anwendung.",
			"setup.problem.api_rate_limited.remedy": "Vielleicht nutzt ein anderes Programm dieselbe Client-ID. " +
				"Nichts zu tun, wenn es nur kurz ist.",
			"setup.problem.clock_wrong":        "Die Uhr dieses Geräts geht falsch.",
			"setup.problem.clock_wrong.remedy": "Zeitsynchronisation einschalten: ohne sie gelingt keine Anmeldung.",
			"setup.problem.clock_off":          "Die Uhr dieses Geräts geht etwas falsch.",
			"setup.problem.clock_off.remedy":   "Zeitsynchronisation einschalten.",
			"setup.problem.broker_refused":     "Der Broker weist Benutzername und Passwort zurück.",
			"setup.problem.broker_refused.remedy": "Beide mit denen des Brokers vergleichen. Der Broker von Home " +
				"Assistant kennt die Benutzer von Home Assistant.",
			"setup.problem.broker_unreachable.of": "Keine Verbindung zum Broker: %s.",

			// Signing in.
			"signin.heading": "Anmelden", "signin.sign_in_name": "%s anmelden", "signin.sign_out_name": "%s abmelden",
			"signin.signed_in_already": "%s ist angemeldet. Eine weitere Anmeldung erneuert die Zustimmung.",
			"signin.again":             "Es wurde nichts geändert. Der Link unten ist ein neuer.",
			"signin.step_consent":      "1. Zugriff erlauben",
			"signin.consent_text": "%s meldet sich auf der Kontoseite von Withings an und erlaubt alles, was dort " +
				"steht. Der Link gilt 10 Minuten.",
			"signin.open_consent":  "Zustimmungsseite öffnen",
			"signin.other_account": "Ist dort noch jemand anderes angemeldet?",
			"signin.switch":        "Dort zuerst abmelden",
			"signin.on_phone":      "Stattdessen mit dem Telefon",
			"signin.code_label":    "QR-Code des Links zur Zustimmungsseite für %s",
			"signin.code_text": "Derselbe Link für das Telefon. Öffnet sich dort die Adresse aus Schritt 2 nicht, " +
				"die zuletzt angezeigte an diesen Browser schicken und hier einfügen.",
			"signin.step_return": "2. Zurückkehren",
			"signin.return_elsewhere": "Danach geht der Browser auf eine andere Seite. Ihre ganze Adresse " +
				"kopieren, auch wenn sich nichts öffnet, und hier einfügen. Sie beginnt mit",
			"signin.return_here": "Der Browser kommt von selbst hierher zurück, sofern sich diese Adresse auf dem " +
				"Gerät öffnet. Andernfalls die ganze Adresse kopieren und hier einfügen. Sie beginnt mit",
			"signin.address": "Adresse, auf der der Browser gelandet ist",
			"signin.limit":   "Sie gilt 30 Sekunden ab der Zustimmung.",
			"signin.left":    "Noch %d s zum Einfügen",
			"signin.late":    "30 Sekunden sind um. Wird sie abgelehnt, die Zustimmungsseite noch einmal öffnen.",
			"signin.finish":  "Mit dieser Adresse anmelden",
			"signin.leave":   "Zustimmung beenden",

			"signin.continue": "Weiter zur Zustimmungsseite", "signin.retry": "Noch einmal versuchen",
			"signin.unknown":      "Unbekanntes Profil",
			"signin.unknown.text": "Dieses Profil steht nicht in der Konfiguration.",
			"signin.cannot_start": "Anmeldung nicht möglich", "signin.failed": "Anmeldung fehlgeschlagen",
			"signin.denied": "Anmeldung abgelehnt",
			"signin.denied.text": "Auf der Zustimmungsseite wurde der Zugriff abgelehnt. Es wurde nichts " +
				"geändert; in der Übersicht neu beginnen.",
			"signin.none": "Keine laufende Anmeldung",
			"signin.none.text": "Die Zustimmungsseite leitet an diese Adresse weiter. Die Anmeldung in der " +
				"Übersicht beginnen.",
			"signin.signed_in": "Angemeldet",
			"signin.signed_in.text": "%s ist angemeldet. Mit der nächsten Abfrage kommen Messwerte; diese Seite " +
				"kann geschlossen werden.",
			"signin.no_answer": "Keine Antwort erhalten", "signin.no_answer.text": "In der Übersicht neu beginnen.",
			"signin.unchanged": "Nichts geändert", "signin.unchanged.text": "%s behält das bisherige Konto.",

			"signin.different_account": "Ein anderes Konto",
			"signin.replace_text":      "%s war bisher mit einem anderen Konto angemeldet. Noch ist nichts geändert.",
			"signin.replace_effect": "Beim Ersetzen verschwinden die Entitäten des bisherigen Kontos aus MQTT und " +
				"Home Assistant, und die des eben gewählten Kontos erscheinen als %s.",
			"signin.keep": "Bisheriges Konto behalten", "signin.replace": "Ersetzen",
			"signin.replace_hint": "Diese Auswahl verfällt nach fünf Minuten. War auf der Kontoseite noch jemand " +
				"anderes angemeldet? Dann das bisherige Konto behalten und neu anmelden.",

			"signin.sign_out_text": "Die Zustimmung wird widerrufen, und die Tokens von %s werden gelöscht. " +
				"Danach kommt nichts Neues mehr; die bekannten Werte bleiben bis zur nächsten Anmeldung oder bis " +
				"das Profil entfernt wird.",
			"signin.sign_out_anyway": "Tokens auch ohne Bestätigung von Withings löschen; die Zustimmung lässt " +
				"sich in der Withings-App widerrufen",
			"signin.signed_out":  "Abgemeldet",
			"signin.out_failed":  "Es wurde nichts geändert: %s",
			"signin.out.none":    "%s war nicht angemeldet.",
			"signin.out.revoked": "Die Zustimmung von %s ist widerrufen, die Tokens sind gelöscht.",
			"signin.out.shared": "Die Tokens von %s sind gelöscht. Die Zustimmung bleibt, weil %s dasselbe Konto " +
				"nutzt.",
			"signin.out.unconfirmed": "Die Tokens von %s sind gelöscht. Withings hat das Ende der Zustimmung " +
				"nicht bestätigt: in der Withings-App widerrufen.",

			"signin.error.unknown_profile": "Dieses Profil steht nicht in der Konfiguration.",
			"signin.error.unknown_state": "Dieser Link ist unbekannt oder schon verbraucht. Die Zustimmungsseite " +
				"noch einmal öffnen.",
			"signin.error.expired_state": "Der Link ist nach 10 Minuten abgelaufen. Die Zustimmungsseite noch " +
				"einmal öffnen.",
			"signin.error.denied": "Auf der Zustimmungsseite wurde der Zugriff abgelehnt. Sie noch einmal öffnen " +
				"und zustimmen.",
			"signin.error.account_in_use": "Das ist das Konto von %s: auf der Kontoseite war die falsche Person " +
				"angemeldet. Dort zuerst abmelden.",
			"signin.error.code_refused": "Die Adresse war älter als 30 Sekunden oder schon verbraucht. Die " +
				"Zustimmungsseite noch einmal öffnen.",
			"signin.error.callback_refused": "Withings lehnt die Callback-Adresse ab. Genau die hier angezeigte " +
				"im Entwicklerportal registrieren.",
			"signin.error.missing_scope": "Auf der Zustimmungsseite waren keine Messwerte ausgewählt. Sie noch " +
				"einmal öffnen und alles ausgewählt lassen.",
			"signin.error.other_profile": "Diese Adresse gehört zur Anmeldung einer anderen Person. Auf deren " +
				"Seite einfügen.",
			"signin.error.unknown_confirmation": "Diese Auswahl wurde schon getroffen oder ist nach 5 Minuten " +
				"verfallen. Neu beginnen.",
			"signin.error.consent_page": "Die Zustimmungsseite meldet einen Fehler. Bei Wiederholung Client-ID " +
				"und Callback-Adresse mit dem Entwicklerportal vergleichen.",
			"signin.error.invalid_paste": "Das ist nicht die Adresse. Den ganzen Text der Adresszeile kopieren: " +
				"er enthält code=… und state=….",
			"signin.error.consent_address": "Das ist die Adresse der Zustimmungsseite. Dort zuerst zustimmen; zu " +
				"kopieren ist die nächste Adresse.",
			"signin.error.other_site": "Das ist eine andere Adresse, ohne code=… und state=…. Zu kopieren ist die " +
				"nach der Zustimmung.",

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
