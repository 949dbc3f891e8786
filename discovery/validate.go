// SPDX-License-Identifier: MIT

package discovery

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Problem is why a document, or one of its components, is not published.
type Problem struct {
	// Component is the key of the component that was left out; "" when the
	// whole document is refused.
	Component string
	// Rule is the stable name of the rule.
	Rule string
	// Text says what is wrong.
	Text string
}

// String formats the problem for a log.
func (p Problem) String() string {
	if p.Component == "" {
		return p.Text + " (" + p.Rule + ")"
	}
	return p.Component + ": " + p.Text + " (" + p.Rule + ")"
}

// Validate returns what of a document can be published, and why the rest
// cannot. A component that Home Assistant would refuse, or for which it would
// refuse the whole device, is left out; a document that cannot be published at
// all comes back as the zero Document.
//
// Only what comes from outside is checked: ids, names, and the rows that users
// add. The tests check what this package writes itself.
func Validate(d Document) (Document, []Problem) {
	if d.IsZero() {
		return Document{}, nil
	}
	if text := checkDocumentID(d.id); text != "" {
		return Document{}, []Problem{{Rule: "id", Text: text}}
	}
	bad, problems := map[string]bool{}, []Problem(nil)
	for _, key := range d.Components() {
		for _, r := range rules() {
			if text := r.check(d, d.components[key]); text != "" {
				problems = append(problems, Problem{Component: key, Rule: r.name, Text: text})
				bad[key] = true
			}
		}
	}
	d = d.withoutComponents(bad)
	if size := len(d.JSON()); size > maxDocumentSize {
		text := fmt.Sprintf("document has %d bytes, more than the limit of %d", size, maxDocumentSize)
		return Document{}, append(problems, Problem{Rule: "size", Text: text})
	}
	return d, problems
}

// maxDocumentSize limits a document, in bytes. A profile with a hundred values
// takes about 55 kB.
const maxDocumentSize = 128_000

// namePattern is what ids and keys may consist of.
var namePattern = regexp.MustCompile(`^[a-zA-Z0-9_-]+$`)

func checkDocumentID(id string) string {
	own, ok := strings.CutPrefix(id, programName+"_")
	if !ok || own == "" || own == "bridge_" || !namePattern.MatchString(id) {
		return fmt.Sprintf("invalid device id %q: want %s_, then letters, digits, _ and - only", id, programName)
	}
	return ""
}

// rule is a check of one component. It returns what is wrong, "" for nothing.
type rule struct {
	name  string
	check func(d Document, c object) string
}

// rules returns the rules that a component can break by a row of the user, or
// by the name of a profile or device.
func rules() []rule {
	return []rule{
		{"name-repeats-device", checkNamePrefix},
		{"sensor-device-class", forSensors(checkDeviceClass)},
		{"sensor-unit", forSensors(checkUnit)},
		{"sensor-state-for-class", forSensors(checkStateClass)},
		{"sensor-precision", forSensors(checkPrecision)},
	}
}

// forSensors limits a rule to components of the platform sensor that have a
// device class.
func forSensors(check func(class string, c object) string) func(Document, object) string {
	return func(_ Document, c object) string {
		if class := c.text("device_class"); class != "" && c.text("platform") == "sensor" {
			return check(class, c)
		}
		return ""
	}
}

func checkNamePrefix(d Document, c object) string {
	device, _ := d.root["device"].(object)
	if hasDevicePrefix(c.text("name"), device.text("name")) {
		return "the name repeats the device name"
	}
	return ""
}

func checkDeviceClass(class string, _ object) string {
	if _, ok := sensorClasses[class]; !ok {
		return fmt.Sprintf("invalid device_class %q for sensor", class)
	}
	return ""
}

func checkUnit(class string, c object) string {
	known, ok := sensorClasses[class]
	if unit := c.text("unit_of_measurement"); ok && !known.acceptsUnit(unit) {
		return fmt.Sprintf("device_class %s does not allow unit %q", class, unit)
	}
	return ""
}

func checkStateClass(class string, c object) string {
	known, ok := sensorClasses[class]
	if state := c.text("state_class"); ok && state != "" && !slices.Contains(known.states, state) {
		return fmt.Sprintf("device_class %s does not allow state_class %s", class, state)
	}
	return ""
}

// checkPrecision finds what makes Home Assistant expect a number where the
// state is a text or a time.
func checkPrecision(class string, c object) string {
	if c.has("suggested_display_precision") && hasTextState(class) {
		return "suggested_display_precision is for numbers"
	}
	return ""
}
