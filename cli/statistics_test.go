// SPDX-License-Identifier: MIT

package cli_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/homeassistant/homeassistanttest"
	"vitals2mqtt/mqtt"
)

func TestStatisticsSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	o, folder := clitest.Start(t), t.TempDir()
	path := o.Configure(t, folder, "[Alice]", "[weight_kg]")
	run := func(args ...string) clitest.Result {
		return clitest.Run(t, append([]string{"--config", path, "statistics"}, args...)...)
	}
	token := clitest.WriteFile(t, filepath.Join(folder, "token"), "s3cret-token\n")
	run().Expect(t, 2, "missing <profile>")
	run("carol").Expect(t, 2, `unknown profile "carol"`)
	run("alice", "wieght_kg").Expect(t, 2, `did you mean "weight_kg"?`)
	run("alice", "sleep_state").Expect(t, 2, "sleep_state is not a number that Home Assistant makes statistics of")
	run("alice", "--mode", "both").Expect(t, 2, "entity", "external")
	run("alice", "--hold", "400").Expect(t, 2, "from 0 to 366 days")
	run("alice", "--remove", "--since", "2y").Expect(t, 2, "--remove removes all")
	run("alice").Expect(t, 2, "homeassistant.url", "--url")
	run("alice", "--url", "http://home.lan").Expect(t, 2, "homeassistant.token", "--token-file")
	run("alice", "--url", "home.lan", "--token-file", token).Expect(t, 2, "http://homeassistant.local:8123")
	run("alice", "--url", "http://home.lan", "--token-file", folder+"/none").Expect(t, 1, "reading the access token")
	run("alice", "--url", "http://home.lan", "--token-file", token).Expect(t, 4, "vitals2mqtt login alice")
}

// TestStatisticsImportsTheArchive runs the command beside a Home Assistant that
// has recorded the entity for a day.
func TestStatisticsImportsTheArchive(t *testing.T) {
	t.Parallel()
	o, folder := clitest.Start(t), t.TempDir()
	home := homeassistanttest.Start(t)
	path := o.Configure(t, folder, "[Alice]", "[weight_kg, fat_ratio_pct]",
		"homeassistant: {url: "+home.URL()+", token: "+home.Token+"}")
	weighIn := time.Date(2025, 3, 9, 6, 30, 0, 0, time.UTC)
	o.Cloud.Weigh("Alice", "71.3", weighIn)
	o.Cloud.Weigh("Alice", "70.9", weighIn.AddDate(0, 1, 0))
	clitest.SignIn(t, path, "Alice")
	clitest.Run(t, "--config", path, "once").Expect(t, 0)
	document := profileDocument(t, o)
	// Which hours may be written then does not depend on when the command runs.
	own := o.Cloud.Now().Add(-24 * time.Hour).Truncate(time.Hour).Unix()
	home.Add(homeassistanttest.Entity{ID: "sensor.scale", UniqueID: document + "_weight_kg", Platform: "mqtt"},
		&homeassistanttest.Statistic{
			HasMean:   true,
			MeanType:  1,
			Unit:      new("kg"),
			UnitClass: new("mass"),
			Rows:      map[int64]homeassistanttest.Row{own: {Mean: new(77.7), Min: new(77.7), Max: new(77.7)}},
		})
	run := func(args ...string) clitest.Result {
		return clitest.Run(t, append([]string{"--config", path, "statistics", "alice"}, args...)...)
	}

	run("weight_kg", "--dry-run").Expect(t, 0, "weight_kg  sensor.scale", "2025-03-09 to ", "hours would be sent.")
	if rows := home.Statistic("sensor.scale").Rows; len(rows) != 1 {
		t.Fatalf("after a dry run there are %d rows", len(rows))
	}
	run().Expect(t, 0, "weight_kg  sensor.scale", "fat_ratio_pct skipped: Home Assistant has no entity for it", "1 sensor skipped.")
	rows := home.Statistic("sensor.scale").Rows
	if row, ok := rows[weighIn.Truncate(time.Hour).Unix()]; !ok || *row.Mean != 71.3 {
		t.Errorf("the weigh-in is %+v", row)
	}
	var again struct {
		Sensors []struct{ Planned, Present, Sent int }
	}
	clitest.Must(t, json.Unmarshal([]byte(run("weight_kg", "--json").Stdout), &again))
	if got := again.Sensors[0]; got.Sent != 0 || got.Present != len(rows)-1 || got.Planned != len(rows)-1 {
		t.Errorf("again: %+v, %d rows", got, len(rows))
	}
	run("weight_kg", "--mode", "external", "--since", "2025-04-01").Expect(t, 0, "vitals2mqtt:alice_weight_kg", "2025-04-09 to ")
	run("--remove").Expect(t, 0, "vitals2mqtt:alice_weight_kg", "sensor.scale", "hours removed.")
	if rows := home.Statistic("sensor.scale").Rows; len(rows) != 1 || home.Statistic("vitals2mqtt:alice_weight_kg") != nil {
		t.Errorf("%d rows are left", len(rows))
	}
	run("--remove").Expect(t, 0, "Nothing was imported.")
	clitest.RunWith(t, clitest.WithEnviron("V2M_HOMEASSISTANT_TOKEN=wr0ng"), "--config", path, "statistics", "alice").
		Expect(t, 1, "the access token is refused")
}

// TestPurgeForgetsWhereStatisticsWent also removes the file of an import.
func TestPurgeForgetsWhereStatisticsWent(t *testing.T) {
	t.Parallel()
	o, folder := clitest.Start(t), t.TempDir()
	home := homeassistanttest.Start(t)
	path := o.Configure(t, folder, "[Alice]", "[weight_kg]",
		"homeassistant: {url: "+home.URL()+", token: "+home.Token+"}")
	o.Cloud.Weigh("Alice", "71.3", time.Date(2025, 3, 9, 6, 30, 0, 0, time.UTC))
	clitest.SignIn(t, path, "Alice")
	clitest.Run(t, "--config", path, "once").Expect(t, 0)
	home.Add(homeassistanttest.Entity{ID: "sensor.scale", UniqueID: profileDocument(t, o) + "_weight_kg", Platform: "mqtt"},
		&homeassistanttest.Statistic{HasMean: true, MeanType: 1, Unit: new("kg"), UnitClass: new("mass")})
	clitest.Run(t, "--config", path, "statistics", "alice").Expect(t, 0)
	journal := filepath.Join(folder, "state", "statistics.json")
	if text := clitest.ReadFile(t, journal); !strings.Contains(text, "_weight_kg") {
		t.Errorf("the file has %s", text)
	}
	clitest.Run(t, "--config", path, "purge", "alice", "--yes").Expect(t, 0)
	if _, err := os.Stat(journal); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file is still there: %v", err)
	}
}

// TestStatisticsByMQTT presses the button of a running daemon.
func TestStatisticsByMQTT(t *testing.T) {
	t.Parallel()
	o, folder := clitest.Start(t), t.TempDir()
	home := homeassistanttest.Start(t)
	path := o.Configure(t, folder, "[Alice]", "[weight_kg]",
		"homeassistant: {url: "+home.URL()+", token: "+home.Token+"}")
	o.Cloud.Weigh("Alice", "71.3", time.Date(2025, 3, 9, 6, 30, 0, 0, time.UTC))
	clitest.SignIn(t, path, "Alice")
	clitest.StartProgram(t, "--config", path, "run")
	clitest.Must(t, o.WaitRetained(t.Context(), "vitals2mqtt/alice/weight_kg", ""))
	id := profileDocument(t, o)
	var document struct {
		Components map[string]struct {
			Topic   string `json:"command_topic"`
			Payload string `json:"payload_press"`
		}
	}
	clitest.Must(t, json.Unmarshal([]byte(o.Broker.Retained()["homeassistant/device/"+id+"/config"]), &document))
	button := document.Components["import_statistics"]
	ask := func(payload string) string {
		options := mqtt.Options{
			URL:        o.Broker.URL(),
			ClientID:   "a-button",
			StateTopic: "button/state",
			Log:        zerolog.Nop(),
		}
		response, err := mqtt.Ask(t.Context(), options, mqtt.Request{
			Topic:         button.Topic,
			Payload:       []byte(payload),
			ResponseTopic: "vitals2mqtt/bridge/response/statistics",
			IsResponse:    func([]byte) bool { return true },
		})
		clitest.Must(t, err)
		return string(response)
	}
	if got := ask(`{"profile": "alice", "mode": "sideways"}`); !strings.Contains(got, `unknown mode \"sideways\"`) {
		t.Error(got)
	}
	// Without an entity nothing can be written; external statistics need none.
	if got := ask(button.Payload); !strings.Contains(got, `"alice":"0 hours sent, 0 found`) {
		t.Error(got)
	}
	if got := ask(`{"profile": "alice", "mode": "external"}`); !strings.Contains(got, `"status":"ok"`) ||
		home.Statistic("vitals2mqtt:alice_weight_kg") == nil {
		t.Error(got)
	}
}

// profileDocument is the id of the document of the only profile. A daemon
// publishes it after the values.
func profileDocument(t *testing.T, o *clitest.Harness) (id string) {
	t.Helper()
	document := regexp.MustCompile(`^homeassistant/device/(vitals2mqtt_\d+)/config$`)
	clitest.Must(t, clitest.WaitFor(t.Context(), "the document of a profile", func() bool {
		for topic := range o.Broker.Retained() {
			if found := document.FindStringSubmatch(topic); found != nil {
				id = found[1]
			}
		}
		return id != ""
	}))
	return id
}
