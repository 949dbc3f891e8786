// SPDX-License-Identifier: MIT

package config_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/config"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/internal/goldentest"
	"vitals2mqtt/units"
)

// TestGoldenPage writes the table of keys as a page.
func TestGoldenPage(t *testing.T) {
	t.Parallel()
	goldentest.Compare(t, "../docs/configuration.md", referencePage(t))
}

const referenceHead = `# Configuration

Generated from the program's table of keys (` + "`go generate ./config`" + `).
[config.example.yaml](../config.example.yaml) is the same as a file to copy: ` + "`vitals2mqtt init`" + ` writes it.

- **Which file.** ` +
	"`--config FILE`, else `V2M_CONFIG`, else `./config.yaml`, else `/etc/vitals2mqtt/config.yaml`" + `. Without a
  file, the environment alone can be enough.
- **Strict.** Every mistake is reported at once with its line and column: ` +
	"`vitals2mqtt check`" + `. Unknown keys are errors.
- **Environment.** Each key has a variable, shown below the key, which overrides the file. An empty one counts as not
  set. Lists are separated by commas (` + "`V2M_WITHINGS_PROFILES=Alice,Bob`" + `), pairs have colons
  (` + "`V2M_WITHINGS_EXTRA_TYPES=122:my_value`, `V2M_WITHINGS_ATTRIBUTIONS=1:publish`" + `).
- **Variables in the file.** ` + "`${NAME}`" + ` is replaced by the environment variable; ` +
	"`$$`" + ` is one dollar sign.
- **Secrets.** Every secret also has a variant ending in ` + "`_file`" + `. Nothing ever prints a secret.
- **Editors.** [config.schema.json](../config/config.schema.json) is the JSON Schema. With
  ` + "`# yaml-language-server: $schema=PATH`" + ` and its path as the first line of the file, an editor completes and checks keys.
`

func referencePage(t *testing.T) []byte {
	t.Helper()
	var text strings.Builder
	text.WriteString(referenceHead)
	section := ""
	for _, key := range config.Reference() {
		if name, _, _ := strings.Cut(key.Path, "."); name != section {
			section = name
			text.WriteString("\n## " + name + "\n\n| key | value | default | description |\n| --- | --- | --- | --- |\n")
		}
		text.WriteString(referenceRow(key))
	}
	text.WriteString("\n## Values\n\n| value | format |\n| --- | --- |\n")
	var explained []config.Type
	for _, row := range typeRows() {
		_, _ = fmt.Fprintf(&text, "| %s | %s |\n", row.name, row.text)
		explained = append(explained, row.name)
	}
	for _, key := range config.Reference() {
		if !slices.Contains(explained, key.Type) {
			t.Errorf("no description of type %s", key.Type)
		}
	}
	text.WriteString("\n" + unitsTable(t))
	return []byte(text.String())
}

func referenceRow(key config.Key) string {
	name, what, standard := "`"+key.Path+"`", key.Description, "`"+key.Default+"`"
	if key.Env != "" {
		name += "<br>`" + key.Env + "`"
	}
	switch {
	case key.Required && key.Type == config.TypeSecret:
		standard = "must be given, here or by file"
	case key.Required:
		standard = "must be given"
	case key.Default == "":
		standard = ""
	}
	what = strings.NewReplacer("<", "&lt;", ">", "&gt;", "|", `\|`).Replace(what)
	what += " Example: `" + key.Example + "`"
	return "| " + strings.Join([]string{name, valueText(key), standard, what}, " | ") + " |\n"
}

func valueText(key config.Key) string {
	switch key.Type {
	case config.TypeChoice:
		return "`" + strings.Join(key.Choices, "`, `") + "`"
	case config.TypeNumber:
		return fmt.Sprintf("number, %d to %d", key.Min, key.Max)
	case config.TypeDuration:
		return fmt.Sprintf("duration, %s to %s", time.Duration(key.Min)*time.Second, time.Duration(key.Max)*time.Second)
	default:
		return string(key.Type)
	}
}

type typeRow struct {
	name config.Type
	text string
}

func typeRows() []typeRow {
	return []typeRow{
		{config.TypeText, "one line; in quotes when it begins with one of `@ % & * !` or has a colon and a space in it"},
		{config.TypeSecret, "a text that is never printed"},
		{
			config.TypeFile,
			"a path, relative to the directory of the configuration file, or in a variable to the working directory",
		},
		{config.TypeFolder, "the same for a directory"},
		{config.TypeBool, "`true`, `yes`, `on`; `false`, `no`, `off`"},
		{config.TypeNumber, "a whole number between its bounds"},
		{config.TypeDuration, "`30s`, `2m`, `1h30m`; a number alone is seconds"},
		{config.TypeSlug, "lower-case letters a-z, digits and single underscores between them, at most 64 in all"},
		{config.TypeChoice, "one of the words in the table"},
		{config.TypeURL, "`http://` or `https://`, without user, password, `?` and `#`"},
		{config.TypeCallback, "`http://` or `https://` exactly as registered, including a slash at its end; " +
			"without user, password and `#`"},
		{config.TypePublicURL, "`https://` with a public host name, port 443 or none, a path or none; on this machine also " +
			"`http://localhost:8099`"},
		{config.TypeBroker, "`mqtt://`, `mqtts://`, `ws://` or `wss://` with host and port (`tcp://` and `ssl://` are the " +
			"same as the first two), or `embedded`"},
		{config.TypeListen, "`127.0.0.1:8099`, `[::1]:8099`; `0.0.0.0:8099` or `:8099` for all addresses"},
		{config.TypeTopic, "levels with slashes between them, none at the ends; no `+`, no `#`"},
		{config.TypeSchedule, "`@every 5m`, `@hourly`, or the five fields of cron, `*/15 6-23 * * *`; in quotes. " +
			"`CRON_TZ=Europe/Berlin ` in front sets a time zone"},
		{config.TypeKeys, "`all`, one key, or `[weight_kg, sleep_state]`; the keys are in [sensors.md](sensors.md). A map " +
			"of keys, as Home Assistant 0.97 had it, is read too"},
		{config.TypeProfiles, "`[Alice, Bob]`, or a section with `name` for a profile"},
		{config.TypeAttributions, "`{1: publish, 8: hold}`; the actions are `publish`, `hold` and `mark`"},
		{config.TypeExtraTypes, "rows with `type` and `key`, at most 100: `[{type: 122, key: my_value}]`"},
		{config.TypeNetworks, "`[10.0.0.0/8, 192.0.2.7]`, or one of them alone; IPv6 in quotes, `[\"2001:db8::/32\"]`"},
		{config.TypeHosts, "`[homeserver.lan, homeassistant.local]`, or one of them alone; without `http://`, port and `*`"},
		{config.TypeKeep, "`forever`, or a number of days, weeks or years: `90d`, `26w`, `10y`"},
		{config.TypeMirror, "`http://` or `https://`, with or without a path and a query: " +
			"`http://homeserver.lan:8086/write?rp=years`; without user and password"},
		{config.TypeIdentifier, "lower-case letters, digits and single underscores, a letter first, at most 64"},
		{config.TypeIcon, "`mdi:` and a name from Material Design Icons"},
	}
}

// unitsTable shows one value of each kind in each unit system.
func unitsTable(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	text.WriteString("## Unit systems\n\nWhat the bare topic shows of the same value. Home Assistant reads the detail " +
		"topic, whose `value` is always metric.\nEverything else (mmHg, m/s, kg/m² …) is the same in all three.\n\n| value |")
	for _, system := range units.Systems() {
		text.WriteString(" `" + string(system) + "` |")
	}
	text.WriteString("\n|" + strings.Repeat(" --- |", len(units.Systems())+1) + "\n")
	for _, row := range []struct {
		name  string
		kind  units.Kind
		value string
	}{
		{"mass", units.Kind{Class: "weight", Unit: "kg"}, "81.35"},
		{"height", units.Kind{Unit: "m"}, "1.78"},
		{"distance", units.Kind{Class: "distance", Unit: "m"}, "5230"},
		{"temperature", units.Kind{Class: "temperature", Unit: "°C"}, "36.8"},
		{"blood glucose", units.Kind{Class: "blood_glucose_concentration", Unit: "mg/dL"}, "95"},
	} {
		number, err := decimal.Parse(row.value)
		if err != nil {
			t.Fatal(err)
		}
		text.WriteString("| " + row.name + " |")
		for _, system := range units.Systems() {
			shown, unit := row.value, row.kind.Unit
			if other, ok := system.Convert(row.kind, number); ok {
				shown, unit = other.Text, other.Unit
			}
			text.WriteString(" `" + shown + "`")
			if unit != "" {
				text.WriteString(" " + unit)
			}
			text.WriteString(" |")
		}
		text.WriteString("\n")
	}
	return text.String()
}
