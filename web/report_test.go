// SPDX-License-Identifier: MIT

package web_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"vitals2mqtt/history"
)

func TestReportPage(t *testing.T) {
	t.Parallel()
	h := &fakeHistory{records: []history.Stored{measured(inBerlin(t, 27, 7, 30), 130, 84, 62)}}
	status, body, _ := showPast(t, h, "/report/alice?from=2026-11-01&to=2026-11-28")
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	wantWords(t, body, "Measurements of Alice", "1 Nov 2026 to 28 Nov 2026", "Morning 130/84", "Nothing leaves the machine.")
	for _, want := range []string{
		`name="from" value="2026-11-01"`, `name="to" value="2026-11-28"`, `href="/report/alice?from=90d"`,
		`href="/report.css"`, `<article class="report"`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Count(body, "<h1") != 1 || strings.Contains(body, "<style") || strings.Contains(body, ` style="`) {
		t.Error("the page has several headings, or a style that the policy refuses")
	}
	_, body, _ = showPast(t, h, "/report/alice")
	if !strings.Contains(body, `?from=90d" aria-current="true"`) {
		t.Error("90 days are not the usual period")
	}
}

func TestReportPageWithoutReadings(t *testing.T) {
	t.Parallel()
	status, body, _ := showPast(t, &fakeHistory{}, "/report/bob")
	if status != http.StatusOK {
		t.Errorf("%d", status)
	}
	wantWords(t, body, "No readings.")
	status, body, _ = showPast(t, &fakeHistory{}, "/report/alice?from=2026&to=2025", "Accept-Language", "de")
	if status != http.StatusBadRequest {
		t.Errorf("%d", status)
	}
	wantWords(t, body, "Der erste Tag muss vor dem letzten liegen.")
	status, _, logged := showPast(t, &fakeHistory{err: errors.New("disk on fire")}, "/report/alice")
	if status != http.StatusServiceUnavailable || !strings.Contains(logged, "disk on fire") {
		t.Errorf("%d, logged %s", status, logged)
	}
}

func TestReportStyleIsServed(t *testing.T) {
	t.Parallel()
	answer := request(t, newHarness().handler(t, nil), http.MethodGet, "/report.css")
	if answer.Code != http.StatusOK || !strings.Contains(answer.Body.String(), "@page") ||
		answer.Header().Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("%d %s", answer.Code, answer.Header())
	}
}
