// SPDX-License-Identifier: MIT

package cli_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vitals2mqtt/cli"
	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/config"
	"vitals2mqtt/find"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/sensors"
)

// runInit runs init with a broker that is found, and reads the file that it
// wrote.
func runInit(t *testing.T, found ...find.Broker) (text, printed string, c *config.Config) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	got := clitest.RunWith(t, func(p *cli.Program) {
		p.Stdin = strings.NewReader("not read\n")
		p.Environ = []string{"V2M_STATE_DIR=" + t.TempDir()} // otherwise it depends on the user
		p.BrokerFinders = []find.Finder{func(context.Context) []find.Broker { return found }}
	}, "--config", path, "init")
	got.Expect(t, 0)
	written := clitest.ReadFile(t, path)
	env := []string{"V2M_WITHINGS_CLIENT_ID=id", "V2M_WITHINGS_CLIENT_SECRET=secret"}
	c, _, err := config.Parse(path, []byte(written), env, config.Vocabulary{Keys: sensors.Keys()})
	clitest.Must(t, err)
	return written, got.Stdout + got.Stderr, c
}

func TestInitWritesTheBrokerThatIsFound(t *testing.T) {
	t.Parallel()
	const password = `p$"{A}\ ü#: 'x`
	_, printed, c := runInit(t, find.Broker{
		URL:      "mqtts://core-mosquitto:8883",
		Username: "addons",
		Password: secret.New(password),
		Origin:   "Home Assistant's",
	}, find.Broker{URL: "mqtt://other:1883"})
	if c.MQTT.URL != "mqtts://core-mosquitto:8883" || c.MQTT.Username != "addons" ||
		c.MQTT.Password.Reveal() != password {
		t.Errorf("%+v, %q", c.MQTT, c.MQTT.Password.Reveal())
	}
	if !c.Web.Password.IsEmpty() || len(c.Withings.Profiles) != 1 {
		t.Error("something else was changed")
	}
	if !strings.Contains(printed, "Found an MQTT broker: mqtts://core-mosquitto:8883 (Home Assistant's)") ||
		strings.Contains(printed, password) {
		t.Errorf("printed: %s", printed)
	}
}

func TestInitListsMissingSettings(t *testing.T) {
	t.Parallel()
	text, printed, _ := runInit(t)
	example, err := os.ReadFile("../config.example.yaml")
	clitest.Must(t, err)
	for _, want := range []string{"No MQTT broker found", "withings.client_id: missing", "client_secret: missing", "Alice"} {
		if text != string(example) || !strings.Contains(printed, want) {
			t.Errorf("nothing about %q: %s", want, printed)
		}
	}
	_, printed, c := runInit(t, find.Broker{URL: "mqtt://192.0.2.7:1883", Origin: "here", Asks: true})
	want := "set mqtt.username and mqtt.password: the broker requires them"
	if !strings.Contains(printed, want) {
		t.Errorf("nothing about %q: %s", want, printed)
	}
	if c.MQTT.URL != "mqtt://192.0.2.7:1883" || c.MQTT.Username != "" {
		t.Errorf("%+v", c.MQTT)
	}
}

// Without a terminal, an announced broker is mentioned and not used.
func TestInitIgnoresAnnouncedBroker(t *testing.T) {
	t.Parallel()
	strange := find.Broker{
		URL:       "mqtt://192.0.2.7:1883",
		Origin:    "announced in the local network as attic.local",
		Announced: true,
		Asks:      true,
	}
	_, printed, c := runInit(t, strange)
	if c.MQTT.URL != "mqtt://localhost:1883" || strings.Contains(printed, "broker requires") {
		t.Errorf("%+v: %s", c.MQTT, printed)
	}
	for _, want := range []string{"Found mqtt://192.0.2.7:1883 (announced", "so it was not used"} {
		if !strings.Contains(printed, want) {
			t.Errorf("nothing about %q: %s", want, printed)
		}
	}
	known := find.Broker{URL: "mqtt://known:1883", Origin: "here"}
	if _, _, c := runInit(t, strange, known); c.MQTT.URL != known.URL {
		t.Errorf("%+v", c.MQTT)
	}
}
