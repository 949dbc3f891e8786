package config

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// legacySection is the name of the withings section before Home Assistant 0.99.
const legacySection = "nokia"

// reader goes through the sources and collects what is given, and what is wrong.
type reader struct {
	diagnostics
	source Source
	table  []tableRow
	env    map[string]string
	// raw holds the scalars by path, sections the places of the sections (and
	// of keys without a value) that are there.
	raw      map[string]scalar
	sections map[string]position
	// failed are the keys with a value that was reported: nobody shall hear that
	// they are missing as well.
	failed map[string]bool

	// unreadable says that there is a file whose keys could not be read, so that
	// nobody can tell what is missing in it.
	unreadable bool
	// merging are the sections that are being merged into others, merges counts.
	merging    map[*yaml.Node]bool
	mergeCount int

	keys          *keyList
	profiles      *profileList
	attributions  *attributionList
	extraTypeList *extraTypeList
	lists         map[string]*scalarList // by path

	// vocabulary are the catalogue's keys and, once extras are understood, the user's
	// own. hints are those of the latter that a message may suggest: none out of a
	// variable, which may hold a secret.
	vocabulary      Vocabulary
	suggestableKeys []string
}

// scalar is one value as somebody wrote it.
type scalar struct {
	position
	path string
	// text is the value, unexpanded what stands in the file before ${NAME} was replaced:
	// messages quote that, since a variable may hold a secret.
	text, unexpanded string
	// folder is where a relative path starts, "" for the working directory.
	folder string
}

// walkSection visits the keys of a walkSection. at is the walkSection in the table, shown is
// how messages call it; they differ inside the list of profiles.
func (r *reader) walkSection(node *yaml.Node, at, shown string, visit func(tableRow, *yaml.Node, string)) {
	node = resolveAlias(node)
	if node.Kind == yaml.ScalarNode && node.ShortTag() == "!!null" {
		return
	}
	if node.Kind != yaml.MappingNode {
		r.addProblem(r.positionOf(node), shown, "must be a section, not %s", kindName(node))
		r.unreadable = r.unreadable || at == ""
		return
	}
	for _, p := range r.pairs(node, shown) {
		name := p.key.Value
		if at == "" && name == legacySection {
			name = "withings"
		}
		path, display := joinPath(at, name), joinPath(shown, p.key.Value)
		if index := slices.IndexFunc(r.table, func(row tableRow) bool { return row.Path == path }); index >= 0 {
			visit(r.table[index], p.value, display)
			continue
		}
		if !slices.ContainsFunc(r.table, func(row tableRow) bool { return strings.HasPrefix(row.Path, path+".") }) {
			r.addProblemWithSuggestion(r.positionOf(p.key), display, r.suggestKey(at, name), "unknown key")
			continue
		}
		r.sections[path] = r.positionOf(p.key)
		r.walkSection(p.value, path, display, visit)
	}
}

type pair struct{ key, value *yaml.Node }

// maxMerges bounds merge keys: a few lines of them can stand for billions.
const maxMerges = 1000

// pairs returns the entries of a mapping, those of "<<" after its own. A key that
// stands there twice is reported and counts once.
func (r *reader) pairs(node *yaml.Node, shown string) []pair {
	var list []pair
	var merged []*yaml.Node
	seen := map[string]int{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := resolveAlias(node.Content[i]), node.Content[i+1]
		switch first, again := seen[key.Value]; {
		case key.Kind != yaml.ScalarNode || hasCustomTag(key):
			r.addProblem(r.positionOf(key), shown, "a key must be plain text, not %s", kindName(key))
		case key.ShortTag() == "!!merge":
			merged = append(merged, value)
		case again:
			r.addProblem(r.positionOf(key), joinPath(shown, key.Value), "duplicate key; first defined on line %d", first)
		default:
			seen[key.Value] = key.Line
			list = append(list, pair{key, value})
		}
	}
	for _, value := range merged {
		for _, p := range r.merge(value, shown) {
			if _, own := seen[p.key.Value]; !own {
				seen[p.key.Value] = p.key.Line
				list = append(list, p)
			}
		}
	}
	return list
}

func (r *reader) merge(value *yaml.Node, shown string) []pair {
	value = resolveAlias(value)
	r.mergeCount++
	if r.merging[value] || r.mergeCount > maxMerges {
		r.addProblem(r.positionOf(value), shown, "<< merges recursively or too often")
		return nil
	}
	r.merging[value] = true
	defer delete(r.merging, value)
	switch value.Kind {
	case yaml.MappingNode:
		return r.pairs(value, shown)
	case yaml.SequenceNode:
		var list []pair
		for _, item := range value.Content {
			list = append(list, r.merge(item, shown)...)
		}
		return list
	default:
		r.addProblem(r.positionOf(value), shown, "<< merges a section, not %s", kindName(value))
	}
	return nil
}

// readScalar reads one value. It returns false when there is none (null), or when it
// is wrong, which is reported.
func (r *reader) readScalar(node *yaml.Node, shown string) (scalar, bool) {
	node = resolveAlias(node)
	at := r.positionOf(node)
	switch {
	case hasCustomTag(node):
		r.addProblem(at, shown, "%s", tagHint(node))
		return scalar{}, false
	case node.Kind != yaml.ScalarNode:
		r.addProblem(at, shown, "must be a single value, not %s", kindName(node))
		return scalar{}, false
	case node.ShortTag() == "!!null":
		return scalar{}, false
	}
	text, problem := expand(node.Value, r.env)
	if problem != "" {
		r.addProblem(at, shown, "%s", problem)
		return scalar{}, false
	}
	return scalar{position: at, path: shown, text: text, unexpanded: node.Value, folder: r.source.folder()}, true
}

func (r *reader) positionOf(node *yaml.Node) position {
	return position{file: r.source.Name, line: node.Line, column: node.Column}
}

// resolveAlias follows an alias to what it stands for.
func resolveAlias(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

// hasCustomTag reports a tag that is not YAML's own, like "!secret".
func hasCustomTag(node *yaml.Node) bool {
	return strings.HasPrefix(node.Tag, "!") && !strings.HasPrefix(node.Tag, "!!")
}

// tagHint does not quote the tag: it may be a password without quotes.
func tagHint(node *yaml.Node) string {
	switch node.Tag {
	case "!secret":
		return "!secret is specific to Home Assistant: use ${NAME} for an environment variable, or the _file variant"
	case "!env_var":
		return "!env_var is specific to Home Assistant: use ${NAME}"
	}
	return "a value that begins with ! must be in quotes"
}

// kindName says in a user's words what a node is.
func kindName(node *yaml.Node) string {
	switch {
	case node.Kind == yaml.SequenceNode:
		return "a list"
	case node.Kind == yaml.MappingNode:
		return "a section"
	case node.ShortTag() == "!!null":
		return "nothing"
	default:
		return "a single value"
	}
}

func joinPath(section, name string) string {
	if section == "" {
		return name
	}
	return section + "." + name
}
