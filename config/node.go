// SPDX-License-Identifier: MIT

package config

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// value is a YAML node and where it comes from. The nodes of environment
// variables are made by environmentNode.
type value struct {
	place
	node *yaml.Node // with aliases resolved
}

// child is a node inside of v.
func (v value) child(node *yaml.Node, path string) value {
	v.node = resolveAlias(node)
	v.path = path
	if v.variable == "" {
		v.line, v.column = v.node.Line, v.node.Column
	}
	return v
}

func (v value) isNull() bool { return v.node.ShortTag() == "!!null" }

// kind names what a node is, as users call it.
func (v value) kind() string {
	switch {
	case v.node.Kind == yaml.SequenceNode:
		return "a list"
	case v.node.Kind == yaml.MappingNode:
		return "a section"
	case v.isNull():
		return "nothing"
	default:
		return "a single value"
	}
}

// pair is one entry of a section.
type pair struct{ key, value value }

// maxMerges bounds merge keys: a few lines of them can stand for billions.
const maxMerges = 1000

// pairs returns the entries of a section, those of "<<" after its own. A
// duplicate key is reported, and its first value counts.
func (r *reader) pairs(v value) []pair {
	var list []pair
	var merged []*yaml.Node
	seen := map[string]int{}
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		key := v.child(v.node.Content[i], v.path)
		name := key.node.Value
		switch first, again := seen[name]; {
		case key.node.Kind != yaml.ScalarNode || hasCustomTag(key.node):
			r.addProblem(key.place, CodeWrongType, "a key must be plain text, not %s", key.kind())
		case key.node.ShortTag() == "!!merge":
			merged = append(merged, v.node.Content[i+1])
		case again:
			key.path = joinPath(v.path, name)
			r.addProblem(key.place, CodeDuplicate, "duplicate key; first defined on line %d", first)
		default:
			seen[name] = key.line
			key.path = joinPath(v.path, name)
			list = append(list, pair{key, v.child(v.node.Content[i+1], key.path)})
		}
	}
	for _, node := range merged {
		for _, p := range r.merge(v.child(node, v.path)) {
			name := p.key.node.Value
			if _, own := seen[name]; !own {
				seen[name] = p.key.line
				list = append(list, p)
			}
		}
	}
	return list
}

// merge returns the entries that a "<<" brings into a section.
func (r *reader) merge(v value) []pair {
	r.mergeCount++
	if r.merging[v.node] || r.mergeCount > maxMerges {
		r.addProblem(v.place, CodeInvalid, "<< merges recursively or too often")
		return nil
	}
	r.merging[v.node] = true
	defer delete(r.merging, v.node)
	switch v.node.Kind {
	case yaml.MappingNode:
		return r.pairs(v)
	case yaml.SequenceNode:
		var list []pair
		for _, item := range v.node.Content {
			list = append(list, r.merge(v.child(item, v.path))...)
		}
		return list
	default:
		r.addProblem(v.place, CodeWrongType, "<< merges a section, not %s", v.kind())
		return nil
	}
}

// scalar is one single value.
type scalar struct {
	place
	// text is the value, unexpanded what the file has before ${NAME} is
	// replaced: messages quote that, since a variable may hold a secret.
	text, unexpanded string
	// folder is where a relative path starts, "" for the working directory.
	folder string
}

// readScalar reads a single value. It returns false for null, and for what is
// wrong, which is reported.
func (r *reader) readScalar(v value) (scalar, bool) {
	switch {
	case hasCustomTag(v.node):
		r.addProblem(v.place, CodeWrongType, "%s", tagHint(v.node))
		return scalar{}, false
	case v.node.Kind != yaml.ScalarNode:
		r.addProblem(v.place, CodeWrongType, "must be a single value, not %s", v.kind())
		return scalar{}, false
	case v.isNull():
		r.warnHiddenByComment(v)
		return scalar{}, false
	case v.variable == "" && r.swallowsLines(v.node):
		r.addProblem(v.place, CodeSyntax, "unterminated quote: the text goes on over the next lines")
		return scalar{}, false
	case v.variable != "":
		return scalar{place: v.place, text: v.node.Value, unexpanded: v.node.Value}, true
	}
	text, err := expand(v.node.Value, r.env)
	if err != nil {
		r.addParseError(v.place, err)
		return scalar{}, false
	}
	return scalar{place: v.place, text: text, unexpanded: v.node.Value, folder: r.source.folder()}, true
}

// swallowsLines reports a quoted text that ends on a later line and has keys or
// comments in it: a quote is missing.
func (r *reader) swallowsLines(node *yaml.Node) bool {
	quoted := node.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0
	return quoted && (strings.Contains(node.Value, ": ") || strings.Contains(node.Value, " #")) &&
		closingQuote(r.restOfLine(node)) < 0
}

// goesOn reports unquoted text that ends on a later line: YAML makes one text of
// lines without dashes.
func (r *reader) goesOn(node *yaml.Node) bool {
	return node.Style == 0 && strings.Contains(node.Value, " ") && !strings.HasPrefix(r.restOfLine(node), node.Value)
}

// restOfLine is the line of the file from a node to the end.
func (r *reader) restOfLine(node *yaml.Node) string {
	if r.lines == nil {
		r.lines = splitLines(string(r.source.Data))
	}
	if node.Line < 1 || node.Line > len(r.lines) {
		return node.Value
	}
	line := []rune(r.lines[node.Line-1])
	return string(line[min(max(node.Column, 1)-1, len(line)):])
}

// warnHiddenByComment warns about a value, or its end, that YAML takes for a
// comment, such as a password that begins with #.
func (r *reader) warnHiddenByComment(v value) {
	comment := v.node.LineComment
	if v.isNull() && v.variable == "" {
		comment = strings.TrimSpace(r.restOfLine(v.node))
	}
	if len(comment) > 1 && comment[0] == '#' && !strings.ContainsAny(comment[1:2], " #-=\t") {
		r.addWarning(v.place, CodeIgnored, "# begins a comment here: put a value with # in quotes")
	}
}

// readItem reads one element of a list, which must not be empty; what names it
// with its article.
func (r *reader) readItem(v value, what string) (scalar, bool) {
	if v.node.Kind != yaml.ScalarNode || v.isNull() {
		r.addProblem(v.place, CodeWrongType, "must be %s, not %s", what, v.kind())
		return scalar{}, false
	}
	return r.readScalar(v)
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

func joinPath(section, name string) string {
	if section == "" {
		return name
	}
	return section + "." + name
}
