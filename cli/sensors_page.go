// SPDX-License-Identifier: MIT

package cli

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"vitals2mqtt/sensors"
	"vitals2mqtt/web"
)

// cell makes a text safe in a table of Markdown.
var cell = strings.NewReplacer("|", `\|`, "<", "&lt;", ">", "&gt;").Replace

// sensorMarkdown prints docs/sensors.md.
func sensorMarkdown(w io.Writer) error {
	var page strings.Builder
	page.WriteString("# Sensors\n\n" +
		"Every value that vitals2mqtt can publish. `key` is its name in topics, entity ids and `measurements`. *Enabled* " +
		"entities are shown\nin Home Assistant by default, the others after you enable them there. *0.97* marks the keys of the " +
		"legacy YAML integration.\n`Withings API` is what the value is in the responses of the cloud: the number of a measure " +
		"type, or the name of a field.\n\n" +
		"`vitals2mqtt sensors --format markdown` prints this page, `--json` prints it for programs.\n")
	for _, group := range web.Groups() {
		writeSensorTable(&page, group)
	}
	writeMethods(&page)
	writeAttributions(&page)
	_, err := io.WriteString(w, page.String())
	return err
}

// writeSensorTable prints the sensors of a group.
func writeSensorTable(page *strings.Builder, group web.Group) {
	title := string(group)
	if group == web.GroupOther {
		title = "Status"
	}
	_, _ = fmt.Fprintf(page, "\n## %s\n\n| key | name | unit | enabled | 0.97 | Withings API | remark |\n"+
		"| --- | --- | --- | --- | --- | --- | --- |\n", title)
	for _, row := range sensors.Catalogue() {
		if web.GroupOf(row) == group {
			_, _ = fmt.Fprintf(page, "| `%s` | %s | %s | %s | %s | %s | %s |\n",
				row.Key, cell(row.Name), cell(row.Unit), yesOrEmpty(row.Enabled), yesOrEmpty(row.Original),
				fieldOf(row), remarkOf(row))
		}
	}
}

// fieldOf is what the value of a sensor is in responses; "" for what they do
// not hold as it is.
func fieldOf(row sensors.Sensor) string {
	if row.Measure > 0 {
		return "type " + strconv.Itoa(row.Measure)
	}
	return codeList(row.Fields, ", else ")
}

// maxListedOptions is how many words of a sensor the documentation lists.
const maxListedOptions = 10

// remarkOf is what a user should know about a sensor, in Markdown.
func remarkOf(row sensors.Sensor) string {
	var remarks []string
	if text := sensors.RemarkOf(row.Key); text != "" {
		remarks = append(remarks, strings.Replace(cell(text), "push notifications", "[push notifications](push.md)", 1))
	}
	if n := len(row.Options); n > 0 && n <= maxListedOptions {
		remarks = append(remarks, codeList(row.Options, ", "))
	}
	if slices.ContainsFunc(sensors.Methods(), func(m sensors.Method) bool { return slices.Contains(m.Keys, row.Key) }) {
		remarks = append(remarks, "[computed](#computed-values)")
	}
	return strings.Join(remarks, "; ")
}

// codeList joins words that are printed as code.
func codeList(words []string, separator string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = "`" + word + "`"
	}
	return strings.Join(quoted, separator)
}

func writeMethods(page *strings.Builder) {
	page.WriteString("\n## Computed values\n\n" +
		"Computed values have one more decimal place than Home Assistant displays.\n\n" +
		"| key | method |\n| --- | --- |\n")
	for _, method := range sensors.Methods() {
		_, _ = fmt.Fprintf(page, "| %s | %s |\n", codeList(method.Keys, ", "), cell(method.Text))
	}
}

func writeAttributions(page *strings.Builder) {
	page.WriteString("\n## Attribution\n\n" +
		"The `attribution` field of a detail. Change the handling with `withings.attributions`; " +
		"unlisted numbers are published and marked `unconfirmed`.\n\n" +
		"| number | meaning | default |\n| --- | --- | --- |\n")
	for _, a := range sensors.Attributions() {
		_, _ = fmt.Fprintf(page, "| %d | %s | %s |\n", a.Number, a.Meaning, a.Action)
	}
}

func yesOrEmpty(is bool) string {
	if is {
		return "yes"
	}
	return ""
}
