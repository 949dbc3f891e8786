package config

import (
	"fmt"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"vitals2mqtt/sensors"
)

// extraTypesPath is the list of measure types that the user adds, and listInfix stands
// between a list and the keys inside it.
const (
	extraTypesPath = "withings.extra_types"
	listInfix      = "[]."
)

// maxExtraTypes bounds that list. The cloud has about 80 measure types in all.
const maxExtraTypes = 100

// typeKeyPrefix begins the keys of measure types that nobody has named.
const typeKeyPrefix = "type_"

func typeKey(measure int) string { return typeKeyPrefix + strconv.Itoa(measure) }

// extraTypeList is the list of measure types as somebody wrote it.
type extraTypeList struct{ rows []rawExtraType }

// rawExtraType is one of them.
type rawExtraType struct {
	position
	path string
	raw  map[string]scalar
	// failed says that something in it was reported already.
	failed bool
}

// readExtraTypes reads the list of measure types, nil for nothing.
func (r *reader) readExtraTypes(node *yaml.Node, shown string) *extraTypeList {
	node = resolveAlias(node)
	switch {
	case node.Kind == yaml.SequenceNode:
		list := &extraTypeList{}
		for i, item := range node.Content {
			list.rows = append(list.rows, r.readExtraType(item, shown+"["+strconv.Itoa(i)+"]"))
		}
		return list
	case node.ShortTag() != "!!null":
		r.addProblem(r.positionOf(node), shown, "must be a list of rows such as [{type: 122, key: my_value}], not %s", kindName(node))
	}
	return nil
}

func (r *reader) readExtraType(node *yaml.Node, shown string) rawExtraType {
	node = resolveAlias(node)
	extra := rawExtraType{position: r.positionOf(node), path: shown, raw: map[string]scalar{}}
	before := len(r.problems)
	if node.Kind == yaml.MappingNode {
		r.walkSection(node, extraTypesPath+"[]", shown, func(row tableRow, value *yaml.Node, path string) {
			if s, ok := r.readScalar(value, path); ok {
				extra.raw[strings.TrimPrefix(row.Path, extraTypesPath+listInfix)] = s
			}
		})
	} else {
		r.addProblem(extra.position, shown, "must be a row such as {type: 122, key: my_value}, not %s", kindName(node))
	}
	extra.failed = len(r.problems) > before
	return extra
}

// extraTypesFromEnvironment reads "122:my_value,240:other_value".
func (r *reader) extraTypesFromEnvironment(s scalar) *extraTypeList {
	list := &extraTypeList{}
	for _, part := range s.splitList() {
		number, key, _ := strings.Cut(part.text, ":")
		number, key = strings.TrimSpace(number), strings.TrimSpace(key)
		if number == "" || key == "" {
			r.addProblem(s.position, s.path, "must be pairs such as 122:my_value,240:other_value, not %s", part.quoted())
			continue
		}
		given := map[string]scalar{}
		for name, text := range map[string]string{"type": number, "key": key} {
			given[name] = scalar{position: s.position, path: s.path, text: text, unexpanded: text}
		}
		list.rows = append(list.rows, rawExtraType{position: s.position, path: s.path, raw: given})
	}
	return list
}

// extraTypeFields are the places of a row's values, by the names of their keys.
func extraTypeFields(sensor *sensors.Sensor) map[string]any {
	return map[string]any{
		"type": &sensor.Measure, "key": &sensor.Key, "name": &sensor.Name, "unit": &sensor.Unit, "precision": &sensor.Precision,
		"device_class": &sensor.DeviceClass, "icon": &sensor.Icon, "enabled": &sensor.Enabled,
	}
}

// resolveExtraTypes turns what is written into rows like those of the catalogue. It
// returns wrong ones too, so that nobody hears of their keys a second time.
func (r *reader) resolveExtraTypes(list *extraTypeList) []sensors.Sensor {
	rows := list.rows
	if len(rows) > maxExtraTypes {
		r.addProblem(rows[maxExtraTypes].position, rows[maxExtraTypes].path, "too many entries: at most %d are allowed", maxExtraTypes)
		rows = rows[:maxExtraTypes]
	}
	own := make([]sensors.Sensor, 0, len(rows))
	keys, types := map[string]scalar{}, map[int]scalar{}
	for _, extra := range rows {
		sensor := r.resolveExtraType(extra)
		r.checkUnique(extra, sensor, keys, types)
		switch key := extra.raw["key"]; {
		case sensor.Key == "":
			sensor.Key = key.text
		case !key.isExpanded():
			r.suggestableKeys = append(r.suggestableKeys, sensor.Key)
		}
		own = append(own, sensor)
	}
	return own
}

// resolveExtraType reads one row, and leaves out what is wrong in it.
func (r *reader) resolveExtraType(extra rawExtraType) sensors.Sensor {
	sensor := sensors.Sensor{
		Platform: "sensor", StateClass: "measurement", Precision: sensors.NoPrecision, Enabled: true,
		Scope: sensors.ScopeProfile, Endpoint: sensors.EndpointMeasures,
	}
	fields := extraTypeFields(&sensor)
	for _, row := range r.table {
		name, inside := strings.CutPrefix(row.Path, extraTypesPath+listInfix)
		s, given := extra.raw[name]
		switch empty := strings.TrimSpace(s.text) == ""; {
		case !inside:
		case row.Required && given && empty:
			r.addProblem(s.position, s.path, "is empty")
		case row.Required && !given && !extra.failed:
			r.addProblem(extra.position, extra.path, "missing %s", name)
		case !empty:
			if value, ok := r.parseValue(row.Key, s); ok {
				setField(fields[name], value)
			}
		}
	}
	sensor.Name, sensor.Unit = strings.TrimSpace(sensor.Name), strings.TrimSpace(sensor.Unit)
	if sensor.Name == "" {
		sensor.Name = humanize(sensor.Key)
	} else if s := extra.raw["name"]; len(sensor.Name) > maxNameLength {
		r.addProblem(s.position, s.path, "is longer than %d bytes", maxNameLength)
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

// checkUnique reports a key or a measure type that the catalogue or a row before has.
func (r *reader) checkUnique(extra rawExtraType, sensor sensors.Sensor, keys map[string]scalar, types map[int]scalar) {
	if s := extra.raw["key"]; sensor.Key != "" {
		first, again := keys[sensor.Key]
		switch reason := keyConflict(sensor.Key); {
		case reason != "":
			r.addProblem(s.position, s.path, "invalid key %s: %s", s.quoted(), reason)
		case again:
			r.addProblem(s.position, s.path, "%s is listed twice%s", s.quoted(), first.firstLineHint())
		default:
			keys[sensor.Key] = s
		}
	}
	if s := extra.raw["type"]; sensor.Measure != 0 {
		first, again := types[sensor.Measure]
		switch owner := catalogueKey(sensor.Measure); {
		case owner != "":
			r.addProblem(s.position, s.path, "measure type %s is already in the catalogue as %s", s.unexpanded, owner)
		case again:
			r.addProblem(s.position, s.path, "measure type %s is listed twice%s", s.unexpanded, first.firstLineHint())
		default:
			types[sensor.Measure] = s
		}
	}
}
