// SPDX-License-Identifier: MIT

package config_test

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/config"
	"vitals2mqtt/sensors"
	"vitals2mqtt/units"
)

// minimalEnv is the smallest configuration, from the environment alone.
func minimalEnv(more ...string) []string {
	return append([]string{
		"V2M_WITHINGS_CLIENT_ID=id", "V2M_WITHINGS_CLIENT_SECRET=hunter2", "V2M_WITHINGS_PROFILES=Alice, Bob,", "PATH=/bin",
	}, more...)
}

func TestEnvironmentWithoutFile(t *testing.T) {
	t.Parallel()
	c, warnings, err := config.Load("", minimalEnv(
		"V2M_WITHINGS_MEASUREMENTS=weight_kg, sleep_state", "V2M_WITHINGS_UNITS=uk",
		"V2M_WITHINGS_EXTRA_TYPES=301:one, 302 : two,", "V2M_WITHINGS_ATTRIBUTIONS=1:publish, 8 : hold",
		"V2M_MQTT_URL=embedded", "V2M_MQTT_KEEPALIVE=60", "V2M_MQTT_VIEWS_BARE=off", "V2M_MQTT_TLS_INSECURE=",
		"V2M_STATE_DIR=state", "V2M_LOG_LEVEL=debug",
	), vocabulary())
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	var names []string
	for _, p := range c.Withings.Profiles {
		names = append(names, p.Name)
		if !slices.Equal(p.Measurements, []string{"weight_kg", "sleep_state"}) || p.Schedule.Spec != "@every 5m" ||
			p.Units != units.UK {
			t.Errorf("%s: %v, %v, %s", p.Name, p.Measurements, p.Schedule, p.Units)
		}
	}
	if !slices.Equal(names, []string{"Alice", "Bob"}) || c.Withings.ClientSecret.Reveal() != "hunter2" {
		t.Errorf("profiles %q, secret %d bytes", names, len(c.Withings.ClientSecret.Reveal()))
	}
	extra := c.Withings.ExtraTypes
	if len(extra) != 2 || extra[0].Measure != 301 || extra[1].Key != "two" || extra[1].Name != "Two" {
		t.Errorf("extra types %+v", extra)
	}
	if diff := cmp.Diff(sensors.Policy{1: sensors.Publish, 8: sensors.Hold}, c.Withings.Attributions); diff != "" {
		t.Error(diff)
	}
	if c.MQTT.URL != config.Embedded || c.MQTT.KeepAlive.Seconds() != 60 || c.MQTT.Views.Bare || c.StateDir != "state" {
		t.Errorf("%+v, state in %s", c.MQTT, c.StateDir)
	}
}

func TestEnvironmentOverridesFile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	outside := write(t, filepath.Join(folder, "outside"), "from the environment's file\r\n")
	write(t, filepath.Join(folder, "inside"), "from the file's file\n\n")
	path := write(t, filepath.Join(folder, "config.yaml"), strings.Join([]string{
		"withings: {client_id: file, client_secret_file: inside, " +
			"profiles: [{name: Carol, schedule: '@hourly'}], measurements: all}",
		"mqtt: {url: 'mqtt://file', qos: wrong, username: me, password_file: inside}",
		"web: {password: file}",
	}, "\n"))
	c, warnings, err := config.Load(path, minimalEnv("V2M_MQTT_QOS=2", "V2M_WEB_PASSWORD_FILE="+outside), vocabulary())
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	// Line breaks around a secret go; a file's relative path starts at the file.
	for what, pair := range map[string][2]string{
		"client id":            {c.Withings.ClientID, "id"},
		"secret over a file":   {c.Withings.ClientSecret.Reveal(), "hunter2"},
		"file over a secret":   {c.Web.Password.Reveal(), "from the environment's file"},
		"untouched":            {c.MQTT.Password.Reveal(), "from the file's file"},
		"untouched too":        {c.MQTT.URL, "mqtt://file"},
		"a list as a whole":    {c.Withings.Profiles[0].Name, "Alice"},
		"its defaults as well": {c.Withings.Profiles[0].Schedule.Spec, "@every 5m"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %q, want %q", what, pair[0], pair[1])
		}
	}
	if c.MQTT.QoS != 2 {
		t.Errorf("qos %d", c.MQTT.QoS)
	}
}

// What a variable replaces is not checked.
func TestEnvironmentHidesMistakesOfTheFile(t *testing.T) {
	t.Parallel()
	data := "withings: {client_secret_file: nowhere, profiles: {a: b}, measurements: [x], " +
		"attributions: 7, extra_types: no}\n" +
		"mqtt: {qos: [1], username: '${UNSET}', tls: {insecure: perhaps}}\nweb: {trusted_hosts: {a: b}}\n"
	c, warnings, err := config.Parse("config.yaml", []byte(data), minimalEnv(
		"V2M_WITHINGS_MEASUREMENTS=weight_kg", "V2M_WITHINGS_ATTRIBUTIONS=8:hold,8:mark", "V2M_WITHINGS_EXTRA_TYPES=122:mine",
		"V2M_MQTT_QOS=2", "V2M_MQTT_USERNAME=${me}", "V2M_MQTT_TLS_INSECURE=no", "V2M_WEB_TRUSTED_HOSTS=a.lan",
	), vocabulary())
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	if c.MQTT.QoS != 2 || c.MQTT.Username != "${me}" || c.MQTT.TLS.Insecure ||
		c.Withings.Attributions[8] != sensors.Mark || len(c.Withings.Profiles) != 2 || len(c.Withings.ExtraTypes) != 1 ||
		len(c.Web.TrustedHosts) != 1 {
		t.Errorf("%+v", c)
	}
}

// A section that the file merges from an anchor keeps its other keys.
func TestEnvironmentOverridesMergedSection(t *testing.T) {
	t.Parallel()
	data := "withings: &all {client_id: file, units: uk}\nmqtt: &broker {username: me, qos: 2}\n"
	c, _, err := config.Parse("config.yaml", []byte(data), minimalEnv("V2M_MQTT_QOS=1"), vocabulary())
	if err != nil || c.MQTT.QoS != 1 || c.MQTT.Username != "me" || c.Withings.Units != units.UK ||
		c.Withings.ClientID != "id" {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestProblemsHaveCodes(t *testing.T) {
	t.Parallel()
	data := `withings: {client_secret: "${UNSET}", profiles: [A, A], measurements: [weight], units: [x], loud: 1}
mqtt: {qos: 9, tls: {key_file: nowhere}, password: x}
web: {listen: ":80"}
`
	_, warnings, err := config.Parse("config.yaml", []byte(data), []string{"V2M_X=1", "V2M_WITHINGS_API_URL=http://a.lan"},
		vocabulary())
	problems, _ := errors.AsType[config.Errors](err)
	var codes []config.Code
	for _, p := range problems {
		codes = append(codes, p.Code)
		if p.InEnvironment() {
			t.Errorf("%+v", p)
		}
	}
	slices.Sort(codes)
	want := []config.Code{
		config.CodeConflict, config.CodeConflict, config.CodeDuplicate, config.CodeInsecure, config.CodeInvalid,
		config.CodeMissing, config.CodeUnknownKey, config.CodeUnknownSensor, config.CodeFile, config.CodeUnset,
		config.CodeWrongType,
	}
	if diff := cmp.Diff(want, codes); diff != "" {
		t.Errorf("-want +got\n%s\n%v", diff, err)
	}
	if len(warnings) != 3 || warnings[0].Code != config.CodeIgnored || warnings[1].Code != config.CodeInsecure ||
		warnings[2].Code != config.CodeUnknownName {
		t.Errorf("%+v", warnings)
	}
}

func TestEnvironmentProblemsNameTheVariable(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ entry, want string }{
		{"V2M_MQTT_QOS=hunter", `environment: V2M_MQTT_QOS: must be a whole number from 0 to 2, not "hunter"`},
		{
			"V2M_WITHINGS_PROFILES=Alice,alice",
			`environment: V2M_WITHINGS_PROFILES: "alice" and "Alice" map to the same topic "alice"; set another slug for one`,
		},
		{"V2M_WITHINGS_PROFILES=,", "environment: V2M_WITHINGS_PROFILES: missing: add at least one profile here or in " +
			"V2M_WITHINGS_PROFILES, as in profiles: [Alice]"},
		{
			"V2M_WITHINGS_MEASUREMENTS=wieght_kg",
			`environment: V2M_WITHINGS_MEASUREMENTS: unknown measurement key "wieght_kg" (did you mean weight_kg?)`,
		},
		{
			"V2M_WITHINGS_ATTRIBUTIONS=1",
			`environment: V2M_WITHINGS_ATTRIBUTIONS: must be pairs such as 1:publish,8:hold, not "1"`,
		},
		{"V2M_WITHINGS_UNITS=stones", `environment: V2M_WITHINGS_UNITS: must be one of metric, imperial, uk, not "stones"`},
		{
			"V2M_WITHINGS_EXTRA_TYPES=122",
			`environment: V2M_WITHINGS_EXTRA_TYPES: must be pairs such as 122:my_value,240:other_value, not "122"`,
		},
		{"V2M_WITHINGS_EXTRA_TYPES=300:one,122:", "environment: V2M_WITHINGS_EXTRA_TYPES: must be pairs such as " +
			`122:my_value,240:other_value, not "122:"`},
		{"V2M_WITHINGS_EXTRA_TYPES=1:mine,301:mine", "environment: V2M_WITHINGS_EXTRA_TYPES: \"mine\" is listed twice\n" +
			"environment: V2M_WITHINGS_EXTRA_TYPES: measure type 1 is already in the catalogue as weight_kg"},
		{
			"V2M_WITHINGS_CLIENT_SECRET_FILE=/nowhere/hunter2",
			"environment: V2M_WITHINGS_CLIENT_SECRET_FILE: V2M_WITHINGS_CLIENT_SECRET is also set: remove one\n" +
				"environment: V2M_WITHINGS_CLIENT_SECRET_FILE: cannot read file: file not found",
		},
		{
			"V2M_NOTIFICATIONS_SOURCES=10.0.0.0/8,hunter",
			"environment: V2M_NOTIFICATIONS_SOURCES: must be a network such as 10.0.0.0/8, " +
				`or an address such as 192.0.2.7, not "hunter"`,
		},
		{"V2M_NOTIFICATIONS_LISTEN=[::]:8099", "environment: V2M_NOTIFICATIONS_LISTEN: must differ from web.listen: use " +
			"another port, or remove it"},
		{"V2M_WEB_LISTEN=:80", "environment: V2M_WEB_LISTEN: health data would be readable by everyone on the network: set " +
			"web.password, or web.auth: none behind an authenticating proxy, or listen on 127.0.0.1"},
		{"V2M_WITHINGS_CLIENT_ID=", "environment: withings.client_id: missing: copy it from your application in the " +
			"Withings developer portal into this key or into V2M_WITHINGS_CLIENT_ID"},
	} {
		t.Run(row.entry, func(t *testing.T) {
			t.Parallel()
			_, _, err := config.Load("", minimalEnv(row.entry), vocabulary())
			if err == nil || err.Error() != row.want {
				t.Errorf("got  %v\nwant %s", err, row.want)
			}
		})
	}
}

func TestFileProblemsSortBeforeEnvironment(t *testing.T) {
	t.Parallel()
	data := "mqtt:\n  qos: 9\nwithings: {}\nlog:\n  level: all\n"
	env := []string{"V2M_WEB_AUTH=x", "V2M_LOG_FORMAT=x", "V2M_WITHINGS_CLIENT_SECRET=s"}
	_, _, err := config.Parse("z.yaml", []byte(data), env, vocabulary())
	var places []string
	for line := range strings.Lines(err.Error()) {
		place, _, _ := strings.Cut(line, ": must")
		place, _, _ = strings.Cut(place, ": missing")
		places = append(places, place)
	}
	want := []string{
		"z.yaml:2:8: mqtt.qos", "z.yaml:3:1: withings.client_id", "z.yaml:3:1: withings.profiles", "z.yaml:5:10: log.level",
		"environment: V2M_LOG_FORMAT", "environment: V2M_WEB_AUTH",
	}
	if diff := cmp.Diff(want, places); diff != "" {
		t.Error(diff)
	}
}

// A variable has no sections, but its profiles can have a slug.
func TestProfilesOfEnvironmentHaveSlugs(t *testing.T) {
	t.Parallel()
	_, _, err := config.Load("", minimalEnv("V2M_WITHINGS_PROFILES=Иван,Bob = papa,A=B"), vocabulary())
	if err == nil || !strings.Contains(err.Error(), `not "B" (did you mean b?)`) {
		t.Errorf("got %v", err)
	}
	c, _, err := config.Load("", minimalEnv("V2M_WITHINGS_PROFILES=Иван,Bob = papa"), vocabulary())
	if err != nil {
		t.Fatal(err)
	}
	for name, slug := range map[string]string{
		"Иван": "ivan", "ivan": "ivan", "иван ": "ivan", "Bob": "papa", "papa": "papa", "bob": "papa", "PAPA": "papa",
	} {
		if p, ok := c.Withings.FindProfile(name); !ok || p.Slug != slug {
			t.Errorf("%q is %+v, want %s", name, p, slug)
		}
	}
	if p, ok := c.Withings.FindProfile("Carol"); ok {
		t.Errorf("Carol is %+v", p)
	}
}

// A list in the environment replaces the file's as a whole.
func TestNotificationsFromTheEnvironment(t *testing.T) {
	t.Parallel()
	data := "notifications: {public_url: 'https://file.example.org', " +
		"trusted_proxies: [10.0.0.1, 10.0.0.2], sources: 192.0.2.0/24}"
	c, warnings, err := config.Parse("config.yaml", []byte(data), minimalEnv(
		"V2M_NOTIFICATIONS_PUBLIC_URL=https://vitals.example.org/", "V2M_NOTIFICATIONS_LISTEN=127.0.0.1:0",
		"V2M_WEB_LISTEN=127.0.0.1:0", "V2M_NOTIFICATIONS_TRUSTED_PROXIES=172.16.0.0/12, ::1,", "V2M_NOTIFICATIONS_SOURCES=,",
		"V2M_NOTIFICATIONS_RELAXED_SCHEDULE=@hourly",
	), vocabulary())
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	n := c.Notifications
	if n.PublicURL != "https://vitals.example.org" || n.Listen != "127.0.0.1:0" || n.RelaxedSchedule.Spec != "@hourly" ||
		n.RelaxedSchedule.IsEmpty() || len(n.Sources) > 0 {
		t.Errorf("%+v", n)
	}
	want := []netip.Prefix{netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("::1/128")}
	if !slices.Equal(n.TrustedProxies, want) {
		t.Errorf("proxies %v", n.TrustedProxies)
	}
	if bare, _, err := config.Load("", minimalEnv(), vocabulary()); err != nil ||
		!bare.Notifications.RelaxedSchedule.IsEmpty() || bare.Notifications.PublicURL != "" || bare.Digest() == c.Digest() {
		t.Errorf("without: %+v, %v", bare, err)
	}
}

func TestTrustedHostsFromTheEnvironment(t *testing.T) {
	t.Parallel()
	data := "web: {trusted_hosts: [file.lan]}"
	c, warnings, err := config.Parse("config.yaml", []byte(data),
		minimalEnv("V2M_WEB_TRUSTED_HOSTS=Vitals, homeserver.lan,"), vocabulary())
	if err != nil || len(warnings) > 0 || !slices.Equal(c.Web.TrustedHosts, []string{"vitals", "homeserver.lan"}) {
		t.Errorf("%v, %v, %v", c, warnings, err)
	}
}

func TestUnknownVariablesWarn(t *testing.T) {
	t.Parallel()
	env := minimalEnv("V2M_CONFIG=x", "V2M_FIXTURES=x", "V2M_MQTT_ULR=hunter2", "V2M_XYLOPHONE=x", "V2MQ=x")
	_, warnings, err := config.Load("", env, vocabulary())
	want := "warning: environment: V2M_MQTT_ULR: unknown variable; ignored (did you mean V2M_MQTT_URL?)\n" +
		"warning: environment: V2M_XYLOPHONE: unknown variable; ignored\n"
	if got := formatWarnings(warnings); err != nil || got != want {
		t.Errorf("%v\n%s", err, cmp.Diff(want, got))
	}
}

func TestVariableExpansionInFile(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain": "plain", "${A}": "one", "x${A}y${B}z": "xoney${A}z", "$A $ x": "$A $ x", " y\t": "y", "$${A}": "${A}", "$$$$": "$$",
		"$${A": "${A", "${EMPTY}.": ".", "100$": "100$",
	} {
		data := "withings: {client_id: '" + text + "', client_secret: s, profiles: [Alice]}"
		c, _, err := config.Parse("config.yaml", []byte(data), []string{"A=two", "A=one", "B=${A}", "EMPTY="}, vocabulary())
		if err != nil || c.Withings.ClientID != want {
			t.Errorf("%q: %+v, %v, want %q", text, c, err, want)
		}
	}
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
