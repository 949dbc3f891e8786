// SPDX-License-Identifier: MIT

package discovery_test

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"vitals2mqtt/discovery"
	"vitals2mqtt/topics"
)

// The types describe what this program writes, stricter than what Home
// Assistant 2026.9 accepts: an unknown key or a value of another type is an
// error.
type (
	schemaDocument struct {
		Device           schemaDevice              `json:"device"`
		Origin           schemaOrigin              `json:"origin"`
		Availability     []schemaAvailability      `json:"availability"`
		AvailabilityMode string                    `json:"availability_mode"`
		QoS              int                       `json:"qos"`
		Components       map[string]jsontext.Value `json:"components"`
	}
	schemaDevice struct {
		Identifiers      []string `json:"identifiers"`
		Name             string   `json:"name"`
		Manufacturer     string   `json:"manufacturer"`
		Model            string   `json:"model"`
		SWVersion        string   `json:"sw_version"`
		ConfigurationURL string   `json:"configuration_url"`
		ViaDevice        string   `json:"via_device"`
	}
	schemaOrigin struct {
		Name       string `json:"name"`
		SWVersion  string `json:"sw_version"`
		SupportURL string `json:"support_url"`
	}
	schemaAvailability struct {
		Topic string `json:"topic"`
	}
	schemaCommon struct {
		Platform         string               `json:"platform"`
		Name             string               `json:"name"`
		UniqueID         string               `json:"unique_id"`
		EntityID         string               `json:"default_entity_id"`
		DeviceClass      string               `json:"device_class"`
		Icon             string               `json:"icon"`
		EntityCategory   string               `json:"entity_category"`
		EnabledByDefault *bool                `json:"enabled_by_default"`
		Availability     []schemaAvailability `json:"availability"`
		AvailabilityMode string               `json:"availability_mode"`
	}
	schemaState struct {
		StateTopic         string `json:"state_topic"`
		ValueTemplate      string `json:"value_template"`
		AttributesTopic    string `json:"json_attributes_topic"`
		AttributesTemplate string `json:"json_attributes_template"`
	}
	schemaSensor struct {
		schemaCommon      `json:",inline"`
		schemaState       `json:",inline"`
		Unit              *string  `json:"unit_of_measurement"`
		StateClass        *string  `json:"state_class"`
		Precision         *uint    `json:"suggested_display_precision"`
		Options           []string `json:"options"`
		LastResetTemplate string   `json:"last_reset_value_template"`
	}
	schemaBinarySensor struct {
		schemaCommon `json:",inline"`
		schemaState  `json:",inline"`
		PayloadOn    string `json:"payload_on"`
		PayloadOff   string `json:"payload_off"`
	}
	// Neither a button nor an event may be retained: it would happen again with
	// every connection. The key is not among theirs.
	schemaButton struct {
		schemaCommon `json:",inline"`
		CommandTopic string `json:"command_topic"`
		PayloadPress string `json:"payload_press"`
	}
	schemaUpdate struct {
		schemaCommon

		StateTopic    string `json:"state_topic"`
		ValueTemplate string `json:"value_template,omitempty"`
		Title         string `json:"title,omitempty"`
	}
	schemaImage struct {
		schemaCommon

		ImageTopic  string `json:"image_topic"`
		ContentType string `json:"content_type"`
	}
	schemaEvent struct {
		schemaCommon `json:",inline"`
		StateTopic   string   `json:"state_topic"`
		EventTypes   []string `json:"event_types"`
	}
)

// schemaChecker collects what is wrong with a document.
type schemaChecker struct {
	tree     topics.Tree
	id       string
	problems []string
}

// checkSchema returns what is wrong with the JSON of a document with the given
// id.
func checkSchema(tree topics.Tree, id string, text []byte) []string {
	c := &schemaChecker{tree: tree, id: id}
	var d schemaDocument
	c.decode("document", text, &d)
	c.require(levelPattern.MatchString(id), "id", id)
	c.checkDevice(d.Device)
	c.require(d.Origin.Name == "vitals2mqtt", "origin name", d.Origin.Name)
	c.checkLink("support_url", d.Origin.SupportURL)
	c.require(d.QoS == 1, "qos", d.QoS)
	c.checkAvailability("document", d.Availability, d.AvailabilityMode)
	c.require(d.Components != nil, "components", "missing")
	for key, text := range d.Components {
		c.checkComponent(key, text)
	}
	return c.problems
}

func (c *schemaChecker) require(ok bool, what string, value any) {
	if !ok {
		c.problems = append(c.problems, fmt.Sprintf("%s: %v", what, value))
	}
}

func (c *schemaChecker) decode(what string, text []byte, into any) {
	if err := json.Unmarshal(text, into, json.RejectUnknownMembers(true)); err != nil {
		c.problems = append(c.problems, fmt.Sprintf("%s: %v", what, err))
	}
}

// checkDevice allows one identifier, the id: with a second, shared one Home
// Assistant would merge two devices.
func (c *schemaChecker) checkDevice(d schemaDevice) {
	c.require(slices.Equal(d.Identifiers, []string{c.id}), "identifiers", d.Identifiers)
	c.require(d.Name != "" && d.Model != "", "device name or model", d)
	c.require(d.ViaDevice != c.id, "via_device", d.ViaDevice)
	c.checkLink("configuration_url", d.ConfigurationURL)
}

func (c *schemaChecker) checkLink(what, address string) {
	u, err := url.Parse(address)
	ok := err == nil &&
		(address == "" || u.Host != "" && slices.Contains([]string{"http", "https"}, strings.ToLower(u.Scheme)))
	c.require(ok, what, address)
}

// checkAvailability requires the mode "all": by default the topic that was
// published last decides, and an old status would overrule a bridge that is
// off.
func (c *schemaChecker) checkAvailability(what string, list []schemaAvailability, mode string) {
	c.require((list == nil) == (mode == "") && (list == nil || len(list) > 0 && mode == "all"), what+" availability", mode)
	for _, item := range list {
		c.checkTopic(what+" availability", item.Topic)
	}
}

var levelPattern = regexp.MustCompile(`^[a-zA-Z0-9_-]+$`)

// checkTopic requires a topic of this bridge, none below the discovery prefix,
// where Home Assistant would take a state for a document.
func (c *schemaChecker) checkTopic(what, topic string) {
	below, ok := strings.CutPrefix(topic, c.tree.Base+"/")
	for level := range strings.SplitSeq(below, "/") {
		ok = ok && levelPattern.MatchString(level)
	}
	c.require(ok && !strings.HasPrefix(topic, c.tree.Discovery+"/"), what, topic)
}

func (c *schemaChecker) checkComponent(key string, text jsontext.Value) {
	var members map[string]any
	c.decode(key, text, &members)
	platform, _ := members["platform"].(string)
	if platform != "" && len(members) == 1 {
		return // a removal marker
	}
	switch platform {
	case "sensor":
		var s schemaSensor
		c.decode(key, text, &s)
		c.checkCommon(key, s.schemaCommon, true)
		c.checkState(key, s.schemaState)
		c.checkSensor(key, s)
	case "binary_sensor":
		var s schemaBinarySensor
		c.decode(key, text, &s)
		classes := strings.Fields(`battery battery_charging carbon_monoxide cold connectivity door garage_door gas heat
			light lock moisture motion moving occupancy opening plug power presence problem running safety smoke sound
			tamper update vibration window`)
		c.checkCommon(key, s.schemaCommon, slices.Contains(classes, s.DeviceClass))
		c.checkState(key, s.schemaState)
		c.require(s.PayloadOn != s.PayloadOff && s.PayloadOn != "" && s.PayloadOff != "", key+" payloads", s)
	case "button":
		var b schemaButton
		c.decode(key, text, &b)
		c.checkCommon(key, b.schemaCommon, slices.Contains([]string{"identify", "restart", "update"}, b.DeviceClass))
		c.checkTopic(key, b.CommandTopic)
	case "event":
		var e schemaEvent
		c.decode(key, text, &e)
		c.checkCommon(key, e.schemaCommon, slices.Contains([]string{"button", "doorbell", "motion"}, e.DeviceClass))
		c.checkTopic(key, e.StateTopic)
		c.checkTexts(key+" event_types", e.EventTypes)
		c.require(e.EventTypes != nil, key+" event_types", "missing")
	case "update":
		var u schemaUpdate
		c.decode(key, text, &u)
		c.checkCommon(key, u.schemaCommon, u.DeviceClass == "firmware")
		c.checkTopic(key, u.StateTopic)
	case "image":
		var i schemaImage
		c.decode(key, text, &i)
		c.checkCommon(key, i.schemaCommon, false)
		c.checkTopic(key, i.ImageTopic)
		c.require(strings.HasPrefix(i.ContentType, "image/"), key+" content_type", i.ContentType)
	default:
		c.require(false, key+" platform", platform)
	}
}

var (
	entityIDPattern = regexp.MustCompile(`^[a-z_]+\.[a-z0-9]([a-z0-9_]*[a-z0-9])?$`)
	iconPattern     = regexp.MustCompile(`^(mdi:[a-z0-9]+(-[a-z0-9]+)*)?$`)
)

func (c *schemaChecker) checkCommon(key string, e schemaCommon, classOK bool) {
	c.require(levelPattern.MatchString(key), "key", key)
	c.require(e.UniqueID == c.id+"_"+key, key+" unique_id", e.UniqueID)
	hasPrefix := strings.HasPrefix(e.EntityID, e.Platform+".")
	c.require(hasPrefix && entityIDPattern.MatchString(e.EntityID) && len(e.EntityID) <= 255,
		key+" default_entity_id", e.EntityID)
	c.require(e.Name != "", key+" name", "missing")
	c.require(e.DeviceClass == "" || classOK, key+" device_class", e.DeviceClass)
	c.require(iconPattern.MatchString(e.Icon), key+" icon", e.Icon)
	c.require(e.EntityCategory == "" || e.EntityCategory == "diagnostic", key+" entity_category", e.EntityCategory)
	c.checkAvailability(key, e.Availability, e.AvailabilityMode)
}

func (c *schemaChecker) checkState(key string, s schemaState) {
	c.checkTopic(key, s.StateTopic)
	c.checkTopic(key, cmp.Or(s.AttributesTopic, s.StateTopic))
	c.require((s.AttributesTopic == "") == (s.AttributesTemplate == ""), key+" attributes", s.AttributesTemplate)
}

// checkSensor checks what the rules of Validate do not.
func (c *schemaChecker) checkSensor(key string, s schemaSensor) {
	if s.StateClass != nil {
		classes := []string{"measurement", "measurement_angle", "total", "total_increasing"}
		c.require(slices.Contains(classes, *s.StateClass), key+" state_class", *s.StateClass)
		c.require(*s.StateClass != "measurement_angle" || s.Unit != nil && *s.Unit == "°", key+" unit", "of an angle")
	}
	if s.Unit != nil {
		blank := strings.TrimSpace(*s.Unit) == ""
		other := strings.ContainsAny(*s.Unit, "\u00b5") || strings.Contains(*s.Unit, "VAr")
		c.require(!blank && !other, key+" unit", *s.Unit)
	}
	c.require(s.Options == nil || s.DeviceClass == "enum", key+" options of", s.DeviceClass)
	c.checkTexts(key+" options", s.Options)
	isTotal := s.StateClass != nil && *s.StateClass == "total"
	c.require(s.LastResetTemplate == "" || isTotal, key+" last_reset", s.LastResetTemplate)
}

// checkTexts requires texts that differ, if there are any.
func (c *schemaChecker) checkTexts(what string, list []string) {
	seen := map[string]bool{"": true}
	for _, text := range list {
		c.require(!seen[text], what, text)
		seen[text] = true
	}
	c.require(list == nil || len(list) > 0, what, "empty")
}

// mustBeValid checks a document as a whole: its form, and that Validate leaves
// nothing out. It returns the document decoded.
func mustBeValid(t *testing.T, s discovery.Site, d discovery.Document) document {
	t.Helper()
	for _, problem := range checkSchema(s.Tree, d.ID(), d.JSON()) {
		t.Errorf("%s: %s", d.ID(), problem)
	}
	clean, problems := discovery.Validate(d)
	if len(problems) > 0 || !slices.Equal(clean.JSON(), d.JSON()) {
		t.Errorf("%s: %v", d.ID(), problems)
	}
	return decodeDocument(t, d)
}

// TestSchemaNoticesViolations breaks a valid document once for each check.
func TestSchemaNoticesViolations(t *testing.T) {
	t.Parallel()
	s := testSite()
	d := discovery.ProfileDocument(s, alice("weight_kg", "sleep_state", "in_bed"))
	if problems := checkSchema(s.Tree, d.ID(), d.JSON()); len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, row := range []struct{ old, broken string }{
		{`"qos":1`, `"qos":3`},
		{`"qos":1`, `"qos":1,"message_expiry_interval":60`},
		{`"qos":1`, `"qos":"1"`},
		{`"components":`, `"cmps":`},
		{`"identifiers":["vitals2mqtt_12345678"]`, `"identifiers":["vitals2mqtt_12345678","shared"]`},
		{`"name":"Alice"`, `"name":""`},
		{`"name":"Alice"`, `"Name":"Alice"`},
		{`"model":"Health account"`, `"model":"Health account","connections":[]`},
		{`"via_device":"vitals2mqtt_bridge_7f3a"`, `"via_device":"vitals2mqtt_12345678"`},
		{`"configuration_url":"http:`, `"configuration_url":"javascript:`},
		{`"support_url":"https://example.org/`, `"support_url":"https:/`},
		{`"origin":{"name":"vitals2mqtt"`, `"origin":{"name":"other"`},
		{`"availability_mode":"all","components"`, `"availability_mode":"latest","components"`},
		{`[{"topic":"vitals2mqtt/bridge/state"},{"topic":"vitals2mqtt/alice/status"}]`, `[]`},
		{`{"topic":"vitals2mqtt/alice/status"}`, `{"topic":"vitals2mqtt/+/status"}`},
		{`{"topic":"vitals2mqtt/alice/status"}`, `{"topic":""}`},
		{`"weight_kg":{`, `"weight kg":{`},
		{`"platform":"event"`, `"platform":"calendar"`},
		{`"unique_id":"vitals2mqtt_12345678_weight_kg"`, `"unique_id":"weight"`},
		{`"default_entity_id":"sensor.alice_weight_kg"`, `"default_entity_id":"sensor.Alice"`},
		{`"default_entity_id":"sensor.alice_weight_kg"`, `"default_entity_id":"number.alice"`},
		{`"default_entity_id":"sensor.alice_weight_kg"`, `"default_entity_id":"sensor.` + strings.Repeat("a", 250) + `"`},
		{`"default_entity_id":"sensor.alice_weight_kg"`, `"object_id":"alice_weight_kg"`},
		{`"name":"Weight",`, ``},
		{`"icon":"mdi:`, `"icon":"`},
		{`"entity_category":"diagnostic"`, `"entity_category":"config"`},
		{`"device_class":"problem"`, `"device_class":"trouble"`},
		{`"command_topic":"vitals2mqtt/bridge/request/refresh"`, `"command_topic":"vitals2mqtt/#"`},
		{`"command_topic":"vitals2mqtt/bridge/request/refresh"`, `"command_topic":"homeassistant/refresh"`},
		{`"payload_press":`, `"retain":true,"payload_press":`},
		{`"payload_press":`, `"device_class":"reload","payload_press":`},
		{`"payload_on":"ON"`, `"payload_on":"OFF"`},
		{`"payload_on":"ON"`, `"payload_on":true`},
		{`"state_topic":"vitals2mqtt/alice/event"`, `"x":0`},
		{`"event_types":["`, `"event_types":["","`},
		{`"event_types":["`, `"device_class":"bell","event_types":["`},
		{`"json_attributes_topic":"vitals2mqtt/alice/weight_kg/detail"`, `"json_attributes_topic":"homeassistant/x"`},
		{`"json_attributes_topic":"vitals2mqtt/alice/weight_kg/detail",`, ``},
		{`"unit_of_measurement":"kg"`, `"unit_of_measurement":" "`},
		{`"unit_of_measurement":"kg"`, `"unit_of_measurement":"` + "\u00b5g" + `"`},
		{`"unit_of_measurement":"kg"`, `"unit_of_measurement":"VAr"`},
		{`"unit_of_measurement":"kg"`, `"unit_of_measurement":"kg","options":["a"]`},
		{`"unit_of_measurement":"kg"`, `"unit_of_measurement":"kg","last_reset_value_template":"x"`},
		{`"state_class":"measurement"`, `"state_class":"measured"`},
		{`"state_class":"measurement"`, `"state_class":"measurement_angle"`},
		{`"suggested_display_precision":2`, `"suggested_display_precision":-1`},
		{`"device_class":"enum"`, `"device_class":""`},
		{`"options":["`, `"options":["a","a","`},
	} {
		text := strings.Replace(string(d.JSON()), row.old, row.broken, 1)
		if text == string(d.JSON()) {
			t.Errorf("the document lacks %s", row.old)
		}
		if len(checkSchema(s.Tree, d.ID(), []byte(text))) == 0 {
			t.Errorf("%s is accepted", row.broken)
		}
	}
	if len(checkSchema(s.Tree, "a.b", []byte(strings.ReplaceAll(string(d.JSON()), d.ID(), "a.b")))) == 0 {
		t.Error("the id a.b is accepted")
	}
}
