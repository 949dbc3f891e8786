package config

import "gopkg.in/yaml.v3"

// readYAML reads the YAML, if there is any.
func (r *reader) readYAML() {
	root, err := parseDocument(r.source.Data)
	switch {
	case err != nil:
		r.addSyntaxProblem(err)
		r.unreadable = true
	case root != nil:
		r.checkLegacySection(root)
		r.walkSection(root, "", "", r.storeValue)
		r.checkFileVariants(func(path string) (scalar, bool) {
			s, ok := r.raw[path]
			return s, ok
		})
	}
}

// storeValue takes a value from the file to where it is kept.
func (r *reader) storeValue(row tableRow, node *yaml.Node, shown string) {
	r.sections[row.Path] = r.positionOf(node)
	before := len(r.problems)
	defer func() { r.failed[row.Path] = len(r.problems) > before }()
	switch row.Type {
	case TypeKeys:
		r.keys = r.readKeys(node, shown)
	case TypeProfiles:
		r.profiles = r.readProfiles(node, shown)
	case TypeAttributions:
		r.attributions = r.readAttributions(node, shown)
	case TypeNetworks:
		r.lists[row.Path] = r.readScalars(node, shown, "a network", "[10.0.0.0/8, 192.0.2.7]")
	case TypeHosts:
		r.lists[row.Path] = r.readScalars(node, shown, "a host name", "[homeserver.lan, homeassistant.local]")
	case TypeExtraTypes:
		r.extraTypeList = r.readExtraTypes(node, shown)
	default:
		if s, ok := r.readScalar(node, shown); ok {
			r.raw[row.Path] = s
		}
	}
}

// checkLegacySection accepts the section's oldest name.
func (r *reader) checkLegacySection(root *yaml.Node) {
	if root.Kind != yaml.MappingNode {
		return
	}
	var old, today *yaml.Node
	for i := 0; i+1 < len(root.Content); i += 2 {
		switch key := root.Content[i]; key.Value {
		case legacySection:
			old = key
		case "withings":
			today = key
		}
	}
	switch {
	case old == nil:
	case today != nil:
		r.addProblem(r.positionOf(old), legacySection, "deprecated name of withings, which is also set (line %d): merge the sections", today.Line)
	default:
		r.addWarning(r.positionOf(old), legacySection, "", "deprecated section name; rename it to withings")
	}
}

// checkFileVariants reports secrets that are given directly and by file.
func (r *reader) checkFileVariants(given func(path string) (scalar, bool)) {
	for _, row := range r.table {
		if row.Type != TypeSecret {
			continue
		}
		file, ok := given(row.Path + fileSuffix)
		if _, both := given(row.Path); ok && both {
			other := row.Path
			if file.envName != "" {
				other = row.Env
			}
			r.addProblem(file.position, file.path, "%s is also set: remove one", other)
		}
	}
}
