// SPDX-License-Identifier: MIT

//go:build e2e

package browser_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/e2e/browser"
)

// Nobody touches the page: it is told that there is something new.
func TestWeighInArrivesOnTheOpenPage(t *testing.T) {
	t.Parallel()
	page := visit(t, browser.Phone(), shared.demo)
	clitest.Must(t, page.Wait("document.querySelector('section[data-profile=bob]')"))
	clitest.Must(t, page.Do(
		chromedp.Evaluate[chromedp.Void]("window.stayed = true"),
		chromedp.Click(chromedp.CSS("[data-profile=bob] summary")),
	))
	const focusRow = `(() => {
		const card = document.querySelector("[data-profile=bob] .card").getAttribute("href");
		const row = document.querySelector('[data-profile=bob] .row[href="' + card + '"]');
		row.closest("details").open = true;
		row.focus();
		return document.activeElement === row;
	})()`
	if !ask[bool](t, page, focusRow) {
		t.Fatal("no row leads where a card leads")
	}
	for _, kg := range []string{"93.2", "94.8"} {
		weigh(t, "Bob", kg)
		clitest.Must(t, page.Wait("window.stayed && document.querySelector('[data-profile=bob]').innerText.includes('"+kg+"')"))
	}
	if !ask[bool](t, page, "document.querySelector('[data-profile=bob] details').open") {
		t.Error("the group that was open has been folded")
	}
	if focus := ask[string](t, page, "document.activeElement.className"); focus != "row" {
		t.Errorf("the focus has moved from the row to %q", focus)
	}
	none(t, "finding", page.Findings())
}

// What somebody is filling in stays, while what is above it changes.
func TestFormsStayOnTheOpenPage(t *testing.T) {
	t.Parallel()
	page := visit(t, browser.Desk(), shared.demo+"/history")
	const records = "document.querySelector('[data-profile=alice] .kinds strong').textContent"
	before := ask[string](t, page, records)
	clitest.Must(t, page.Do(
		chromedp.Evaluate[chromedp.Void]("document.getElementById('from').value = '2026-01-02'"),
		chromedp.SendKeys(chromedp.CSS("#zone"), "Europe/Par"),
	))
	weigh(t, "Alice", "69.3") // Bob's weight is another test's
	clitest.Must(t, page.Wait(records+" !== '"+before+"'"))
	const filled = "document.activeElement.value + ' ' + document.getElementById('from').value"
	if got := ask[string](t, page, filled); got != "Europe/Par 2026-01-02" {
		t.Errorf("the form has %q", got)
	}
	none(t, "finding", page.Findings())
}

// weigh makes somebody step on the scale.
func weigh(t *testing.T, person, kg string) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"person": person, "kg": kg})
	clitest.Must(t, err)
	address := shared.programs.Cloud() + "/control/weigh"
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, bytes.NewReader(body))
	clitest.Must(t, err)
	reply, err := clitest.Browser().Do(request)
	clitest.Must(t, err)
	if reply.StatusCode != http.StatusOK {
		t.Fatalf("the scale answers %s", reply.Status)
	}
	clitest.Must(t, reply.Body.Close())
}
