package config

import "gopkg.in/yaml.v3"

// file reads the YAML, if there is any.
func (r *reader) file() {
	root, err := document(r.source.Data)
	switch {
	case err != nil:
		r.syntax(err)
		r.unread = true
	case root != nil:
		r.nokia(root)
		r.section(root, "", "", r.visit)
		r.twins(func(path string) (scalar, bool) {
			s, ok := r.given[path]
			return s, ok
		})
	}
}

// visit takes a value from the file to where it is kept.
func (r *reader) visit(row row, node *yaml.Node, shown string) {
	r.sections[row.Path] = r.place(node)
	before := len(r.problems)
	defer func() { r.failed[row.Path] = len(r.problems) > before }()
	switch row.Type {
	case TypeKeys:
		r.keys = r.keyList(node, shown)
	case TypeProfiles:
		r.people = r.peopleList(node, shown)
	case TypeAttributions:
		r.attributions = r.attributionList(node, shown)
	case TypeNetworks:
		r.lists[row.Path] = r.scalarList(node, shown, "a network", "[10.0.0.0/8, 192.0.2.7]")
	case TypeHosts:
		r.lists[row.Path] = r.scalarList(node, shown, "a host name", "[homeserver.lan, homeassistant.local]")
	case TypeExtras:
		r.extras = r.extraList(node, shown)
	default:
		if s, ok := r.scalar(node, shown); ok {
			r.given[row.Path] = s
		}
	}
}

// nokia accepts the section's oldest name.
func (r *reader) nokia(root *yaml.Node) {
	if root.Kind != yaml.MappingNode {
		return
	}
	var old, today *yaml.Node
	for i := 0; i+1 < len(root.Content); i += 2 {
		switch key := root.Content[i]; key.Value {
		case legacy:
			old = key
		case "withings":
			today = key
		}
	}
	switch {
	case old == nil:
	case today != nil:
		r.problem(r.place(old), legacy, "is the old name of withings, which is there too (line %d): move everything into one", today.Line)
	default:
		r.warn(r.place(old), legacy, "", "is the old name of this section; call it withings")
	}
}

// twins reports secrets that are given directly and by file.
func (r *reader) twins(given func(path string) (scalar, bool)) {
	for _, row := range r.table {
		if row.Type != TypeSecret {
			continue
		}
		file, ok := given(row.Path + twin)
		if _, both := given(row.Path); ok && both {
			other := row.Path
			if file.variable != "" {
				other = row.Env
			}
			r.problem(file.place, file.path, "%s is given too: leave one of them out", other)
		}
	}
}
