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
	for _, kg := range []string{"93.2", "94.8"} { // the demo's own weigh-ins differ
		weigh(t, "Bob", kg)
		clitest.Must(t, page.Wait("window.stayed && document.querySelector('[data-profile=bob]').innerText.includes('"+kg+"')"))
	}
	if !ask[bool](t, page, "document.querySelector('[data-profile=bob] details').open") {
		t.Error("the group that was open has been folded")
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
