// SPDX-License-Identifier: MIT

package display

// germanFindings are the sentences of the verdict, see health.Codes: their text
// and remedy, with the same names in braces. Facts from the network and the
// system keep their language.
func germanFindings() map[string]sentences {
	const (
		retried  = "Das wird von selbst wiederholt. Hält es an, `vitals2mqtt doctor` ausführen."
		storage  = "Prüfen, ob {path} für den Benutzer von vitals2mqtt beschreibbar und die Platte nicht voll ist."
		signIn   = "Auf dieser Seite anmelden oder `vitals2mqtt login {slug}` ausführen."
		clock    = "Die Uhr dieses Rechners weicht um {difference} von der Withings API ab."
		timeSync = "Die Zeitsynchronisation einschalten (`timedatectl set-ntp true`)."
		broker   = "Die Einstellung mqtt.url prüfen und ob der Broker läuft; `vitals2mqtt doctor` testet die Verbindung."
		rights   = "Dem Benutzer von vitals2mqtt in den Rechten des Brokers (ACL) das Lesen und Schreiben dieser Topics erlauben"
	)
	return map[string]sentences{
		"ok.program":        {"Läuft.", ""},
		"ok.broker":         {"Verbunden.", ""},
		"ok.state_folder":   {"Alles ist gespeichert.", ""},
		"ok.archive":        {"Jede Messung ist gespeichert.", ""},
		"ok.mirror":         {"Der Spiegel hat jeden Datensatz.", ""},
		"ok.clock":          {"Geht wie die der Withings API.", ""},
		"ok.home_assistant": {"Keine Abmeldung von Home Assistant gesehen.", ""},
		"ok.consent":        {"Angemeldet.", ""},
		"ok.endpoints":      {"Alle Endpunkte antworten.", ""},
		"ok.push":           {"Benachrichtigungen kommen an.", ""},

		"starting":    {"Der erste Abruf für {name} läuft noch.", ""},
		"no_profiles": {"Es sind keine Profile eingerichtet.", "Mindestens eines unter withings.profiles eintragen."},
		"poll_overdue": {
			"Der letzte Abruf für {name} ist nicht fertig geworden.",
			"Das Log ansehen; hält es an, vitals2mqtt neu starten.",
		},

		"broker_connecting": {"Die Verbindung zum Broker wird aufgebaut.", broker},
		"broker_refused": {
			"Der Broker lehnt Benutzername oder Passwort ab; es wird nichts veröffentlicht.",
			"Die Einstellungen mqtt.username und mqtt.password prüfen; `vitals2mqtt doctor` testet sie.",
		},
		"broker_unreachable": {"Keine Verbindung zum Broker; es wird nichts veröffentlicht ({cause}).", broker},
		"embedded_broker": {
			"Der eingebaute Broker nimmt keine Verbindungen an ({text}).",
			"Den Client suchen, der zu viele Verbindungen öffnet, oder die Grenze offener Dateien anheben (systemd: LimitNOFILE).",
		},
		"client_id_in_use": {
			"Der Broker schließt jede Verbindung nach Sekunden, wie wenn ein anderer Client dieselbe Client-ID benutzt.",
			"Benutzt ein anderes Programm sie, bei einem von beiden eine andere mqtt.client_id eintragen; " +
				"sonst nennt das Log des Brokers den Grund.",
		},
		"message_refused": {
			"Der Broker nimmt eine Nachricht nicht an; sie wird ausgelassen ({text}).",
			"Die Größe anheben, die der Broker für Nachrichten erlaubt (Mosquitto: max_packet_size), oder seine Rechte prüfen (ACL).",
		},
		"not_retained": {
			"Veröffentlichte Nachrichten fehlen auf dem Broker ({text}).",
			rights + " und das Aufbewahren von Nachrichten einschalten (Mosquitto: retain_available true).",
		},
		"second_installation": {
			"Eine zweite Installation veröffentlicht unter denselben Topics; hört eine auf, erscheinen beide als offline.",
			"Eine von beiden beenden oder ihr mqtt.base_topic ändern.",
		},
		"retained_changed": {
			"Auf dem Broker steht anderes, als veröffentlicht wurde ({text}).",
			"Den anderen Client suchen, der dort schreibt, oder es ihm in den Rechten des Brokers (ACL) verbieten.",
		},
		"readback_denied": {
			"Der Broker erlaubt das Lesen der veröffentlichten Topics nicht; ob sie dort stehen, lässt sich nicht prüfen.",
			rights + " (siehe docs/mqtt.md).",
		},

		"application_credentials": {
			"Die Withings API nimmt Client-ID und Secret nicht an.",
			"Die Einstellungen withings.client_id und withings.client_secret (oder client_secret_file) mit der Anwendung " +
				"im Entwicklerportal vergleichen. Niemand muss sich neu anmelden.",
		},
		"refresh_refused": {
			"Die Withings API erneuert das Token keines Profils.",
			"Abwarten, es wird von selbst wiederholt. Gehört die Client-ID jetzt zu einer anderen Anwendung, " +
				"jedes Profil neu anmelden.",
		},
		"api_unreachable": {
			"Die Withings API ist nicht erreichbar: {cause}.",
			"Prüfen, ob dieser Rechner ins Internet kommt und Namen auflöst (DNS). Es wird von selbst wiederholt.",
		},
		"api_failing": {"Die Withings API ist gestört: {cause}.", retried},
		"api_rate_limited": {
			"Die Withings API begrenzt die Anfragen dieser Client-ID.",
			"Das wird von selbst wiederholt. Hält es an, benutzt vielleicht ein anderes Programm dieselbe Client-ID.",
		},
		"state_not_stored": {"Der Zustand lässt sich nicht speichern: {cause}.", storage},
		"token_not_stored": {
			"Das neueste Token von {name} ist nur im Arbeitsspeicher; nach einem Neustart müsste sich {name} neu anmelden.",
			"Prüfen, ob das Zustandsverzeichnis für den Benutzer von vitals2mqtt beschreibbar und die Platte nicht voll ist.",
		},
		"archive_not_stored": {"Neue Messungen lassen sich nicht im Archiv speichern: {cause}.", storage},
		"archive_damaged": {
			"Das Archiv war beschädigt ({text}).",
			"Die Withings API liefert ihre Daten erneut. Eine Sicherung oder die Originale noch einmal importieren, " +
				"wenn etwas anderes darin war.",
		},
		"mirror_failing": {
			"Der Spiegel des Verlaufs liegt zurück: {cause}.",
			"Die Einstellung history.mirror prüfen und ob die Datenbank läuft. Danach wird alles nachgeholt.",
		},
		"clock_off":             {clock, timeSync},
		"clock_wrong":           {clock, timeSync},
		"homeassistant_offline": {"Home Assistant ist offline; danach bekommt es alles.", ""},

		"not_signed_in": {"{name} ist nicht angemeldet; es kommen keine Messungen an.", signIn},
		"sign_in_needed": {
			"{name} muss sich neu anmelden: die Withings API erkennt die Zustimmung nicht mehr an.", signIn,
		},
		"refresh_retrying": {
			"Die Withings API erneuert das Token von {name} nicht; das kann vorübergehen.",
			"Abwarten, es wird von selbst wiederholt. Eine neue Anmeldung ist noch nicht nötig.",
		},
		"token_corrupt": {
			"Die Token-Datei von {name} ist unbrauchbar: {cause}. Sie liegt jetzt unter {file}.", signIn,
		},
		"token_newer": {
			"Die Token-Datei von {name}, {file}, stammt von einer neueren Version von vitals2mqtt.",
			"Aktuelle Version von vitals2mqtt installieren. Eine neue Anmeldung ist nicht nötig.",
		},
		"token_unreadable": {
			"Die Token-Datei von {name} lässt sich nicht lesen: {cause}.",
			"Die Datei für den Benutzer von vitals2mqtt lesbar machen. Eine neue Anmeldung ist nicht nötig.",
		},

		"endpoint_failing": {"Die Withings API liefert für {name} nicht: {names} ({cause}).", retried},
		"endpoint_forbidden": {
			"{name} hat keinen Zugriff auf {names} ({cause}).",
			"Neu anmelden und alle Berechtigungen erlauben, oder diese Sensoren aus `measurements` entfernen; " +
				"`vitals2mqtt status {slug}` nennt sie.",
		},
		"offline":       {"Für {name} kommen seit Stunden keine Daten an.", "Das Log ansehen."},
		"push_checking": {"Die Benachrichtigungen für {name} sind noch nicht geprüft.", ""},
		"push_unhealthy": {
			"Die Benachrichtigungen für {name} sind unzuverlässig: {cause}.",
			"Abgerufen wird weiter nach Plan; `vitals2mqtt doctor` testet die Adresse.",
		},
	}
}
