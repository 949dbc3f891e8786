// SPDX-License-Identifier: MIT

package config

import (
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// legacySection is the name of the withings section before Home Assistant 0.99.
const legacySection = "nokia"

// reader reads the file, lays the environment over it, and collects what is
// wrong.
type reader struct {
	diagnostics
	source Source
	table  []tableRow
	env    map[string]string
	// values are the nodes to decode by the path of their row: those of the
	// file, then those of the environment over them.
	values map[string]value
	// sections are the places of the sections that the file has, by path.
	sections map[string]place
	// lines are those of the file, once they were needed.
	lines []string
	// misspelt are what unknown keys and sections probably mean, and sections that
	// are none: what is in them is not missing.
	misspelt []string
	// unreadable says that the file is not YAML: then nothing is known to be
	// missing.
	unreadable bool
	// merging are the sections that are being merged into others, mergeCount
	// counts.
	merging    map[*yaml.Node]bool
	mergeCount int
}

func newReader(s Source) *reader {
	return &reader{
		source:   s,
		table:    tableRows(),
		env:      parseEnviron(s.Env),
		values:   map[string]value{},
		sections: map[string]place{},
		merging:  map[*yaml.Node]bool{},
	}
}

// readFile collects the values of the file.
func (r *reader) readFile() {
	r.source.Data = decodeText(r.source.Data)
	if found, ok := findForeignCharacter(r.source.Data); ok {
		r.addSyntaxMistake(found)
		return
	}
	root, err := parseDocument(r.source.Data)
	if err != nil {
		r.addSyntaxProblem(err)
		return
	}
	if root == nil {
		return
	}
	file := value{place: place{file: r.source.Name}}.child(root, "")
	r.checkLegacySection(file)
	r.walkSection(file, "", func(row tableRow, v value) { r.values[row.Path] = v })
	r.checkFileVariants(r.values)
}

// walkSection visits the keys of a section. at is the section in the table; it
// differs from the section's own path inside of lists.
func (r *reader) walkSection(v value, at string, visit func(tableRow, value)) {
	if v.node.Kind == yaml.ScalarNode && v.isNull() {
		return
	}
	if v.node.Kind != yaml.MappingNode {
		hint := ""
		if strings.Contains(v.node.Value, " = ") {
			hint = ": a key is followed by a colon, not by ="
		}
		r.addProblem(v.place, CodeWrongType, "must be a section, not %s%s", v.kind(), hint)
		r.unreadable = r.unreadable || at == ""
		r.misspelt = append(r.misspelt, at)
		delete(r.sections, at)
		return
	}
	for _, p := range r.pairs(v) {
		name := p.key.node.Value
		if at == "" && name == legacySection {
			name = "withings"
		}
		path := joinPath(at, name)
		if index := slices.IndexFunc(r.table, func(row tableRow) bool { return row.Path == path }); index >= 0 {
			visit(r.table[index], p.value)
			continue
		}
		if !slices.ContainsFunc(r.table, func(row tableRow) bool { return strings.HasPrefix(row.Path, path+".") }) {
			meant := r.suggestKey(at, name)
			if r.misspelt = append(r.misspelt, meant); !strings.Contains(meant, ".") {
				r.misspelt[len(r.misspelt)-1] = joinPath(at, meant)
			}
			r.addParseError(p.key.place, &parseError{"unknown key" + asciiHint(name), meant, CodeUnknownKey})
			continue
		}
		r.sections[path] = p.key.place
		r.walkSection(p.value, path, visit)
	}
}

// checkLegacySection accepts the section's oldest name.
func (r *reader) checkLegacySection(root value) {
	if root.node.Kind != yaml.MappingNode {
		return
	}
	var old, today *yaml.Node
	for i := 0; i+1 < len(root.node.Content); i += 2 {
		switch key := root.node.Content[i]; key.Value {
		case legacySection:
			old = key
		case "withings":
			today = key
		}
	}
	switch {
	case old == nil:
	case today != nil:
		r.addProblem(root.child(old, legacySection).place, CodeConflict,
			"deprecated name of withings, which is also set (line %d): merge the sections", today.Line)
	default:
		r.addWarning(root.child(old, legacySection).place, CodeDeprecated, "deprecated section name; rename it to withings")
	}
}

// checkFileVariants reports secrets of one layer that are given both directly
// and by file.
func (r *reader) checkFileVariants(layer map[string]value) {
	for _, row := range r.table {
		direct, hasDirect := layer[row.Path]
		file, hasFile := layer[row.Path+fileSuffix]
		if row.Type != TypeSecret || !hasDirect || !hasFile || direct.isNull() || file.isNull() {
			continue
		}
		other := row.Path
		if file.variable != "" {
			other = row.Env
		}
		r.addProblem(file.place, CodeConflict, "%s is also set: remove one", other)
	}
}

// otherVariables are our environment variables that are not keys: the name of
// the file, and what the tests use.
func otherVariables() []string { return []string{"V2M_CONFIG", "V2M_FIXTURES", "V2M_SPEC"} }

// parseEnviron turns "NAME=value" entries into a map. Of duplicates the last
// counts, as for a child process.
func parseEnviron(entries []string) map[string]string {
	env := make(map[string]string, len(entries))
	for _, entry := range entries {
		if name, text, ok := strings.Cut(entry, "="); ok {
			env[name] = text
		}
	}
	return env
}

// overlayEnvironment lays the variables over the values of the file. An empty
// one counts as not set: container files pass many on that are not filled in.
func (r *reader) overlayEnvironment() {
	layer := map[string]value{}
	var names []string
	for _, row := range r.table {
		if row.Env == "" {
			continue
		}
		names = append(names, row.Env)
		// A file of variables with line ends of Windows leaves half of one.
		if text := strings.TrimRight(r.env[row.Env], "\r\n"); text != "" {
			v := value{place: place{file: environmentName, path: row.Path, variable: row.Env}}
			v.node = r.environmentNode(v.place, row.Type, text)
			layer[row.Path] = v
		}
	}
	r.checkFileVariants(layer)
	for path := range layer {
		// A secret replaces the file's variant too, and the other way round.
		delete(r.values, path+fileSuffix)
		delete(r.values, strings.TrimSuffix(path, fileSuffix))
	}
	maps.Copy(r.values, layer)
	for _, name := range slices.Sorted(maps.Keys(r.env)) {
		if strings.HasPrefix(name, envPrefix) && !slices.Contains(names, name) && !slices.Contains(otherVariables(), name) {
			at := place{file: environmentName, variable: name}
			r.warnings = append(r.warnings,
				Warning(at.problem(CodeUnknownName, nearest(name, names), "unknown variable; ignored")))
		}
	}
}

// environmentNode is the node that the file would have for a variable's text: a
// list from commas, pairs from colons.
func (r *reader) environmentNode(at place, kind Type, text string) *yaml.Node {
	switch kind {
	case TypeProfiles:
		list := &yaml.Node{Kind: yaml.SequenceNode}
		for _, part := range splitList(text) {
			list.Content = append(list.Content, profileNode(part))
		}
		return list
	case TypeKeys, TypeNetworks, TypeHosts:
		list := &yaml.Node{Kind: yaml.SequenceNode}
		for _, part := range splitList(text) {
			list.Content = append(list.Content, plainNode(part))
		}
		return list
	case TypeAttributions:
		actions := map[string]string{}
		for _, pair := range r.splitPairs(at, text, "1:publish,8:hold") {
			actions[pair[0]] = pair[1]
		}
		section := &yaml.Node{Kind: yaml.MappingNode}
		for _, number := range slices.Sorted(maps.Keys(actions)) {
			section.Content = append(section.Content, plainNode(number), plainNode(actions[number]))
		}
		return section
	case TypeExtraTypes:
		list := &yaml.Node{Kind: yaml.SequenceNode}
		for _, pair := range r.splitPairs(at, text, "122:my_value,240:other_value") {
			row := []*yaml.Node{plainNode("type"), plainNode(pair[0]), plainNode("key"), plainNode(pair[1])}
			list.Content = append(list.Content, &yaml.Node{Kind: yaml.MappingNode, Content: row})
		}
		return list
	default:
		return plainNode(text)
	}
}

// profileNode is one profile of a variable: a name, or NAME=SLUG.
func profileNode(text string) *yaml.Node {
	name, slug, found := strings.Cut(text, "=")
	if !found {
		return plainNode(text)
	}
	return &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{
		plainNode("name"), plainNode(strings.TrimSpace(name)), plainNode("slug"), plainNode(strings.TrimSpace(slug)),
	}}
}

func plainNode(text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
}

// splitPairs splits a list of "name:value".
func (r *reader) splitPairs(at place, text, example string) [][2]string {
	var pairs [][2]string
	for _, part := range splitList(text) {
		name, value, _ := strings.Cut(part, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if name == "" || value == "" {
			r.addProblem(at, CodeInvalid, "must be pairs such as %s, not %q", example, part)
			continue
		}
		pairs = append(pairs, [2]string{name, value})
	}
	return pairs
}

// splitList splits a list at its commas, without empty elements.
func splitList(text string) []string {
	var parts []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// placeOf is the best place to point at for a key: itself, its section, the
// file.
func (r *reader) placeOf(path string) place {
	at := place{file: r.source.Name}
	if r.source.Name == "" {
		at.file = environmentName
	}
	if v, ok := r.values[path]; ok {
		at = v.place
	} else {
		for section := path; section != ""; section = section[:max(0, strings.LastIndexByte(section, '.'))] {
			if found, ok := r.sections[section]; ok {
				at = found
				break
			}
		}
	}
	at.path = path
	return at
}
