// SPDX-License-Identifier: MIT

package cli_test

import (
	"strings"
	"testing"

	"vitals2mqtt/cli/clitest"
)

// Consent and exchange use the registered callback verbatim; the page's address
// does not matter.
func TestPasteAcceptsAnyRegisteredCallback(t *testing.T) {
	t.Parallel()
	for _, callback := range []string{
		"https://example.org/", "https://example.org", "https://example.org/a%2Fb/?from=portal",
		"http://homeserver.lan:8099/oauth/callback/",
	} {
		o, folder := clitest.Start(t, callback), t.TempDir()
		path := o.Configure(t, folder, "[Alice]", "[weight_kg]", "  base_url: https://vitals.example.org",
			"  callback_url: "+callback)
		login := clitest.StartProgram(t, "--config", path, "login", "alice", "--paste")
		code, err := clitest.LoginByPaste(t.Context(), login, "Alice", "allow")
		if err != nil || code != 0 || !strings.Contains(login.Stdout.String(), "The browser then goes to "+callback) {
			t.Errorf("%s: %d, %v\n%s%s", callback, code, err, login.Stdout, login.Stderr)
		}
	}
}
