// SPDX-License-Identifier: MIT

package web

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/display"
	"vitals2mqtt/health"
)

// Every finding has sentences in every language but English, in which the
// verdict is made, with facts that it has.
func TestFindingsAreTranslated(t *testing.T) {
	t.Parallel()
	facts := regexp.MustCompile(`\{[a-z]+\}`)
	more := map[string][]string{ // besides those of the English sentence
		"endpoint_failing": {"{names}", "{cause}"}, "endpoint_forbidden": {"{names}", "{cause}"},
		"clock_off": {"{difference}"}, "clock_wrong": {"{difference}"},
	}
	for _, language := range display.Languages() {
		for _, d := range health.Codes() {
			text, remedy, known := language.Finding(string(d.Code))
			if language == display.English {
				if known {
					t.Errorf("%s has English sentences in two places", d.Code)
				}
				continue
			}
			if !known || text == "" || (remedy == "") != (d.Remedy == "") {
				t.Errorf("%s in %s: %q, %q, want %q, %q", d.Code, language, text, remedy, d.Text, d.Remedy)
			}
			for _, sentence := range []string{text, remedy} {
				if sentence != "" && !regexp.MustCompile(`^[{A-ZÄÖÜ]`).MatchString(sentence) {
					t.Errorf("%s in %s: %q would get another first letter", d.Code, language, sentence)
				}
			}
			for _, fact := range facts.FindAllString(text+remedy, -1) {
				if !strings.Contains(d.Text+d.Remedy, fact) && !slices.Contains(more[string(d.Code)], fact) {
					t.Errorf("%s in %s: unknown fact %s", d.Code, language, fact)
				}
			}
		}
	}
}

func TestVerdictInGerman(t *testing.T) {
	t.Parallel()
	failure := &health.Failure{Class: health.FailureForbidden, Text: "the consent does not include it"}
	verdict := health.Judge(health.Facts{
		Broker:  &health.Broker{Error: "connection refused"},
		Clock:   &health.Clock{Known: true, Ahead: -50 * time.Hour},
		Folder:  &health.Folder{Path: "/state", Err: errors.New("it is full"), Remedy: "free some space"},
		Archive: &health.Records{},
		Profiles: []health.Profile{
			{
				Slug: "alice", Name: "Alice", Started: true, Consent: health.Consent{State: health.ConsentGranted},
				Endpoints: []health.Endpoint{{Name: "sleep", Failure: failure}, {Name: "measures"}},
				Push:      &health.Push{Healthy: true},
			},
			{Slug: "bob", Name: "Bob", Started: true, Consent: health.Consent{
				State: health.ConsentDamaged, Error: "not JSON", File: "/state/bob.corrupt",
			}},
			{Slug: "carol", Name: "Carol", Started: true, Consent: health.Consent{
				State: health.ConsentDamaged, Error: "not JSON",
			}},
		},
	})
	want := []string{
		"Läuft. | ",
		"Keine Verbindung zum Broker; es wird nichts veröffentlicht (connection refused). | " +
			"Die Einstellung mqtt.url prüfen und ob der Broker läuft; `vitals2mqtt doctor` testet die Verbindung.",
		"Der Zustand lässt sich nicht speichern: it is full. | Free some space.",
		"Jede Messung ist gespeichert. | ",
		"Die Uhr dieses Rechners weicht um 50 h von der Withings API ab. | " +
			"Die Zeitsynchronisation einschalten (`timedatectl set-ntp true`).",
		"Angemeldet. | ",
		"Alice hat keinen Zugriff auf sleep (the consent does not include it). | Neu anmelden und alle Berechtigungen " +
			"erlauben, oder diese Sensoren aus `measurements` entfernen; `vitals2mqtt status alice` nennt sie.",
		"Benachrichtigungen kommen an. | ",
		"Die Token-Datei von Bob ist unbrauchbar: not JSON. Sie liegt jetzt unter /state/bob.corrupt. | " +
			"Auf dieser Seite anmelden oder `vitals2mqtt login bob` ausführen.",
		"Die Token-Datei von Carol ist unbrauchbar: not JSON. | " +
			"Auf dieser Seite anmelden oder `vitals2mqtt login carol` ausführen.",
	}
	var got []string
	for _, s := range verdict.Subjects {
		text, remedy := frame{Language: display.German}.verdict(s)
		got = append(got, text+" | "+remedy)
		if english, own := (frame{Language: display.English}).verdict(s); english != s.Text || own != s.Remedy {
			t.Errorf("in English: %q, %q, want %q, %q", english, own, s.Text, s.Remedy)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
