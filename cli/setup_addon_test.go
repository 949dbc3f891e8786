// SPDX-License-Identifier: MIT

package cli_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"vitals2mqtt/addon"
	"vitals2mqtt/cli"
	"vitals2mqtt/cli/clitest"
)

// TestAddOnIsSetUpInThePage: through ingress, without a terminal, with the
// broker of Home Assistant; mistakes of the file that exists are on the page.
func TestAddOnIsSetUpInThePage(t *testing.T) {
	t.Parallel()
	const mistake = "withings: {client_id: 1, polling: daily}\n"
	for name, former := range map[string]string{"no file": "", "a file with mistakes": mistake} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := clitest.Start(t)
			folder := t.TempDir()
			supervisor := httptest.NewServer(http.NotFoundHandler())
			t.Cleanup(supervisor.Close)
			layout := addon.Layout{
				OptionsFile:   clitest.WriteFile(t, filepath.Join(folder, "options.json"), "{}"),
				ConfigFile:    filepath.Join(folder, "config.yaml"),
				StateDir:      filepath.Join(folder, "state"),
				SupervisorURL: supervisor.URL,
			}
			if former != "" {
				clitest.WriteFile(t, layout.ConfigFile, former)
			}
			ingress := clitest.FreeAddress(t)
			p := clitest.StartProgramWith(t, func(p *cli.Program) {
				inAddOn(layout, "V2M_WEB_LISTEN="+clitest.FreeAddress(t),
					"V2M_WEB_INGRESS_LISTEN="+ingress, "V2M_WEB_INGRESS_FROM=127.0.0.0/8",
					"V2M_WITHINGS_API_URL="+o.CloudURL, "V2M_WITHINGS_ACCOUNT_URL="+o.CloudURL,
					"V2M_WITHINGS_REQUESTS_PER_MINUTE=6000")(p)
				p.Example = []byte(clitest.ReadFile(t, "../config.example.yaml"))
			}, "run")
			_, err := p.Stdout.WaitForLine(t.Context(), "in a browser")
			clitest.Must(t, err)
			s := &setupRun{
				Process: p, t: t, harness: o, address: "http://" + ingress, path: layout.ConfigFile,
				client: clitest.Browser(), prefix: "/api/hassio_ingress/abc",
			}
			_, _, page := s.visit(http.MethodGet, "/setup/application", nil)
			if shown := strings.Contains(page, "The configuration that exists cannot be used"); shown != (former != "") ||
				shown && !strings.Contains(page, "client_secret") {
				t.Error(page)
			}
			if !strings.Contains(page, `action="/api/hassio_ingress/abc/setup/application"`) {
				t.Errorf("the form leads elsewhere: %s", page)
			}
			s.answerAll()
			_, _, summary := s.visit(http.MethodGet, "/setup/summary", nil)
			fields := []string{}
			if former != "" {
				fields = append(fields, "replace", "1")
			}
			if status, _, body := s.post("summary", summary, fields...); status != http.StatusOK {
				t.Fatalf("%d %s", status, body)
			}
			clitest.Must(t, o.WaitRetained(t.Context(), "vitals2mqtt/bridge/state", "online"))
			s.signIn("Alice")
			clitest.Must(t, o.WaitRetained(t.Context(), "vitals2mqtt/alice/weight_kg", ""))
		})
	}
}
