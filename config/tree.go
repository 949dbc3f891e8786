package config

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// legacy is the name of the withings section before Home Assistant 0.99.
const legacy = "nokia"

// reader goes through the sources and collects what is given, and what is wrong.
type reader struct {
	report
	source Source
	table  []row
	env    map[string]string
	// given holds the scalars by path, sections the places of the sections (and
	// of keys without a value) that are there.
	given    map[string]scalar
	sections map[string]place
	// failed are the keys with a value that was reported: nobody shall hear that
	// they are missing as well.
	failed map[string]bool

	// unread says that there is a file whose keys could not be read, so that
	// nobody can tell what is missing in it.
	unread bool
	// merging are the sections that are being merged into others, merges counts.
	merging map[*yaml.Node]bool
	merges  int

	keys         *keyList
	people       *peopleList
	attributions *attributionList
	extras       *extraList
	lists        map[string]*scalarList // by path

	// words are the catalogue's keys and, once extras are understood, the user's
	// own. hints are those of the latter that a message may suggest: none out of a
	// variable, which may hold a secret.
	words Vocabulary
	hints []string
}

// scalar is one value as somebody wrote it.
type scalar struct {
	place
	path string
	// text is the value, raw what stands in the file before ${NAME} was replaced:
	// messages quote that, since a variable may hold a secret.
	text, raw string
	// folder is where a relative path starts, "" for the working directory.
	folder string
}

// section visits the keys of a section. at is the section in the table, shown is
// how messages call it; they differ inside the list of profiles.
func (r *reader) section(node *yaml.Node, at, shown string, visit func(row, *yaml.Node, string)) {
	node = resolve(node)
	if node.Kind == yaml.ScalarNode && node.ShortTag() == "!!null" {
		return
	}
	if node.Kind != yaml.MappingNode {
		r.problem(r.place(node), shown, "must be a section with keys of its own, not %s", kind(node))
		r.unread = r.unread || at == ""
		return
	}
	for _, p := range r.pairs(node, shown) {
		name := p.key.Value
		if at == "" && name == legacy {
			name = "withings"
		}
		path, display := join(at, name), join(shown, p.key.Value)
		if index := slices.IndexFunc(r.table, func(row row) bool { return row.Path == path }); index >= 0 {
			visit(r.table[index], p.value, display)
			continue
		}
		if !slices.ContainsFunc(r.table, func(row row) bool { return strings.HasPrefix(row.Path, path+".") }) {
			r.suggest(r.place(p.key), display, r.meant(at, name), "unknown key")
			continue
		}
		r.sections[path] = r.place(p.key)
		r.section(p.value, path, display, visit)
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
		key, value := resolve(node.Content[i]), node.Content[i+1]
		switch first, again := seen[key.Value]; {
		case key.Kind != yaml.ScalarNode || custom(key):
			r.problem(r.place(key), shown, "a key must be plain text, not %s", kind(key))
		case key.ShortTag() == "!!merge":
			merged = append(merged, value)
		case again:
			r.problem(r.place(key), join(shown, key.Value), "is given twice; the first is on line %d", first)
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
	value = resolve(value)
	r.merges++
	if r.merging[value] || r.merges > maxMerges {
		r.problem(r.place(value), shown, "<< merges a section into itself, or far too many")
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
		r.problem(r.place(value), shown, "<< merges a section, not %s", kind(value))
	}
	return nil
}

// scalar reads one value. It returns false when there is none (null), or when it
// is wrong, which is reported.
func (r *reader) scalar(node *yaml.Node, shown string) (scalar, bool) {
	node = resolve(node)
	at := r.place(node)
	switch {
	case custom(node):
		r.problem(at, shown, "%s", tagAdvice(node))
		return scalar{}, false
	case node.Kind != yaml.ScalarNode:
		r.problem(at, shown, "must be a single value, not %s", kind(node))
		return scalar{}, false
	case node.ShortTag() == "!!null":
		return scalar{}, false
	}
	text, fault := expand(node.Value, r.env)
	if fault != "" {
		r.problem(at, shown, "%s", fault)
		return scalar{}, false
	}
	return scalar{place: at, path: shown, text: text, raw: node.Value, folder: r.source.folder()}, true
}

func (r *reader) place(node *yaml.Node) place {
	return place{file: r.source.Name, line: node.Line, column: node.Column}
}

// resolve follows an alias to what it stands for.
func resolve(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

// custom reports a tag that is not YAML's own, like "!secret".
func custom(node *yaml.Node) bool {
	return strings.HasPrefix(node.Tag, "!") && !strings.HasPrefix(node.Tag, "!!")
}

// tagAdvice does not quote the tag: it may be a password without quotes.
func tagAdvice(node *yaml.Node) string {
	switch node.Tag {
	case "!secret":
		return "!secret is Home Assistant's own: write ${NAME} for a variable of the environment, or use the key that ends in _file"
	case "!env_var":
		return "!env_var is Home Assistant's own: write ${NAME}"
	}
	return "a value that begins with ! must be in quotes"
}

// kind says in a user's words what a node is.
func kind(node *yaml.Node) string {
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

func join(section, name string) string {
	if section == "" {
		return name
	}
	return section + "." + name
}
