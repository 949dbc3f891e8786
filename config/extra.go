package config

import (
	"fmt"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"vitals2mqtt/sensors"
)

// extraPath is the list of measure types that the user adds, and inList stands
// between a list and the keys inside it.
const (
	extraPath = "withings.extra_types"
	inList    = "[]."
)

// maxExtras bounds that list. The cloud has about 80 measure types in all.
const maxExtras = 100

// dynamic begins the keys of measure types that nobody has named.
const dynamic = "type_"

func typeKey(measure int) string { return dynamic + strconv.Itoa(measure) }

// extraList is the list of measure types as somebody wrote it.
type extraList struct{ rows []extraRow }

// extraRow is one of them.
type extraRow struct {
	place
	path  string
	given map[string]scalar
	// failed says that something in it was reported already.
	failed bool
}

// extraList reads the list of measure types, nil for nothing.
func (r *reader) extraList(node *yaml.Node, shown string) *extraList {
	node = resolve(node)
	switch {
	case node.Kind == yaml.SequenceNode:
		list := &extraList{}
		for i, item := range node.Content {
			list.rows = append(list.rows, r.extraRow(item, shown+"["+strconv.Itoa(i)+"]"))
		}
		return list
	case node.ShortTag() != "!!null":
		r.problem(r.place(node), shown, "must be a list of rows such as [{type: 122, key: my_value}], not %s", kind(node))
	}
	return nil
}

func (r *reader) extraRow(node *yaml.Node, shown string) extraRow {
	node = resolve(node)
	extra := extraRow{place: r.place(node), path: shown, given: map[string]scalar{}}
	before := len(r.problems)
	if node.Kind == yaml.MappingNode {
		r.section(node, extraPath+"[]", shown, func(row row, value *yaml.Node, path string) {
			if s, ok := r.scalar(value, path); ok {
				extra.given[strings.TrimPrefix(row.Path, extraPath+inList)] = s
			}
		})
	} else {
		r.problem(extra.place, shown, "must be a row such as {type: 122, key: my_value}, not %s", kind(node))
	}
	extra.failed = len(r.problems) > before
	return extra
}

// extrasFromEnvironment reads "122:my_value,240:other_value".
func (r *reader) extrasFromEnvironment(s scalar) *extraList {
	list := &extraList{}
	for _, part := range s.split() {
		number, key, _ := strings.Cut(part.text, ":")
		number, key = strings.TrimSpace(number), strings.TrimSpace(key)
		if number == "" || key == "" {
			r.problem(s.place, s.path, "must be pairs such as 122:my_value,240:other_value, not %s", part.quoted())
			continue
		}
		given := map[string]scalar{}
		for name, text := range map[string]string{"type": number, "key": key} {
			given[name] = scalar{place: s.place, path: s.path, text: text, raw: text}
		}
		list.rows = append(list.rows, extraRow{place: s.place, path: s.path, given: given})
	}
	return list
}

// extraFields are the places of a row's values, by the names of their keys.
func extraFields(sensor *sensors.Sensor) map[string]any {
	return map[string]any{
		"type": &sensor.Measure, "key": &sensor.Key, "name": &sensor.Name, "unit": &sensor.Unit, "precision": &sensor.Precision,
		"device_class": &sensor.DeviceClass, "icon": &sensor.Icon, "enabled": &sensor.Enabled,
	}
}

// extraTypes turns what is written into rows like those of the catalogue. It
// returns wrong ones too, so that nobody hears of their keys a second time.
func (r *reader) extraTypes(list *extraList) []sensors.Sensor {
	rows := list.rows
	if len(rows) > maxExtras {
		r.problem(rows[maxExtras].place, rows[maxExtras].path, "is one too many: there is room for %d", maxExtras)
		rows = rows[:maxExtras]
	}
	own := make([]sensors.Sensor, 0, len(rows))
	keys, types := map[string]scalar{}, map[int]scalar{}
	for _, extra := range rows {
		sensor := r.extraType(extra)
		r.taken(extra, sensor, keys, types)
		switch key := extra.given["key"]; {
		case sensor.Key == "":
			sensor.Key = key.text
		case !key.expanded():
			r.hints = append(r.hints, sensor.Key)
		}
		own = append(own, sensor)
	}
	return own
}

// extraType reads one row, and leaves out what is wrong in it.
func (r *reader) extraType(extra extraRow) sensors.Sensor {
	sensor := sensors.Sensor{
		Platform: "sensor", StateClass: "measurement", Precision: sensors.NoPrecision, Enabled: true,
		Scope: sensors.ScopeProfile, Endpoint: sensors.EndpointMeasures,
	}
	fields := extraFields(&sensor)
	for _, row := range r.table {
		name, inside := strings.CutPrefix(row.Path, extraPath+inList)
		s, given := extra.given[name]
		switch empty := strings.TrimSpace(s.text) == ""; {
		case !inside:
		case row.Required && given && empty:
			r.problem(s.place, s.path, "is empty")
		case row.Required && !given && !extra.failed:
			r.problem(extra.place, extra.path, "has no %s", name)
		case !empty:
			if value, ok := r.value(row.Key, s); ok {
				set(fields[name], value)
			}
		}
	}
	sensor.Name, sensor.Unit = strings.TrimSpace(sensor.Name), strings.TrimSpace(sensor.Unit)
	if sensor.Name == "" {
		sensor.Name = readable(sensor.Key)
	} else if s := extra.given["name"]; len(sensor.Name) > maxName {
		r.problem(s.place, s.path, "is longer than %d bytes", maxName)
	}
	sensor.Source = fmt.Sprintf("getmeas %d, added in the configuration", sensor.Measure)
	return sensor
}

// readable turns "my_value" into "My value".
func readable(key string) string {
	if key == "" {
		return ""
	}
	return strings.ToUpper(key[:1]) + strings.ReplaceAll(key[1:], "_", " ")
}

// taken reports a key or a measure type that the catalogue or a row before has.
func (r *reader) taken(extra extraRow, sensor sensors.Sensor, keys map[string]scalar, types map[int]scalar) {
	if s := extra.given["key"]; sensor.Key != "" {
		first, again := keys[sensor.Key]
		switch reason := keyTaken(sensor.Key); {
		case reason != "":
			r.problem(s.place, s.path, "%s cannot be a key: %s", s.quoted(), reason)
		case again:
			r.problem(s.place, s.path, "%s is in the list twice%s", s.quoted(), first.earlier())
		default:
			keys[sensor.Key] = s
		}
	}
	if s := extra.given["type"]; sensor.Measure != 0 {
		first, again := types[sensor.Measure]
		switch owner := typeTaken(sensor.Measure); {
		case owner != "":
			r.problem(s.place, s.path, "measure type %s is in the catalogue already: %s", s.raw, owner)
		case again:
			r.problem(s.place, s.path, "measure type %s is in the list twice%s", s.raw, first.earlier())
		default:
			types[sensor.Measure] = s
		}
	}
}
