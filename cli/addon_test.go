// SPDX-License-Identifier: MIT

package cli_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/addon"
	"vitals2mqtt/cli"
	"vitals2mqtt/cli/clitest"
)

// The options and the Supervisor make up the whole configuration.
func TestAddOnNeedsNoFile(t *testing.T) {
	t.Parallel()
	const known = `{"result":"ok","data":` +
		`{"host":"core-mosquitto","port":1883,"username":"addons","password":"hunter2"}}`
	for name, row := range map[string]struct {
		status int
		reply  string
		code   int
		want   []string
	}{
		"a broker": {http.StatusOK, known, 0, []string{
			"the environment, 2 profiles", "url: mqtt://core-mosquitto:1883", "listen: 0.0.0.0:8099",
		}},
		"no broker": {
			http.StatusBadRequest, `{"result":"error"}`, 3,
			[]string{"install and start the Mosquitto broker add-on"},
		},
		"no answer": {http.StatusBadGateway, "", 1, []string{"the Supervisor is not available", "502"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			supervisor := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(row.status)
				_, _ = w.Write([]byte(row.reply))
			}))
			t.Cleanup(supervisor.Close)
			got := clitest.RunWith(t, inAddOn(newAddOn(t, supervisor.URL), "V2M_CONFIG="), "check", "--show")
			got.Expect(t, row.code, row.want...)
			if out := got.Stdout + got.Stderr; strings.Contains(out, "hunter2") || strings.Contains(out, "s3cret") {
				t.Errorf("a secret is shown:\n%s", out)
			}
		})
	}
}

// inAddOn runs the program as an add-on.
func inAddOn(layout addon.Layout, environ ...string) func(*cli.Program) {
	return func(p *cli.Program) {
		p.AddOn, p.Environ = layout, slices.Concat(environ, []string{"SUPERVISOR_TOKEN=token"})
	}
}

// newAddOn is the layout of an add-on with its options and a Supervisor.
func newAddOn(t *testing.T, supervisor string) addon.Layout {
	t.Helper()
	folder := t.TempDir()
	options, err := json.Marshal(map[string]any{
		"client_id": "id", "client_secret": "s3cret", "profiles": []string{"Alice", "Bob"},
		"web_password": "correct horse",
	})
	clitest.Must(t, err)
	return addon.Layout{
		OptionsFile: clitest.WriteFile(t, filepath.Join(folder, "options.json"), string(options)),
		StateDir:    filepath.Join(folder, "state"), SupervisorURL: supervisor,
	}
}

// The daemon waits while the Supervisor is busy and while it knows no broker.
func TestAddOnWaitsForTheSupervisor(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		status int
		want   string
	}{
		"busy":          {http.StatusServiceUnavailable, "the Supervisor is not available"},
		"no broker yet": {http.StatusBadRequest, "Mosquitto broker add-on"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int32
			supervisor := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				asked.Add(1)
				w.WriteHeader(row.status)
			}))
			t.Cleanup(supervisor.Close)
			place := newAddOn(t, supervisor.URL)
			synctest.Test(t, func(t *testing.T) { // the third request comes after two seconds
				daemon := clitest.StartProgramWith(t, inAddOn(place), "run")
				line, err := daemon.Stderr.WaitForLine(t.Context(), "retrying in 1s")
				if err != nil || !strings.HasPrefix(line, "warning: ") || !strings.Contains(line, row.want) {
					t.Errorf("printed %q, %v", line, err)
				}
				_, err = daemon.Stderr.WaitForLine(t.Context(), "retrying in 2s")
				clitest.Must(t, err)
				daemon.Interrupts <- os.Interrupt
				daemon.ExpectExit(t, 0)
				if asked.Load() != 2 {
					t.Errorf("%d requests:\n%s", asked.Load(), daemon.Stderr)
				}
			})
		})
	}
}

// The daemon ends after two minutes, with a code that says whether a restart
// may help.
func TestAddOnTimesOutWithoutSupervisor(t *testing.T) {
	t.Parallel()
	none := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
	}))
	t.Cleanup(none.Close)
	for supervisor, want := range map[string]int{"http://127.0.0.1:1": 1, none.URL: 3} {
		place := newAddOn(t, supervisor)
		synctest.Test(t, func(t *testing.T) {
			begun := time.Now()
			clitest.RunWith(t, inAddOn(place), "run").Expect(t, want)
			if took := time.Since(begun); took < 100*time.Second || took > 2*time.Minute {
				t.Errorf("it ended after %s", took)
			}
		})
	}
}

// The container engine runs the health check every half minute: too often for
// the Supervisor.
func TestHealthcheckDoesNotAskSupervisor(t *testing.T) {
	t.Parallel()
	supervisor := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the Supervisor was queried")
	}))
	t.Cleanup(supervisor.Close)
	page := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})) // 200
	t.Cleanup(page.Close)
	listen := "V2M_WEB_LISTEN=" + page.Listener.Addr().String()
	got := clitest.RunWith(t, inAddOn(newAddOn(t, supervisor.URL), listen), "healthcheck")
	if got.Expect(t, 0); got.Stdout+got.Stderr != "ok\n" {
		t.Errorf("printed %q", got.Stdout+got.Stderr)
	}
}

// The Supervisor shows the updates of an add-on.
func TestAddOnAsksForNoReleases(t *testing.T) {
	t.Parallel()
	layout := newAddOn(t, "http://127.0.0.1:1")
	broker := "V2M_MQTT_URL=mqtt://127.0.0.1:1"
	const release = "V2M_RELEASE_CHECK_URL=https://code.example/latest"
	inside := clitest.RunWith(t, inAddOn(layout, broker, release), "discovery", "--all")
	if inside.Code != 0 || strings.Contains(inside.Stdout, `"platform":"update"`) {
		t.Errorf("inside: %d %s %s", inside.Code, inside.Stderr, inside.Stdout)
	}
	outside := clitest.RunWith(t, func(p *cli.Program) {
		p.Environ = []string{
			broker, release, "V2M_WITHINGS_CLIENT_ID=id", "V2M_WITHINGS_CLIENT_SECRET=s3cret",
			"V2M_WITHINGS_PROFILES=Alice", "V2M_CONFIG=", "V2M_STATE_DIR=" + t.TempDir(),
		}
	}, "discovery", "--all")
	if outside.Code != 0 || !strings.Contains(outside.Stdout, `"platform":"update"`) {
		t.Errorf("outside: %d %s %s", outside.Code, outside.Stderr, outside.Stdout)
	}
}
