package config

import (
	"maps"
	"slices"
	"strings"
)

// notKeys are our environment variables that are no keys of the configuration:
// the file's name, and what the tests use.
func notKeys() []string { return []string{"V2M_CONFIG", "V2M_FIXTURES", "V2M_SPEC"} }

// environ turns "NAME=value" entries into a map. Of a name that is there twice
// the last counts, as for a child process.
func environ(entries []string) map[string]string {
	env := make(map[string]string, len(entries))
	for _, entry := range entries {
		if name, value, ok := strings.Cut(entry, "="); ok {
			env[name] = value
		}
	}
	return env
}

// environment puts the variables on top of what the file gave. An empty one
// counts as not set: container files pass many on that nobody filled in.
func (r *reader) environment() {
	over := map[string]scalar{}
	for _, row := range r.table {
		text := r.env[row.Env]
		if row.Env == "" || text == "" {
			continue
		}
		over[row.Path] = scalar{place: place{file: environment, variable: row.Env}, path: row.Path, text: text, raw: text}
	}
	r.twins(func(path string) (scalar, bool) {
		s, ok := over[path]
		return s, ok
	})
	for _, row := range r.table {
		path := row.Path
		s, ok := over[path]
		if !ok {
			continue
		}
		if row.Type == TypeNetworks || row.Type == TypeHosts {
			r.lists[path] = &scalarList{place: s.place, items: s.split()}
			continue
		}
		switch path {
		case "withings.measurements":
			r.keys = keysFromEnvironment(s)
		case "withings.profiles":
			r.people = peopleFromEnvironment(s)
		case "withings.attributions":
			r.attributions = r.attributionsFromEnvironment(s)
		case extraPath:
			r.extras = r.extrasFromEnvironment(s)
		default:
			// A secret from here also replaces the file's twin, which would be read else.
			delete(r.given, path+twin)
			r.given[path] = s
		}
	}
	r.strangers()
}

// strangers warns about variables that look like ours and are not.
func (r *reader) strangers() {
	var names []string
	for _, row := range r.table {
		if row.Env != "" {
			names = append(names, row.Env)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.env)) {
		if !strings.HasPrefix(name, prefix) || slices.Contains(names, name) || slices.Contains(notKeys(), name) {
			continue
		}
		r.warn(place{file: environment, variable: name}, name, nearest(name, names), "unknown variable; ignored")
	}
}

// split parts a list from the environment at its commas, without empty elements.
func (s scalar) split() []scalar {
	var parts []scalar
	for text := range strings.SplitSeq(s.text, ",") {
		if text = strings.TrimSpace(text); text != "" {
			parts = append(parts, scalar{place: s.place, path: s.path, text: text, raw: text})
		}
	}
	return parts
}
