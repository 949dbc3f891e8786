// SPDX-License-Identifier: MIT

package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/web"
)

// assertFormsStay checks that the parts that live.js replaces are there, and
// that no form is in them.
func assertFormsStay(t *testing.T, body string, parts ...string) {
	t.Helper()
	for _, name := range parts {
		part := regexp.MustCompile(`(?s)<(section|div)[^>]* data-(profile|live)="` + name + `".*?</(section|div)>`).FindString(body)
		if part == "" || strings.Contains(part, "<form") {
			t.Errorf("%s has a form, or is not replaced: %q", name, part)
		}
	}
}

// clock: the page shows ages
func TestStatisticsAreRequested(t *testing.T) {
	t.Parallel()
	h := newPastHarness(t)
	body := h.body(t, "/history")
	token := formToken(t, body)
	for answer, mode := range map[string]string{"send": "entity", "count": "external"} {
		form := url.Values{"token": {token}, "profile": {"alice"}, "mode": {mode}, "answer": {answer}}
		if got := postForm(t, h.page, "/history/statistics", form); got.Code != http.StatusSeeOther {
			t.Errorf("%d %s", got.Code, got.Body)
		}
	}
	got := strings.Join(h.statistics.started, ", ")
	if got != "alice entity, alice external dry" && got != "alice external dry, alice entity" {
		t.Errorf("started %s", got)
	}
	h.statistics.state.Last = &web.StatisticsRun{At: time.Now().Add(-3 * time.Minute), Sent: 4999, Found: 4999, Present: 7, Skipped: 2}
	lacks(t, h.body(t, "/history"), "Alice: 4999 hours sent, 4999 read back, 7 were there already; 2 sensors skipped (3\u00a0min ago).")
	h.statistics.state.Last = &web.StatisticsRun{At: time.Now(), DryRun: true, Planned: 12}
	lacks(t, h.body(t, "/history"), "Alice: 12 hours would be sent")
	h.statistics.state.Last.Failure = "no answer"
	lacks(t, h.body(t, "/history"), "Alice: failed now. no answer")
	h.statistics.state.Running = true
	h.imports.shown = web.Import{ID: "the-id", Profile: "alice", Name: "weight.csv", State: web.ImportImporting}
	running := request(t, h.page, http.MethodGet, "/history")
	lacks(t, running.Body.String(), `<p class="wait" data-running>`, "<li data-running>", "/live.js")
	if running.Header().Get("Refresh") != "" {
		t.Error("the page loads again, and what has been filled in is lost")
	}
	assertFormsStay(t, running.Body.String(), "alice", "imports", "statistics")

	without := newHarness().handler(t, func(o *web.Options) { o.Past = &h.past })
	lacks(t, request(t, without, http.MethodGet, "/history").Body.String(), "Set homeassistant.url and homeassistant.token")
	if got := postForm(t, without, "/history/statistics", nil); got.Code != http.StatusNotFound {
		t.Errorf("without configuration: %d", got.Code)
	}
}
