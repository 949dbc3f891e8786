// SPDX-License-Identifier: MIT

package daemon_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"vitals2mqtt/cli/clitest"
)

// The page handles the callback under the name of a proxy, and warns beforehand
// that it may not be reached.
func TestDaemonFinishesSignInAtCallback(t *testing.T) {
	t.Parallel()
	const callback = "https://vitals.example.org/signed/in"
	ctx, o, folder, address := t.Context(), clitest.Start(t, callback), t.TempDir(), clitest.FreeAddress(t)
	path := o.Configure(t, folder, "[Alice]", "[weight_kg]", "  callback_url: "+callback,
		"web: {listen: "+address+", password: page}")
	clitest.StartProgram(t, "--config", path, "run")
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/status", "offline"))
	ask := func(target string) *http.Request {
		request := clitest.Get(t, target)
		request.SetBasicAuth("any", "page")
		return request
	}
	paste, err := clitest.RedirectOf(ask("http://" + address + "/login/alice"))
	if err != nil || !strings.HasSuffix(paste, "/profiles/alice/sign-in") {
		t.Errorf("the sign-in leads to %q, %v", paste, err)
	}
	link, err := clitest.RedirectOf(ask("http://" + address + "/login/alice?continue=1"))
	clitest.Must(t, err)
	landed, err := clitest.Consent(ctx, link, "Alice", "allow")
	clitest.Must(t, err)
	back, err := url.Parse(landed)
	clitest.Must(t, err)
	if !strings.HasPrefix(landed, callback+"?") {
		t.Errorf("the browser is sent to %s", landed)
	}
	back.Scheme, back.Host = "http", address // as the proxy of that name does
	if _, err := clitest.RedirectOf(clitest.Get(t, back.String())); err == nil ||
		!strings.Contains(err.Error(), "200 OK") {
		t.Errorf("the callback page says %v", err)
	}
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/status", "online"))
}
