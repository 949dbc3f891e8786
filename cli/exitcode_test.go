package cli_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/cli"
)

// writeMinimalConfig writes a configuration for a cloud that is not there and a broker, and returns
// its path.
func writeMinimalConfig(t *testing.T, secret, brokerURL string) string {
	t.Helper()
	folder := t.TempDir()
	path := filepath.Join(folder, "config.yaml")
	text := fmt.Sprintf(`withings:
  client_id: %q
  client_secret: %q
  api_url: %q
  account_url: %q
  profiles: [Alice, Bob]
mqtt: {url: %q}
web: {listen: "127.0.0.1:9"}
state_dir: %q
`, "id", secret, unreachableURL, unreachableURL, brokerURL, filepath.Join(folder, "state"))
	return writeFile(t, path, text)
}

const unreachableURL = "http://127.0.0.1:9" // the discard port: nobody answers

func TestUsage(t *testing.T) {
	t.Parallel()
	run(t, "version").expect(t, 0, "vitals2mqtt 1.2.3")
	run(t, "--help").expect(t, 0, "demo", "login", "Exit", "healthcheck")
	run(t, "frobnicate").expect(t, 2, "frobnicate", "--help")
	run(t, "login").expect(t, 2, "profile")
	run(t, "demo", "--speed", "0").expect(t, 2, "--speed")
	run(t, "sensors", "--format", "xml").expect(t, 2, "markdown")
}

func TestConfigurationMistakes(t *testing.T) {
	t.Parallel()
	runWith(t, withEnviron("V2M_CONFIG="+filepath.Join(t.TempDir(), "none.yaml")), "check").expect(t, 3, "none.yaml")
	path := filepath.Join(t.TempDir(), "config.yaml")
	text := "withings:\n  client_id: x\n  client_secret: s3cret\n  profiles: [Alice, alice]\n  measurements: [weight_kgs]\nmqqt: {}\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got := run(t, "--config", path, "check")
	got.expect(t, 3, "config.yaml:4:", "config.yaml:5:", "did you mean weight_kg?", "config.yaml:6:", "mqtt")
	if strings.Contains(got.stderr, "s3cret") {
		t.Error("a secret is in the message")
	}
	run(t, "--config", path, "run").expect(t, 3)
}

func TestCheckShowsNoSecret(t *testing.T) {
	t.Parallel()
	got := run(t, "--config", writeMinimalConfig(t, "s3cret", "mqtt://127.0.0.1:9"), "check", "--show")
	got.expect(t, 0, "client_id", "•••")
	if strings.Contains(got.stdout+got.stderr, "s3cret") {
		t.Error("the secret is printed")
	}
}

func TestEnvironmentAlone(t *testing.T) {
	t.Parallel()
	environ := []string{
		"V2M_WITHINGS_CLIENT_ID=id", "V2M_WITHINGS_CLIENT_SECRET=secret", "V2M_WITHINGS_PROFILES=Alice,Bob", "V2M_STATE_DIR=" + t.TempDir(),
	}
	runWith(t, withEnviron(environ...), "profiles").expect(t, 0, "Alice", "vitals2mqtt/bob", "vitals2mqtt login alice")
}

func TestInit(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.yaml")
	run(t, "--config", path, "init", "--no-find").expect(t, 0, "vitals2mqtt doctor")
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	run(t, "--config", path, "init").expect(t, 1, "already exists")
	run(t, "--config", path, "check").expect(t, 3, "client_id", "client_secret", "developer portal")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	filled := strings.NewReplacer(`client_id: ""`, "client_id: abc", `client_secret: ""`, "client_secret: def").Replace(string(text))
	if err := os.WriteFile(path, []byte(filled), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, "--config", path, "check").expect(t, 0, "1 profiles")
}

func TestProfileCommandsWithoutCloud(t *testing.T) {
	t.Parallel()
	path := writeMinimalConfig(t, "secret", "mqtt://127.0.0.1:9")
	run(t, "--config", path, "login", "Carol").expect(t, 2, `unknown profile "Carol"`, "Alice, Bob")
	run(t, "--config", path, "login", "Alice", "--paste").expect(t, 1, "30 seconds", "no address pasted")
	runWith(t, withStdin("hello\n"), "--config", path, "login", "Alice", "--paste").expect(t, 1, "copy the whole address")
	runWith(t, withStdin("http://x/?error=access_denied&state=s\n"), "--config", path, "login", "Alice", "--paste").expect(t, 1, "denied")
	runWith(t, withStdin("http://x/?code=c&state=s\n"), "--config", path, "login", "Alice", "--paste").expect(t, 1, "start again")
	run(t, "--config", path, "logout", "Alice").expect(t, 0, "not signed in")
	run(t, "--config", path, "healthcheck").expect(t, 1, "does not respond")
}

func TestOnceReportsMissingSignIn(t *testing.T) {
	t.Parallel()
	path := writeMinimalConfig(t, "secret", "mqtt://127.0.0.1:9")
	runWith(t, func(p *cli.Program) { p.Timing.Delivery = 100 * time.Millisecond }, "--config", path, "once", "alice").expect(t, 4, "sign-in needed")
	run(t, "--config", path, "once", "carol").expect(t, 2, "unknown profile")
	run(t, "--config", writeMinimalConfig(t, "s", "embedded"), "once").expect(t, 2, "external broker")
}

func TestCheckLiveReportsAllFailures(t *testing.T) {
	t.Parallel()
	path := writeMinimalConfig(t, "secret", "mqtt://127.0.0.1:9")
	run(t, "--config", path, "check", "--live").expect(t, 4, "ok    state directory", "FAIL  Withings API", "FAIL  sign-in of Alice",
		"FAIL  sign-in of Bob", "FAIL  broker")
}

func TestDiscoveryNeedsNoBroker(t *testing.T) {
	t.Parallel()
	path := writeMinimalConfig(t, "secret", "mqtt://127.0.0.1:9")
	got := run(t, "--config", path, "discovery", "--all", "alice")
	got.expect(t, 0, "no daemon has run yet")
	lines := strings.Split(strings.TrimSpace(got.stdout), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d documents, want the bridge's and Alice's", len(lines))
	}
	for _, line := range lines {
		topic, document, _ := strings.Cut(line, " ")
		if !strings.HasPrefix(topic, "homeassistant/device/vitals2mqtt_") || !json.Valid([]byte(document)) {
			t.Errorf("%s", line)
		}
	}
	run(t, "--config", path, "discovery", "bob").expect(t, 0, "never signed in", "vitals2mqtt_bridge_")
}

func TestSensorsPageIsCurrent(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile("../docs/sensors.md")
	if err != nil {
		t.Fatal(err)
	}
	if got := run(t, "sensors", "--format", "markdown"); got.stdout != string(want) {
		t.Error("docs/sensors.md is not what `vitals2mqtt sensors --format markdown` prints")
	}
	var rows []map[string]any
	if err := json.Unmarshal([]byte(run(t, "sensors", "--format", "json").stdout), &rows); err != nil || len(rows) < 100 {
		t.Errorf("%d rows of JSON, %v", len(rows), err)
	}
	run(t, "sensors").expect(t, 0, "weight_kg", "getmeas 1")
	run(t, "sensors", "--format", "csv").expect(t, 0, "key,name,platform,device_class,unit,state_class")
}
