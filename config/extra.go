// SPDX-License-Identifier: MIT

package config

import (
	"fmt"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"vitals2mqtt/sensors"
)

// extraTypesPath is the list of measure types that the user adds; listInfix
// separates a list from the keys inside it.
const (
	extraTypesPath = "withings.extra_types"
	listInfix      = "[]."
)

// maxExtraTypes bounds that list. The Withings API has about 80 measure types.
const maxExtraTypes = 100

// typeKeyPrefix begins the keys of measure types without a row.
const typeKeyPrefix = "type_"

func typeKey(measure int) string { return typeKeyPrefix + strconv.Itoa(measure) }

// rawExtraType is a row before it is decoded.
type rawExtraType struct {
	place
	given map[string]scalar
	// failed says that something in it was reported already.
	failed bool
}

// extraTypeFields are the places of a row's values, by the names of their keys.
func extraTypeFields(sensor *sensors.Sensor) map[string]any {
	return map[string]any{
		"type": &sensor.Measure, "key": &sensor.Key, "name": &sensor.Name, "unit": &sensor.Unit,
		"precision": &sensor.Precision, "device_class": &sensor.DeviceClass, "icon": &sensor.Icon, "enabled": &sensor.Enabled,
	}
}

// decodeExtraTypes decodes the list of measure types to rows like those of the
// catalogue. It returns wrong ones too, so that their keys are not reported
// again as unknown.
func (d *decoder) decodeExtraTypes(v value) ([]sensors.Sensor, bool) {
	if v.node.Kind != yaml.SequenceNode {
		if !v.isNull() {
			d.addProblem(v.place, CodeWrongType, "must be a list of rows such as [{type: 122, key: my_value}], not %s", v.kind())
		}
		return nil, false
	}
	var own []sensors.Sensor
	keys, types := map[string]scalar{}, map[int]scalar{}
	for i, node := range v.node.Content {
		item := v.child(node, indexPath(v.path, i))
		if i == maxExtraTypes {
			d.addProblem(item.place, CodeInvalid, "too many entries: at most %d are allowed", maxExtraTypes)
			break
		}
		extra := d.readExtraType(item)
		sensor := d.decodeExtraType(extra)
		d.checkUnique(extra, sensor, keys, types)
		switch key := extra.given["key"]; {
		case sensor.Key == "":
			sensor.Key = key.text
		case !key.isExpanded():
			d.suggestableKeys = append(d.suggestableKeys, sensor.Key)
		}
		own = append(own, sensor)
	}
	return own, true
}

func (d *decoder) readExtraType(v value) rawExtraType {
	extra := rawExtraType{place: v.place, given: map[string]scalar{}}
	before := len(d.problems)
	if v.node.Kind == yaml.MappingNode {
		d.walkSection(v, extraTypesPath+"[]", func(row tableRow, v value) {
			if s, ok := d.readScalar(v); ok {
				extra.given[strings.TrimPrefix(row.Path, extraTypesPath+listInfix)] = s
			}
		})
	} else {
		d.addProblem(v.place, CodeWrongType, "must be a row such as {type: 122, key: my_value}, not %s", v.kind())
	}
	extra.failed = len(d.problems) > before
	return extra
}

// decodeExtraType decodes one row, without what is wrong in it.
func (d *decoder) decodeExtraType(extra rawExtraType) sensors.Sensor {
	sensor := sensors.Sensor{
		Platform:   "sensor",
		StateClass: "measurement",
		Precision:  sensors.NoPrecision,
		Enabled:    true,
		Scope:      sensors.ScopeProfile,
		Endpoint:   sensors.EndpointMeasures,
	}
	fields := extraTypeFields(&sensor)
	for _, row := range d.table {
		name, inside := strings.CutPrefix(row.Path, extraTypesPath+listInfix)
		s, given := extra.given[name]
		switch empty := strings.TrimSpace(s.text) == ""; {
		case !inside:
		case row.Required && given && empty:
			d.addProblem(s.place, CodeMissing, "is empty")
		case row.Required && !given && !extra.failed:
			d.addProblem(extra.place, CodeMissing, "missing %s", name)
		case !empty:
			if decoded, ok := d.parseValue(row.Key, s); ok {
				setField(fields[name], decoded)
			}
		}
	}
	sensor.Name, sensor.Unit = strings.TrimSpace(sensor.Name), strings.TrimSpace(sensor.Unit)
	if sensor.Name == "" {
		sensor.Name = humanize(sensor.Key)
	} else if len(sensor.Name) > maxNameLength {
		d.addProblem(extra.given["name"].place, CodeInvalid, "longer than %d bytes", maxNameLength)
	}
	sensor.Source = fmt.Sprintf("getmeas %d, added in the configuration", sensor.Measure)
	return sensor
}

// humanize turns "my_value" into "My value".
func humanize(key string) string {
	if key == "" {
		return ""
	}
	return strings.ToUpper(key[:1]) + strings.ReplaceAll(key[1:], "_", " ")
}

// checkUnique reports a key or a measure type that the catalogue or an earlier
// row has.
func (d *decoder) checkUnique(extra rawExtraType, sensor sensors.Sensor, keys map[string]scalar, types map[int]scalar) {
	if s := extra.given["key"]; sensor.Key != "" {
		first, again := keys[sensor.Key]
		switch reason := keyConflict(sensor.Key); {
		case reason != "":
			d.addProblem(s.place, CodeConflict, "invalid key %s: %s", s.quoted(), reason)
		case again:
			d.addProblem(s.place, CodeDuplicate, "%s is listed twice%s", s.quoted(), first.firstLineHint())
		default:
			keys[sensor.Key] = s
		}
	}
	if s := extra.given["type"]; sensor.Measure != 0 {
		first, again := types[sensor.Measure]
		switch owner := catalogueKey(sensor.Measure); {
		case owner != "":
			d.addProblem(s.place, CodeConflict, "measure type %s is already in the catalogue as %s", s.unexpanded, owner)
		case again:
			d.addProblem(s.place, CodeDuplicate, "measure type %s is listed twice%s", s.unexpanded, first.firstLineHint())
		default:
			types[sensor.Measure] = s
		}
	}
}
