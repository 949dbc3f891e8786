// SPDX-License-Identifier: MIT

package addon_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"vitals2mqtt/addon"
	"vitals2mqtt/config"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/sensors"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// mosquittoReply is the response about the usual broker.
const mosquittoReply = `{"result":"ok","data":{"host":"core-mosquitto","port":1883,"ssl":false,"protocol":"3.1.1",` +
	`"username":"addons","password":"hunter2","addon":"core_mosquitto"}}`

// exampleOptions are the options of a user.
const exampleOptions = `{"client_id":"id","client_secret":"s3cret","base_url":"https://vitals.example.org",
	"profiles":["Alice"," Bob ",""],"web_password":"correct horse","measurements":[],"units":"uk","log_level":"debug",
	"mqtt_url":null,"from_another_version":[1]}`

// fakeSupervisor serves one response on loopback.
func fakeSupervisor(t *testing.T, status int, body string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/services/mqtt" || r.Header.Get("Authorization") != "Bearer token" {
			t.Errorf("requested %s with %q", r.URL, r.Header.Get("Authorization"))
		}
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func testLayout(t *testing.T, supervisor, options string) addon.Layout {
	t.Helper()
	folder := t.TempDir()
	p := addon.Layout{
		OptionsFile: filepath.Join(folder, "options.json"), ConfigFile: filepath.Join(folder, "config.yaml"),
		StateDir: filepath.Join(folder, "state"), SupervisorURL: supervisor,
	}
	if options != "" {
		write(t, p.OptionsFile, options)
	}
	return p
}

func TestOptionsProduceConfiguration(t *testing.T) {
	t.Parallel()
	p := testLayout(t, fakeSupervisor(t, http.StatusOK, mosquittoReply), exampleOptions)
	given := []string{"PATH=/bin", "SUPERVISOR_TOKEN=token", "V2M_LOG_LEVEL=trace", "V2M_WITHINGS_UNITS="}
	environ, err := p.Environ(t.Context(), given, addon.LookupBroker)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"PATH=/bin", "SUPERVISOR_TOKEN=token", "V2M_LOG_LEVEL=trace",
		"V2M_WITHINGS_CLIENT_ID=id", "V2M_WITHINGS_CLIENT_SECRET=s3cret", "V2M_WITHINGS_BASE_URL=https://vitals.example.org",
		"V2M_WITHINGS_PROFILES=Alice,Bob", "V2M_WEB_PASSWORD=correct horse", "V2M_WITHINGS_UNITS=uk",
		"V2M_STATE_DIR=" + p.StateDir, "V2M_WEB_LISTEN=0.0.0.0:8099",
		"V2M_WEB_INGRESS_LISTEN=0.0.0.0:8098", "V2M_LOG_FORMAT=console",
		"V2M_HOMEASSISTANT_URL=" + p.SupervisorURL + "/core", "V2M_HOMEASSISTANT_TOKEN=token",
		"V2M_MQTT_URL=mqtt://core-mosquitto:1883", "V2M_MQTT_USERNAME=addons", "V2M_MQTT_PASSWORD=hunter2",
	}
	if diff := cmp.Diff(want, environ); diff != "" {
		t.Error(diff)
	}
	c, warnings, err := config.Load("", environ, config.Vocabulary{Keys: sensors.Keys(), Nearest: sensors.Nearest})
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	if c.MQTT.URL != "mqtt://core-mosquitto:1883" || c.MQTT.Password.Reveal() != "hunter2" ||
		len(c.Withings.Profiles) != 2 || c.Web.IngressListen != "0.0.0.0:8098" ||
		c.Web.Auth != config.AuthPassword || c.StateDir != p.StateDir {
		t.Errorf("%+v", c)
	}
}

func TestEveryOptionMapsToAKnownVariable(t *testing.T) {
	t.Parallel()
	var environ []string
	for _, option := range addon.Options() {
		environ = append(environ, option.Variable+"=")
	}
	_, warnings, _ := config.Load("", fillValues(environ), config.Vocabulary{
		Keys: sensors.Keys(), Nearest: sensors.Nearest,
	})
	for _, warning := range warnings {
		t.Error(warning) // the configuration warns about variables that it does not know
	}
	if names := addon.OptionNames(); len(names) != len(addon.Options()) {
		t.Errorf("an option is there twice: %v", names)
	}
}

// fillValues gives every variable some value.
func fillValues(environ []string) []string {
	out := slices.Clone(environ)
	for i := range out {
		out[i] += "x"
	}
	return out
}

func TestSupervisorIsNotQueriedWhenNotNeeded(t *testing.T) {
	t.Parallel()
	own := `{"mqtt_url":"mqtts://homeserver.lan:8883","mqtt_username":"me"}`
	for name, row := range map[string]struct {
		environ []string
		options string
		file    bool
		want    string // of the broker
	}{
		"no add-on":      {[]string{"A=b"}, exampleOptions, false, ""},
		"no options":     {[]string{"SUPERVISOR_TOKEN=token"}, "", false, ""},
		"another broker": {[]string{"SUPERVISOR_TOKEN=token"}, own, false, "mqtts://homeserver.lan:8883"},
		"one in the environment": {
			[]string{"SUPERVISOR_TOKEN=token", "V2M_MQTT_URL=embedded"}, exampleOptions, false, "embedded",
		},
		"a configuration file": {[]string{"SUPERVISOR_TOKEN=token"}, exampleOptions, true, ""},
		"no lookup":            {[]string{"SUPERVISOR_TOKEN=token"}, exampleOptions, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, lookup := testLayout(t, "http://127.0.0.1:1", row.options), addon.LookupFunc(addon.LookupBroker)
			if name == "no lookup" {
				lookup = nil
			}
			if row.file {
				write(t, p.ConfigFile, "mqtt: {url: embedded}")
			}
			environ, err := p.Environ(t.Context(), row.environ, lookup)
			if err != nil {
				t.Fatal(err)
			}
			if got := lookupEnv(environ, "V2M_MQTT_URL"); got != row.want {
				t.Errorf("the broker is %q, want %q", got, row.want)
			}
			if got := lookupEnv(environ, "V2M_CONFIG"); (got == p.ConfigFile) != row.file {
				t.Errorf("the file is %q", got)
			}
		})
	}
}

func TestInvalidOptions(t *testing.T) {
	t.Parallel()
	for options, want := range map[string]string{
		`{"client_secret":"hunter2"`:                    "not a JSON object",
		`["hunter2"]`:                                   "not a JSON object",
		`{"client_secret":["hunter2"]}`:                 "client_secret: must be one value",
		`{"client_secret":{"a":"hunter2"}}`:             "client_secret: must be text",
		`{"profiles":["hunter2, x"]}`:                   "profiles: must not contain a comma",
		`{"profiles":[{"name":"hunter2"}]}`:             "profiles: must be a list of strings",
		`{"profiles":[7],"units":7,"log_level":"info"}`: "profiles: must be a list of strings\nunits: must be text",
	} {
		_, err := addon.EnvFromOptions([]byte(options))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v, want %q", options, err, want)
		}
		_, err = testLayout(t, "", options).Environ(t.Context(), []string{"SUPERVISOR_TOKEN=token"}, addon.LookupBroker)
		if err == nil {
			t.Errorf("%s was accepted", options)
		}
	}
	unreadable := testLayout(t, "", "")
	if err := os.Mkdir(unreadable.OptionsFile, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := unreadable.Environ(t.Context(), []string{"SUPERVISOR_TOKEN=token"}, addon.LookupBroker); err == nil {
		t.Error("a directory was accepted as options")
	}
}

func TestSupervisorReplies(t *testing.T) {
	t.Parallel()
	const signedIn = " V2M_MQTT_USERNAME=addons V2M_MQTT_PASSWORD=hunter2"
	secure := strings.Replace(mosquittoReply, `"ssl":false`, `"ssl":true`, 1)
	for name, row := range map[string]struct {
		status int
		body   string
		want   string // of the variables, or of the error
		none   bool
	}{
		"default":      {200, mosquittoReply, "V2M_MQTT_URL=mqtt://core-mosquitto:1883" + signedIn, false},
		"encrypted":    {200, secure, "V2M_MQTT_URL=mqtts://core-mosquitto:1883" + signedIn, false},
		"IPv6, open":   {200, `{"result":"ok","data":{"host":"::1","port":1}}`, "V2M_MQTT_URL=mqtt://[::1]:1", false},
		"not there":    {400, `{"result":"error","message":"Service not enabled"}`, "Mosquitto", true},
		"not there 2":  {200, `{"result":"error","message":"Service not enabled"}`, "Mosquitto", true},
		"empty":        {200, `{"result":"ok","data":{}}`, "Mosquitto", true},
		"denied":       {403, `{"result":"error"}`, "denied access", false},
		"broken":       {502, `hunter2`, "not available: HTTP 502", false},
		"elsewhere":    {302, ``, "unexpected Supervisor response: HTTP 302", false},
		"no JSON":      {200, `<html>hunter2`, "invalid Supervisor response", false},
		"invalid port": {200, `{"result":"ok","data":{"host":"h","port":70000}}`, "invalid broker port 70000", false},
		"oversized": {
			200, `{"data":{"host":"` + strings.Repeat("h", 1<<20) + `"}}`, "invalid Supervisor response", false,
		},
		"port in words": {200, `{"result":"ok","data":{"host":"h","port":"hunter2"}}`, "invalid Supervisor response", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			broker, err := addon.LookupBroker(t.Context(), fakeSupervisor(t, row.status, row.body), secret.New("token"))
			got := strings.Join(broker.Env(), " ")
			if err != nil {
				got = err.Error()
				if strings.Contains(got, "hunter2") {
					t.Errorf("the error shows a password: %s", got)
				}
			}
			if !strings.Contains(got, row.want) || errors.Is(err, addon.ErrNoBroker) != row.none {
				t.Errorf("%s, want %s", got, row.want)
			}
		})
	}
}

func TestSupervisorUnreachable(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := addon.LookupBroker(ctx, "http://127.0.0.1:1", secret.New("token")); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	_, err := addon.LookupBroker(t.Context(), "http://bad host", secret.New("token"))
	if err == nil || strings.Contains(err.Error(), "token") {
		t.Error(err)
	}
}

func FuzzVariables(f *testing.F) {
	f.Add([]byte(exampleOptions))
	f.Add([]byte(`{"profiles":[[]]}`))
	f.Fuzz(func(t *testing.T, options []byte) {
		settings, _ := addon.EnvFromOptions(options)
		for _, setting := range settings {
			if name, text, ok := strings.Cut(setting, "="); !ok || text == "" || !strings.HasPrefix(name, "V2M_") {
				t.Errorf("%q is no setting", setting)
			}
		}
	})
}

func lookupEnv(environ []string, name string) string {
	for _, entry := range environ {
		if text, ok := strings.CutPrefix(entry, name+"="); ok {
			return text
		}
	}
	return ""
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
