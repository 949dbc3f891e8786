// SPDX-License-Identifier: MIT

package config

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"vitals2mqtt/units"
)

// decoder turns the values that were read into a configuration.
type decoder struct {
	*reader
	// scalars are the single values that were decoded, by path.
	scalars map[string]scalar
	// failed are the keys with a problem: they are not reported as missing too.
	failed map[string]bool
	// vocabulary are the keys of the catalogue and of the extra types.
	// suggestableKeys are those of the latter that a message may suggest: none
	// out of a variable, which may hold a secret.
	vocabulary      Vocabulary
	suggestableKeys []string
}

// decodeAll decodes every row of the table, and checks the whole.
func (r *reader) decodeAll() *Config {
	c := &Config{}
	d := &decoder{reader: r, scalars: map[string]scalar{}, failed: map[string]bool{}}
	// Lists of measurements may name the keys of extra types, and profiles take
	// what they leave out from the rest.
	var others, profiles []tableRow
	for _, row := range d.table {
		switch {
		case row.Type == TypeExtraTypes:
			d.decodeRow(c, row)
		case row.Type == TypeProfiles:
			profiles = append(profiles, row)
		case row.field != nil:
			others = append(others, row)
		}
	}
	d.vocabulary = d.source.Vocabulary.withExtraTypes(c.Withings.ExtraTypes, d.suggestableKeys)
	for _, row := range slices.Concat(others, profiles) {
		d.decodeRow(c, row)
	}
	checker{d}.checkConsistency(c)
	return c
}

// decodeRow puts the default of a row, and the value if there is one, into its
// field.
func (d *decoder) decodeRow(c *Config, row tableRow) {
	if row.Path == "state_dir" && d.source.StateDir != "" {
		row.Default = strings.ReplaceAll(d.source.StateDir, "$", "$$")
	}
	if row.Default != "" {
		if decoded, ok := d.decode(c, row, value{node: plainNode(row.Default)}); ok {
			setField(row.field(c), decoded)
		}
	}
	before := len(d.problems)
	if v, ok := d.values[row.Path]; ok {
		if decoded, ok := d.decode(c, row, v); ok {
			setField(row.field(c), decoded)
		}
	}
	if v, ok := d.values[row.Path+fileSuffix]; ok && row.Type == TypeSecret {
		if s, ok := d.readSecretFile(v); ok {
			if decoded, ok := d.parseValue(row.Key, s); ok {
				setField(row.field(c), decoded)
			}
			if !row.isPlainType() && strings.TrimSpace(s.text) != s.text {
				d.addWarning(s.place, CodeInvalid, "the text in the file begins or ends with a space, which is part of the secret")
			}
		}
	}
	failed := len(d.problems) > before
	d.failed[row.Path] = failed
	if row.Required && !failed && !d.isUnreadable(row.Path) && reflect.ValueOf(row.field(c)).Elem().IsZero() {
		d.addProblem(d.placeOf(row.Path), CodeMissing, "missing: %s", missingHint(row.Key))
	}
}

// isUnreadable reports whether a key may be set where it could not be read.
func (d *decoder) isUnreadable(path string) bool {
	return d.unreadable || slices.ContainsFunc(d.misspelt, func(section string) bool {
		_, present := d.sections[section]
		return !present && section != "" && strings.HasPrefix(path+".", section+".")
	})
}

// decode turns the node of a row into a value of its field's type. It returns
// false for null, and for what is wrong, which is reported.
func (d *decoder) decode(c *Config, row tableRow, v value) (any, bool) {
	switch row.Type {
	case TypeKeys:
		return d.decodeKeys(v)
	case TypeProfiles:
		return d.decodeProfiles(c, v)
	case TypeAttributions:
		return d.decodePolicy(v)
	case TypeExtraTypes:
		return d.decodeExtraTypes(v)
	case TypeNetworks:
		return decodeList(d.reader, v, "a network", "[10.0.0.0/8, 192.0.2.7]", parseNetwork)
	case TypeHosts:
		return decodeList(d.reader, v, "a host name", "[homeserver.lan, homeassistant.local]", parseHost)
	default:
		s, ok := d.readScalar(v)
		if !ok {
			return nil, false
		}
		if row.Type == TypeSecret {
			d.warnHiddenByComment(v)
		}
		if v.path != "" {
			d.scalars[row.Path] = s
		}
		return d.parseValue(row.Key, s)
	}
}

func (d *decoder) parseValue(key Key, s scalar) (any, bool) {
	parsed, err := key.parse(s)
	if err != nil {
		d.addParseError(s.place, err)
		return nil, false
	}
	return parsed, true
}

// setField stores a value in a field. Empty text sets a field of another type
// to zero.
func setField(field, decoded any) {
	target, source := reflect.ValueOf(field).Elem(), reflect.ValueOf(decoded)
	if !source.CanConvert(target.Type()) {
		target.SetZero()
		return
	}
	target.Set(source.Convert(target.Type()))
}

// readSecretFile reads the file that a secret's _file variant names.
func (d *decoder) readSecretFile(v value) (scalar, bool) {
	file, ok := d.readScalar(v)
	if !ok {
		return scalar{}, false
	}
	data, err := d.source.Open(file.absolutePath())
	if err != nil {
		hint := ""
		if file.folder != "" && file.absolutePath() != file.text {
			hint = "; relative paths are resolved against the directory of this file"
		}
		d.addProblem(file.place, CodeFile, "cannot read file: %s%s", d.source.readErrorText(file.absolutePath(), err), hint)
		return scalar{}, false
	}
	text, problem := secretText(data)
	if problem != "" {
		d.addProblem(file.place, CodeFile, "%s", problem)
		return scalar{}, false
	}
	return scalar{place: file.place, text: text}, true
}

func missingHint(key Key) string {
	if key.Type == TypeProfiles {
		return "add at least one profile here or in " + key.Env + ", as in profiles: [Alice]"
	}
	variant := ""
	if key.Type == TypeSecret {
		variant = " (or " + key.Path + fileSuffix + ")"
	}
	return "copy it from your application in the Withings developer portal into this key" + variant + " or into " + key.Env
}

// warnUnusedUnits warns about units that would be converted a second time:
// without the detail view, Home Assistant reads the bare topics.
func (d *decoder) warnUnusedUnits(c *Config, system units.System, at place) {
	if c.HomeAssistant.Discovery && !c.MQTT.Views.Detail && system != "" && system != units.Metric {
		d.addWarning(at, CodeIgnored,
			"ignored: without mqtt.views.detail, Home Assistant reads the bare values, which stay metric")
	}
}

// firstLineHint is where the first of two is.
func (p place) firstLineHint() string {
	if p.line == 0 {
		return ""
	}
	return "; the first is on line " + strconv.Itoa(p.line)
}
