// SPDX-License-Identifier: MIT

package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/health"
	"vitals2mqtt/web"
)

func TestHealthViewShowsEverySubject(t *testing.T) {
	t.Parallel()
	h := newHarness()
	lost := time.Date(2026, 2, 28, 22, 15, 0, 0, time.UTC)
	h.overview.Verdict = verdictWith(health.Broker{Error: "connection refused", Since: lost})
	h.overview.RequestsHour, h.overview.RequestsBusiest = 240, 31
	h.overview.Profiles[0].Push = &web.Push{Problem: "nobody knows", MissedSince: 2}
	h.overview.Profiles[0].Endpoints[0].LastError = "timeout"
	h.overview.Profiles[0].Endpoints[0].EveryPollUntil = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	page := h.handler(t, nil)
	for language, wants := range map[string][]string{
		"en": {
			"<h1>Health</h1>", "2 findings.", `<span class="subject">Broker</span>`, `<span class="bad">Failed</span>`,
			"Not connected to the broker; nothing is published (connection refused).", "<code>vitals2mqtt doctor</code>",
			"Since 28 Feb 2026 22:15.", "Bob is not signed in; no measurements arrive.", `<span class="good">Fine</span>`,
			"7 of 120", "240 of 7200", "Busiest minute of the last hour: 31.", "mqtt://broker.test:1883",
			`href="/profiles/bob/sign-in"`, `href="/profiles/alice/sign-in"`, `href="/api/overview"`, "vitals2mqtt 1.2.3",
			"Last notification: never. 2 measurements have arrived by polling alone since.",
			"so every poll fetches it until 2 Mar 2026 08:00.",
			"<td>timeout</td>", `href="/health" aria-current="page"`,
		},
		"de": {
			"<h1>Zustand</h1>", "2 Befunde.", `<span class="bad">Gestört</span>`, "Seit 28 Feb 2026 22:15.",
			"Keine Verbindung zum Broker; es wird nichts veröffentlicht (connection refused).", "7 von 120",
			"holt sie deshalb jeder Abruf.",
			"Bob ist nicht angemeldet; es kommen keine Messungen an.",
		},
	} {
		body := request(t, page, http.MethodGet, "/health", "Accept-Language", language).Body.String()
		for _, want := range wants {
			if language == "de" { // the months are translated elsewhere
				want = strings.ReplaceAll(want, "28 Feb 2026 ", "")
				want = strings.TrimPrefix(want, "Seit ")
			}
			if !strings.Contains(body, want) {
				t.Errorf("in %s, the view lacks %q", language, want)
			}
		}
		if strings.Contains(body, ">health.") {
			t.Errorf("in %s, a text is missing:\n%s", language, body)
		}
	}
}

func TestHealthViewRefreshesOneProfile(t *testing.T) {
	t.Parallel()
	h := newHarness()
	page := h.handler(t, nil)
	token := formToken(t, request(t, page, http.MethodGet, "/health").Body.String())
	form := url.Values{"token": {token}, "profile": {"alice"}, "back": {"health"}}
	answer := postForm(t, page, "/api/refresh", form, "Accept", "text/html", "Origin", "https://vitals.example")
	if answer.Code != http.StatusSeeOther || answer.Header().Get("Location") != "/health" ||
		strings.Join(h.polls, ",") != "alice" {
		t.Errorf("%d to %q, polled %v", answer.Code, answer.Header().Get("Location"), h.polls)
	}
}
