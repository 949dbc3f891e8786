package config

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/topics"
	"vitals2mqtt/units"
)

// config puts defaults and what is given together, and checks it.
func (r *reader) config() *Config {
	c := &Config{}
	for _, row := range r.table {
		if row.field == nil {
			continue
		}
		if row.Default != "" {
			if value, wrong := row.parse(scalar{text: row.Default, raw: row.Default}); wrong == nil {
				set(row.field(c), value)
			}
		}
		r.apply(c, row)
	}
	r.required(c)
	r.later()
	r.withings(c)
	r.check(c)
	return c
}

// apply puts one given value into its field, or reports it.
func (r *reader) apply(c *Config, row row) {
	if row.Type == TypeSecret {
		if file, ok := r.given[row.Path+twin]; ok {
			text, ok := r.secretFile(file)
			set(row.field(c), secret.New(text))
			r.failed[row.Path] = !ok
			return
		}
	}
	if list := r.lists[row.Path]; list != nil {
		if row.Type == TypeHosts {
			set(row.field(c), r.resolveHosts(list))
		} else {
			set(row.field(c), r.resolveNetworks(list))
		}
		return
	}
	s, ok := r.given[row.Path]
	if !ok {
		return
	}
	value, ok := r.value(row.Key, s)
	if r.failed[row.Path] = !ok; ok {
		set(row.field(c), value)
	}
}

func (r *reader) value(key Key, s scalar) (any, bool) {
	value, wrong := key.parse(s)
	if wrong != nil {
		r.suggest(s.place, s.path, wrong.suggestion, "%s", wrong.text)
		return nil, false
	}
	return value, true
}

// set stores a value in a field of its type. Empty text leaves the field of
// another type at its default.
func set(field, value any) {
	switch field := field.(type) {
	case *string:
		*field, _ = value.(string)
	case *secret.Text:
		*field, _ = value.(secret.Text)
	case *bool:
		*field, _ = value.(bool)
	case *int:
		*field, _ = value.(int)
	case *time.Duration:
		*field, _ = value.(time.Duration)
	case *Schedule:
		*field, _ = value.(Schedule)
	case *[]string:
		*field, _ = value.([]string)
	case *[]netip.Prefix:
		*field, _ = value.([]netip.Prefix)
	case *units.System:
		text, _ := value.(string)
		*field = units.System(text)
	}
}

// secretFile reads the file that a secret's twin names.
func (r *reader) secretFile(file scalar) (string, bool) {
	data, err := r.source.Open(file.absolute())
	if err != nil {
		hint := ""
		if file.folder != "" && file.absolute() != file.text {
			hint = "; a relative path starts at the folder of this file"
		}
		r.problem(file.place, file.path, "cannot be read: %s%s", reason(err), hint)
		return "", false
	}
	text := strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r")
	if text == "" {
		r.problem(file.place, file.path, "the file is empty")
		return "", false
	}
	return text, true
}

// required reports scalars that must be there and are not. What was given and
// is wrong has been reported already.
func (r *reader) required(c *Config) {
	for _, row := range r.table {
		if !row.Required || row.field == nil {
			continue
		}
		empty := false
		switch field := row.field(c).(type) {
		case *string:
			empty = *field == ""
		case *secret.Text:
			empty = field.Empty()
		}
		if !empty || r.unread || r.failed[row.Path] || r.failed[row.Path+twin] {
			continue
		}
		r.problem(r.where(row.Path), row.Path, "is missing: %s", missing(row.Key))
	}
}

func missing(key Key) string {
	other := ""
	if key.Type == TypeSecret {
		other = " (or " + key.Path + twin + ")"
	}
	switch key.Path {
	case "withings.profiles":
		return "name at least one person here or in " + key.Env + ", as in profiles: [Alice]"
	default:
		return "copy it from your application in the vendor's developer portal into this key" + other + " or into " + key.Env
	}
}

// where is the best place to point at for a key: itself, its section, the file.
func (r *reader) where(path string) place {
	if s, ok := r.given[path]; ok {
		return s.place
	}
	if list := r.lists[path]; list != nil {
		return list.place
	}
	for path != "" {
		if at, ok := r.sections[path]; ok {
			return at
		}
		path = path[:max(0, strings.LastIndexByte(path, '.'))]
	}
	if r.source.Name == "" {
		return place{file: environment}
	}
	return place{file: r.source.Name}
}

// later warns about what does nothing yet, once for each key.
func (r *reader) later() {
	for _, row := range r.table {
		if s, ok := r.given[row.Path]; ok && row.Later {
			if _, ok := r.value(row.Key, s); ok {
				r.warn(s.place, s.path, "", "not available in this version; ignored")
			}
		}
	}
}

// withings resolves the lists: measure types, measurements, profiles, attributions.
func (r *reader) withings(c *Config) {
	if r.extras != nil {
		c.Withings.ExtraTypes = r.extraTypes(r.extras)
	}
	r.words = r.source.Vocabulary.with(c.Withings.ExtraTypes, r.hints)
	if r.keys == nil {
		r.keys = &keyList{items: []scalar{{text: all}}}
	}
	c.Withings.Measurements = r.resolveKeys(r.keys)
	if r.attributions != nil {
		c.Withings.Attributions = r.policy(r.attributions)
	}
	if s, ok := r.given["withings.units"]; ok {
		r.metric(c, c.Withings.Units, s)
	}
	const path = "withings.profiles"
	if r.people == nil || len(r.people.people) == 0 {
		if !r.failed[path] && !r.unread {
			r.problem(r.where(path), path, "is missing: %s", missing(Key{Path: path, Env: variable(path)}))
		}
		return
	}
	slugs := map[string]*scalar{}
	for _, p := range r.people.people {
		profile := Profile{Measurements: c.Withings.Measurements, Schedule: c.Withings.Schedule, Units: c.Withings.Units}
		if p.name != nil {
			profile.Name, profile.Slug = r.name(p.name, slugs)
		}
		if p.keys != nil {
			profile.Measurements = r.resolveKeys(p.keys)
		}
		if p.schedule != nil {
			value, _ := r.value(r.keyOf("withings.profiles[].schedule"), *p.schedule)
			set(&profile.Schedule, value)
		}
		if p.units != nil {
			value, _ := r.value(r.keyOf("withings.profiles[].units"), *p.units)
			set(&profile.Units, value)
			r.metric(c, profile.Units, *p.units)
		}
		c.Withings.Profiles = append(c.Withings.Profiles, profile)
	}
}

// metric warns when Home Assistant would get a value that it then converts once
// more: it reads the bare topics when there are no others.
func (r *reader) metric(c *Config, system units.System, s scalar) {
	if c.HomeAssistant.Discovery && !c.MQTT.Views.Detail && system != "" && system != units.Metric {
		r.warn(s.place, s.path, "", "is not used: without mqtt.views.detail, Home Assistant reads the bare values, which stay metric")
	}
}

// name checks a person's name against those before.
func (r *reader) name(s *scalar, slugs map[string]*scalar) (name, slug string) {
	name = strings.TrimSpace(s.text)
	slug = topics.Slug(name)
	_, control := parseText(*s)
	switch first, taken := slugs[slug]; {
	case control != nil:
		r.problem(s.place, s.path, "%s", control.text)
	case name == "":
		r.problem(s.place, s.path, "is empty, but must be a name")
	case len(name) > maxName:
		r.problem(s.place, s.path, "is longer than %d bytes", maxName)
	case slug == "":
		r.problem(s.place, s.path, "%s needs at least one letter from a to z or a digit, because topics are made from it", s.quoted())
	case topics.IsReserved(slug):
		r.problem(s.place, s.path, "%s cannot be a name: the topic %q is the program's own", s.quoted(), slug)
	case taken && strings.TrimSpace(first.text) == name:
		r.problem(s.place, s.path, "%s is in the list twice%s", s.quoted(), first.earlier())
	case taken:
		r.problem(s.place, s.path, "%s and %s would both have the topic %q%s", s.quoted(), first.quoted(), slug, first.earlier())
	default:
		slugs[slug] = s
	}
	return name, slug
}

// earlier says where the first of two stands.
func (s scalar) earlier() string {
	if s.line == 0 {
		return ""
	}
	return "; the first is on line " + strconv.Itoa(s.line)
}

// maxName keeps topics and device names readable.
const maxName = 100
