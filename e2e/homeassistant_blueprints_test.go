// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// blueprintFiles are the blueprints by their path in Home Assistant's
// configuration folder.
func blueprintFiles(t *testing.T) map[string]string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join("..", "deploy", "blueprints", "automation", "vitals2mqtt", "*.yaml"))
	if err != nil || len(found) != 4 {
		t.Fatalf("blueprints: %v, %v", found, err)
	}
	files := map[string]string{"automations.yaml": "[]\n"}
	for _, path := range found {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files["blueprints/automation/vitals2mqtt/"+filepath.Base(path)] = string(text)
	}
	return files
}

// automationSections are automations, and a light that is switched by a helper.
const automationSections = `automation: !include automations.yaml
input_boolean: {lamp: {name: Lamp}}
template:
  - light:
      - name: Bedroom
        default_entity_id: light.bedroom
        state: "{{ is_state('input_boolean.lamp', 'on') }}"
        turn_on: {action: input_boolean.turn_on, target: {entity_id: input_boolean.lamp}}
        turn_off: {action: input_boolean.turn_off, target: {entity_id: input_boolean.lamp}}
`

// automationsOf uses every blueprint with its defaults. The reminder is due for
// one entity that a test sets, and not for the profiles.
func automationsOf(at time.Time) string {
	use := func(id, blueprint, inputs string) string {
		return fmt.Sprintf("- {id: %s, alias: %s, use_blueprint: {path: vitals2mqtt/%s.yaml, input: {%s}}}\n",
			id, id, blueprint, inputs)
	}
	clock := fmt.Sprintf("at: %q", at.Format("15:04:05"))
	return use("overdue", "weigh_in_reminder", "last_weighed: [sensor.long_ago, sensor.unheard_of], "+clock) +
		use("in_time", "weigh_in_reminder", "last_weighed: [sensor.long_ago, sensor.alice_last_weighed], "+clock+
			", actions: [{event: reminded_in_time}]") +
		use("report", "sleep_report", "measurement: event.alice_measurement") +
		use("light", "light_when_getting_up", "bed: binary_sensor.bed, light: {entity_id: light.bedroom}, conditions: [], "+
			"off_after: {seconds: 10}") +
		use("night_light", "light_when_getting_up", "bed: binary_sensor.bed, light: {entity_id: light.other}") +
		use("pressure", "blood_pressure_above", "measurement: event.bob_measurement")
}

// notifications are the texts that Home Assistant shows; those about invalid
// configuration are about components that it does not have here.
func (h *homeAssistant) notifications() (texts []string) {
	h.t.Helper()
	var list []struct {
		Title   string `json:"title"`
		Message string `json:"message"`
	}
	h.socket.command("persistent_notification/get", nil, &list)
	for _, n := range list {
		texts = append(texts, n.Title+": "+n.Message)
	}
	return texts
}

// awaitNotification waits for a text that begins so.
func (h *homeAssistant) awaitNotification(prefix string) (text string) {
	h.t.Helper()
	h.t.Cleanup(func() {
		if text == "" {
			h.t.Logf("no notification %q among %q", prefix, h.notifications())
		}
	})
	await(h.t, "the notification "+prefix, func() bool {
		all := h.notifications()
		at := slices.IndexFunc(all, func(n string) bool { return strings.HasPrefix(n, prefix) })
		if at >= 0 {
			text = all[at]
		}
		return at >= 0
	})
	return text
}

// TestHomeAssistantBlueprintsAndDashboard uses each blueprint in Home Assistant,
// makes happen what it waits for, and loads the dashboard of a profile.
func TestHomeAssistantBlueprintsAndDashboard(t *testing.T) {
	t.Parallel()
	l := newHomeAssistantTestbed(t, homeSetup{
		units: "metric",
		extra: automationSections + dashboardSection,
		files: blueprintFiles(t),
	}, "mqtt: {", "homeassistant: {images: true, language: de}\nrelease_check: {url: \"https://127.0.0.1:1/latest\"}\nmqtt: {")
	l.expectBlueprints()
	l.expectDashboard()
	l.expectUpdate()
	l.expectImage()
	l.expectNoComplaints("Referenced entities light.other are missing") // between sunset and sunrise
}

// expectBlueprints makes happen what each blueprint waits for.
//
// clock: Home Assistant uses the real time
func (l *homeAssistantTestbed) expectBlueprints() {
	h, t := l.home, l.t
	t.Helper()
	set := func(id, value string) { h.post("/api/states/"+id, jsonMember{"state": value}, &state{}) }
	set("sensor.long_ago", time.Now().Add(-6*24*time.Hour-time.Hour).Format(time.RFC3339))
	set("binary_sensor.bed", "on")
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for lead := 10 * time.Second; ; lead *= 2 { // until the automations are there before they are due
		due := time.Now().Add(lead).Truncate(time.Second)
		h.write("automations.yaml", automationsOf(due.In(zone)))
		h.post("/api/services/automation/reload", jsonMember{}, &[]any{})
		if time.Now().Before(due) {
			break
		}
	}
	for _, id := range []string{"overdue", "in_time", "report", "light", "night_light", "pressure"} {
		if got := h.states()["automation."+id].Value; got != "on" {
			t.Errorf("automation %s is %q", id, got)
		}
	}

	if got := h.awaitNotification("Weigh-in reminder:"); got != "Weigh-in reminder: No weigh-in for 6 days." {
		t.Errorf("%q", got)
	}
	l.controlFields("night", jsonMember{"person": "Alice"})
	h.call("button/press", "button.alice_refresh")
	if got := h.awaitNotification("Sleep report:"); !strings.Contains(got, " min of sleep, ") {
		t.Errorf("%q", got)
	}
	l.controlFields("blood-pressure", jsonMember{"person": "Bob", "systolic": 131, "diastolic": 84, "pulse": 61})
	await(t, "the ordinary blood pressure", func() bool {
		return h.states()["sensor.bob_systolic_blood_pressure_mmhg"].Value == "131"
	})
	l.controlFields("blood-pressure", jsonMember{"person": "Bob", "systolic": 128, "diastolic": 92, "pulse": 61})
	if got := h.awaitNotification("Blood pressure:"); got != "Blood pressure: Bob: 128/92 mmHg." {
		t.Errorf("%q", got)
	}
	all := slices.DeleteFunc(h.notifications(), func(n string) bool { return strings.HasPrefix(n, "Invalid config:") })
	if len(all) != 3 {
		t.Errorf("notifications: %q", all)
	}

	set("binary_sensor.bed", "off")
	await(t, "the light on", func() bool { return h.states()["light.bedroom"].Value == "on" })
	await(t, "the light off again", func() bool { return h.states()["light.bedroom"].Value == "off" })
	set("binary_sensor.bed", "on")
	set("binary_sensor.bed", "off")
	await(t, "the light on again", func() bool { return h.states()["light.bedroom"].Value == "on" })
	set("binary_sensor.bed", "on")
	await(t, "the light off, back in bed", func() bool { return h.states()["light.bedroom"].Value == "off" })

	triggered := h.states()["automation.in_time"].Attributes["last_triggered"]
	if triggered != nil {
		t.Errorf("the reminder for somebody who has weighed in ran at %v", triggered)
	}
}

// dashboardSection is a dashboard in YAML mode.
const dashboardSection = `lovelace:
  dashboards:
    vitals-alice: {mode: yaml, title: Alice, filename: alice.yaml}
`

// expectDashboard loads the dashboard that the program prints, and finds its
// entities.
func (l *homeAssistantTestbed) expectDashboard() {
	h, t := l.home, l.t
	t.Helper()
	printed := l.program("dashboard", "alice")
	if code := printed.wait(); code != 0 {
		t.Fatalf("dashboard ended with %d", code)
	}
	text := strings.Join(printed.output(), "\n")
	h.write("alice.yaml", text)
	var board struct {
		Views []struct {
			Type     string `json:"type"`
			Sections []struct {
				Cards []jsonMember `json:"cards"`
			} `json:"sections"`
		} `json:"views"`
	}
	h.socket.command("lovelace/config", jsonMember{"url_path": "vitals-alice"}, &board)
	if len(board.Views) != 1 || board.Views[0].Type != "sections" || len(board.Views[0].Sections) < 4 {
		t.Fatalf("the dashboard is %+v", board)
	}
	states, shown := h.states(), 0
	for _, id := range dashboardEntity.FindAllStringSubmatch(text, -1) {
		if _, exists := states[id[1]]; !exists {
			t.Errorf("the dashboard shows %s, which does not exist", id[1])
		}
		shown++
	}
	if shown < 30 {
		t.Errorf("the dashboard shows %d entities", shown)
	}
}

// expectUpdate publishes what the program would say of a newer release, which is
// asked for only once a day.
func (l *homeAssistantTestbed) expectUpdate() {
	h, t := l.home, l.t
	t.Helper()
	const id = "update.vitals2mqtt_update"
	installed := func(s state) string { return fmt.Sprint(s.Attributes["installed_version"]) }
	if got := h.states()[id]; got.Value != "unknown" || !strings.HasPrefix(installed(got), "dev") {
		t.Errorf("before any answer: %+v", got)
	}
	say := start(t, "mosquitto_pub", "-h", "127.0.0.1", "-p", l.broker[strings.LastIndex(l.broker, ":")+1:],
		"-u", "vitals", "-P", "s3cret-broker", "-t", "vitals2mqtt/bridge/info", "-m",
		`{"version": "1.4.0", "latest_version": "1.5.0", "release_url": "https://code.example.org/1.5.0"}`)
	if code := say.wait(); code != 0 {
		t.Fatalf("mosquitto_pub ended with %d", code)
	}
	await(t, "an update", func() bool { return h.states()[id].Value == "on" })
	got := h.states()[id].Attributes
	if got["latest_version"] != "1.5.0" || got["release_url"] != "https://code.example.org/1.5.0" ||
		got["friendly_name"] != "vitals2mqtt Aktualisierung" {
		t.Errorf("%v", got)
	}
}

// expectImage gets the hypnogram as the frontend does.
func (l *homeAssistantTestbed) expectImage() {
	h, t := l.home, l.t
	t.Helper()
	address := ""
	await(t, "the hypnogram", func() bool {
		address, _ = h.states()["image.alice_night_image"].Attributes["entity_picture"].(string)
		return address != ""
	})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.address(address), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := browser().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		t.Fatal(err)
	}
	if reply.StatusCode != http.StatusOK || reply.Header.Get("Content-Type") != "image/svg+xml" ||
		!strings.Contains(string(text), "Nacht zum ") {
		t.Errorf("the picture: %s, %v, %.200s", reply.Status, reply.Header, text)
	}
}

// dashboardEntity is an entity of a card.
var dashboardEntity = regexp.MustCompile(`(?m)entity: (\S+)$`)
