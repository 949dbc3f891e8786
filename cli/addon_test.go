package cli_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"vitals2mqtt/addon"
	"vitals2mqtt/cli"
)

// TestAddOnNeedsNoFile has the options and the Supervisor make up the whole
// configuration.
func TestAddOnNeedsNoFile(t *testing.T) {
	t.Parallel()
	const known = `{"result":"ok","data":{"host":"core-mosquitto","port":1883,"username":"addons","password":"hunter2"}}`
	for name, row := range map[string]struct {
		status int
		reply  string
		code   int
		want   []string
	}{
		"a broker": {http.StatusOK, known, 0, []string{
			"the environment, 2 profiles", "url: mqtt://core-mosquitto:1883", "listen: 0.0.0.0:8099",
		}},
		"no broker": {http.StatusBadRequest, `{"result":"error"}`, 3, []string{"install and start the Mosquitto broker add-on"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			supervisor := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(row.status)
				_, _ = w.Write([]byte(row.reply))
			}))
			t.Cleanup(supervisor.Close)
			folder := t.TempDir()
			options, err := json.Marshal(map[string]any{
				"client_id": "id", "client_secret": "s3cret", "profiles": []string{"Alice", "Bob"}, "web_password": "correct horse",
			})
			must(t, err)
			place := addon.Place{
				Options: filepath.Join(folder, "options.json"), State: filepath.Join(folder, "state"), Supervisor: supervisor.URL,
			}
			write(t, place.Options, string(options))
			var out bytes.Buffer
			program := cli.Program{
				Stdin: &out, Stdout: &out, Stderr: &out, AddOn: place,
				Environ: []string{"SUPERVISOR_TOKEN=token", "V2M_CONFIG="},
			}
			if code := program.Run([]string{"check", "--show"}); code != row.code {
				t.Errorf("exit code %d, want %d", code, row.code)
			}
			for _, want := range row.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("%q is missing in\n%s", want, &out)
				}
			}
			if strings.Contains(out.String(), "hunter2") || strings.Contains(out.String(), "s3cret") {
				t.Errorf("a secret is shown:\n%s", &out)
			}
		})
	}
}
