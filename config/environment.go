package config

import (
	"maps"
	"slices"
	"strings"
)

// otherVariables are our environment variables that are no keys of the configuration:
// the file's name, and what the tests use.
func otherVariables() []string { return []string{"V2M_CONFIG", "V2M_FIXTURES", "V2M_SPEC"} }

// parseEnviron turns "NAME=value" entries into a map. Of a name that is there twice
// the last counts, as for a child process.
func parseEnviron(entries []string) map[string]string {
	env := make(map[string]string, len(entries))
	for _, entry := range entries {
		if name, value, ok := strings.Cut(entry, "="); ok {
			env[name] = value
		}
	}
	return env
}

// readEnvironment puts the variables on top of what the file gave. An empty one
// counts as not set: container files pass many on that nobody filled in.
func (r *reader) readEnvironment() {
	over := map[string]scalar{}
	for _, row := range r.table {
		text := r.env[row.Env]
		if row.Env == "" || text == "" {
			continue
		}
		over[row.Path] = scalar{position: position{file: environmentFile, envName: row.Env}, path: row.Path, text: text, unexpanded: text}
	}
	r.checkFileVariants(func(path string) (scalar, bool) {
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
			r.lists[path] = &scalarList{position: s.position, items: s.splitList()}
			continue
		}
		switch path {
		case "withings.measurements":
			r.keys = keysFromEnvironment(s)
		case "withings.profiles":
			r.profiles = profilesFromEnvironment(s)
		case "withings.attributions":
			r.attributions = r.attributionsFromEnvironment(s)
		case extraTypesPath:
			r.extraTypeList = r.extraTypesFromEnvironment(s)
		default:
			// A secret from here also replaces the file's twin, which would be read else.
			delete(r.raw, path+fileSuffix)
			r.raw[path] = s
		}
	}
	r.warnUnknownVariables()
}

// warnUnknownVariables warns about variables that look like ours and are not.
func (r *reader) warnUnknownVariables() {
	var names []string
	for _, row := range r.table {
		if row.Env != "" {
			names = append(names, row.Env)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.env)) {
		if !strings.HasPrefix(name, envPrefix) || slices.Contains(names, name) || slices.Contains(otherVariables(), name) {
			continue
		}
		r.addWarning(position{file: environmentFile, envName: name}, name, nearest(name, names), "unknown variable; ignored")
	}
}

// splitList parts a list from the environment at its commas, without empty elements.
func (s scalar) splitList() []scalar {
	var parts []scalar
	for text := range strings.SplitSeq(s.text, ",") {
		if text = strings.TrimSpace(text); text != "" {
			parts = append(parts, scalar{position: s.position, path: s.path, text: text, unexpanded: text})
		}
	}
	return parts
}
