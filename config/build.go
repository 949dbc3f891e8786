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

// build puts defaults and what is given together, and checks it.
func (r *reader) build() *Config {
	c := &Config{}
	for _, row := range r.table {
		if row.field == nil {
			continue
		}
		if row.Default != "" {
			if value, parseErr := row.parse(scalar{text: row.Default, unexpanded: row.Default}); parseErr == nil {
				setField(row.field(c), value)
			}
		}
		r.apply(c, row)
	}
	r.checkRequired(c)
	r.warnUnimplemented()
	r.resolveWithings(c)
	r.checkConsistency(c)
	return c
}

// apply puts one given value into its field, or reports it.
func (r *reader) apply(c *Config, row tableRow) {
	if row.Type == TypeSecret {
		if file, ok := r.raw[row.Path+fileSuffix]; ok {
			text, ok := r.readSecretFile(file)
			setField(row.field(c), secret.New(text))
			r.failed[row.Path] = !ok
			return
		}
	}
	if list := r.lists[row.Path]; list != nil {
		if row.Type == TypeHosts {
			setField(row.field(c), r.resolveHosts(list))
		} else {
			setField(row.field(c), r.resolveNetworks(list))
		}
		return
	}
	s, ok := r.raw[row.Path]
	if !ok {
		return
	}
	value, ok := r.parseValue(row.Key, s)
	if r.failed[row.Path] = !ok; ok {
		setField(row.field(c), value)
	}
}

func (r *reader) parseValue(key Key, s scalar) (any, bool) {
	value, parseErr := key.parse(s)
	if parseErr != nil {
		r.addProblemWithSuggestion(s.position, s.path, parseErr.suggestion, "%s", parseErr.text)
		return nil, false
	}
	return value, true
}

// setField stores a value in a field of its type. Empty text leaves the field of
// another type at its default.
func setField(field, value any) {
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

// readSecretFile reads the file that a secret's twin names.
func (r *reader) readSecretFile(file scalar) (string, bool) {
	data, err := r.source.Open(file.absolutePath())
	if err != nil {
		hint := ""
		if file.folder != "" && file.absolutePath() != file.text {
			hint = "; relative paths are resolved against the directory of this file"
		}
		r.addProblem(file.position, file.path, "cannot read file: %s%s", readErrorText(err), hint)
		return "", false
	}
	text := strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r")
	if text == "" {
		r.addProblem(file.position, file.path, "file is empty")
		return "", false
	}
	return text, true
}

// checkRequired reports scalars that must be there and are not. What was given and
// is wrong has been reported already.
func (r *reader) checkRequired(c *Config) {
	for _, row := range r.table {
		if !row.Required || row.field == nil {
			continue
		}
		empty := false
		switch field := row.field(c).(type) {
		case *string:
			empty = *field == ""
		case *secret.Text:
			empty = field.IsEmpty()
		}
		if !empty || r.unreadable || r.failed[row.Path] || r.failed[row.Path+fileSuffix] {
			continue
		}
		r.addProblem(r.positionOfKey(row.Path), row.Path, "missing: %s", missingHint(row.Key))
	}
}

func missingHint(key Key) string {
	other := ""
	if key.Type == TypeSecret {
		other = " (or " + key.Path + fileSuffix + ")"
	}
	switch key.Path {
	case "withings.profiles":
		return "add at least one profile here or in " + key.Env + ", as in profiles: [Alice]"
	default:
		return "copy it from your application in the Withings developer portal into this key" + other + " or into " + key.Env
	}
}

// positionOfKey is the best place to point at for a key: itself, its section, the file.
func (r *reader) positionOfKey(path string) position {
	if s, ok := r.raw[path]; ok {
		return s.position
	}
	if list := r.lists[path]; list != nil {
		return list.position
	}
	for path != "" {
		if at, ok := r.sections[path]; ok {
			return at
		}
		path = path[:max(0, strings.LastIndexByte(path, '.'))]
	}
	if r.source.Name == "" {
		return position{file: environmentFile}
	}
	return position{file: r.source.Name}
}

// warnUnimplemented warns about what does nothing yet, once for each key.
func (r *reader) warnUnimplemented() {
	for _, row := range r.table {
		if s, ok := r.raw[row.Path]; ok && row.Unimplemented {
			if _, ok := r.parseValue(row.Key, s); ok {
				r.addWarning(s.position, s.path, "", "not available in this version; ignored")
			}
		}
	}
}

// resolveWithings resolves the lists: measure types, measurements, profiles, attributions.
func (r *reader) resolveWithings(c *Config) {
	if r.extraTypeList != nil {
		c.Withings.ExtraTypes = r.resolveExtraTypes(r.extraTypeList)
	}
	r.vocabulary = r.source.Vocabulary.withExtraTypes(c.Withings.ExtraTypes, r.suggestableKeys)
	if r.keys == nil {
		r.keys = &keyList{items: []scalar{{text: allKeys}}}
	}
	c.Withings.Measurements = r.resolveKeys(r.keys)
	if r.attributions != nil {
		c.Withings.Attributions = r.resolvePolicy(r.attributions)
	}
	if s, ok := r.raw["withings.units"]; ok {
		r.warnUnusedUnits(c, c.Withings.Units, s)
	}
	const path = "withings.profiles"
	if r.profiles == nil || len(r.profiles.items) == 0 {
		if !r.failed[path] && !r.unreadable {
			r.addProblem(r.positionOfKey(path), path, "missing: %s", missingHint(Key{Path: path, Env: envVariable(path)}))
		}
		return
	}
	slugs := map[string]*scalar{}
	for _, p := range r.profiles.items {
		profile := Profile{Measurements: c.Withings.Measurements, Schedule: c.Withings.Schedule, Units: c.Withings.Units}
		if p.name != nil {
			profile.Name, profile.Slug = r.resolveName(p.name, slugs)
		}
		if p.keys != nil {
			profile.Measurements = r.resolveKeys(p.keys)
		}
		if p.schedule != nil {
			value, _ := r.parseValue(r.keyByPath("withings.profiles[].schedule"), *p.schedule)
			setField(&profile.Schedule, value)
		}
		if p.units != nil {
			value, _ := r.parseValue(r.keyByPath("withings.profiles[].units"), *p.units)
			setField(&profile.Units, value)
			r.warnUnusedUnits(c, profile.Units, *p.units)
		}
		c.Withings.Profiles = append(c.Withings.Profiles, profile)
	}
}

// warnUnusedUnits warns when Home Assistant would get a value that it then converts once
// more: it reads the bare topics when there are no others.
func (r *reader) warnUnusedUnits(c *Config, system units.System, s scalar) {
	if c.HomeAssistant.Discovery && !c.MQTT.Views.Detail && system != "" && system != units.Metric {
		r.addWarning(s.position, s.path, "", "ignored: without mqtt.views.detail, Home Assistant reads the bare values, which stay metric")
	}
}

// resolveName checks a person's resolveName against those before.
func (r *reader) resolveName(s *scalar, slugs map[string]*scalar) (name, slug string) {
	name = strings.TrimSpace(s.text)
	slug = topics.Slug(name)
	_, control := parseText(*s)
	switch first, taken := slugs[slug]; {
	case control != nil:
		r.addProblem(s.position, s.path, "%s", control.text)
	case name == "":
		r.addProblem(s.position, s.path, "must not be empty")
	case len(name) > maxNameLength:
		r.addProblem(s.position, s.path, "is longer than %d bytes", maxNameLength)
	case slug == "":
		r.addProblem(s.position, s.path, "%s needs at least one letter a-z or digit to form a topic", s.quoted())
	case topics.IsReserved(slug):
		r.addProblem(s.position, s.path, "%s is reserved: topic %q is used internally", s.quoted(), slug)
	case taken && strings.TrimSpace(first.text) == name:
		r.addProblem(s.position, s.path, "%s is listed twice%s", s.quoted(), first.firstLineHint())
	case taken:
		r.addProblem(s.position, s.path, "%s and %s map to the same topic %q%s", s.quoted(), first.quoted(), slug, first.firstLineHint())
	default:
		slugs[slug] = s
	}
	return name, slug
}

// firstLineHint says where the first of two stands.
func (s scalar) firstLineHint() string {
	if s.line == 0 {
		return ""
	}
	return "; the first is on line " + strconv.Itoa(s.line)
}

// maxNameLength keeps topics and device names readable.
const maxNameLength = 100
