package discovery

import (
	"fmt"
	"maps"
	"slices"
)

// Problem is one rule of Home Assistant's, or of ours, that a document breaks.
type Problem struct {
	// Component is the key of the component that was left out; "" when the
	// whole document is refused.
	Component string
	// Rule is the name of the rule.
	Rule string
	// Text says what is wrong, in words.
	Text string
}

// String prints the problem for a log.
func (p Problem) String() string {
	if p.Component == "" {
		return p.Text + " (" + p.Rule + ")"
	}
	return p.Component + ": " + p.Text + " (" + p.Rule + ")"
}

// Validate returns what of a document may be published, and why the rest may
// not. A component that Home Assistant would refuse, or for which it would
// refuse the whole device, is left out; a document that it would refuse as a
// whole comes back as the zero Document. The others are the documents that are
// published beside it: an id that one of them has is taken.
func Validate(d Document, others ...Document) (Document, []Problem) {
	if d.IsZero() {
		return Document{}, nil
	}
	text := d.JSON()
	seen := decodedDocument{id: d.id, prefix: d.prefix, root: decodeObject(text), taken: entityKeys(others)}
	if problems := seen.checkRoot(); len(problems) > 0 {
		return Document{}, problems
	}
	bad, problems := map[string]bool{}, seen.checkComponents()
	for _, problem := range problems {
		bad[problem.Component] = true
	}
	d = d.withoutComponents(bad)
	if size := len(d.JSON()); size > maxDocumentSize {
		text := fmt.Sprintf("%d bytes are more than the %d that brokers can be expected to take", size, maxDocumentSize)
		return Document{}, append(problems, Problem{Rule: "size", Text: text})
	}
	return d, problems
}

// maxDocumentSize of a document in bytes. One person with a hundred values is about 55 kB.
const maxDocumentSize = 128_000

// decodedDocument is a document as Home Assistant will see it, with what the rules
// must know besides.
type decodedDocument struct {
	id, prefix string
	root       object
	taken      map[entityKey]bool
}

// entityKey is what must be unique in all of Home Assistant's MQTT.
type entityKey struct{ platform, uniqueID string }

func entityKeys(others []Document) map[entityKey]bool {
	ids := map[entityKey]bool{}
	for _, d := range others {
		for _, c := range d.components {
			ids[entityKey{c.text("platform"), c.text("unique_id")}] = true
		}
	}
	delete(ids, entityKey{})
	return ids
}

// rule is one named check. It returns what is wrong in words, "" for nothing.
// The section is that of the facts about discovery the rule was taken from.
type rule[T any] struct {
	name, section string
	check         func(T) string
}

func (d decodedDocument) checkRoot() []Problem {
	var problems []Problem
	for _, r := range rootRules() {
		if text := r.check(d); text != "" {
			problems = append(problems, Problem{Rule: r.name, Text: text})
		}
	}
	return problems
}

func (d decodedDocument) checkComponents() []Problem {
	var problems []Problem
	claimed := maps.Clone(d.taken)
	components := d.root.child("components")
	for _, key := range slices.Sorted(maps.Keys(components)) {
		p := d.component(key, components[key], claimed)
		for _, r := range componentRules() {
			if text := r.check(p); text != "" {
				problems = append(problems, Problem{Component: key, Rule: r.name, Text: text})
			}
		}
		if id := p.entityKey(); id.uniqueID != "" {
			claimed[id] = true
		}
	}
	return problems
}

// decodedComponent is one component as Home Assistant will see it.
type decodedComponent struct {
	doc decodedDocument
	key string
	// own is what the component itself says; nil when it is no object.
	own object
	// merged is own with the root's shared options where it lacks them.
	merged object
	// claimed are the ids that components before this one have.
	claimed map[entityKey]bool
}

func (d decodedDocument) component(key string, value any, claimed map[entityKey]bool) decodedComponent {
	p := decodedComponent{doc: d, key: key, own: asObject(value), merged: object{}, claimed: claimed}
	for name := range sharedKinds() {
		if value, ok := d.root[name]; ok {
			p.merged[name] = value
		}
	}
	maps.Copy(p.merged, p.own)
	return p
}

func (p decodedComponent) platform() string { return p.own.text("platform") }

func (p decodedComponent) entityKey() entityKey {
	return entityKey{p.platform(), p.own.text("unique_id")}
}

// isRemoval reports whether the component only removes a former one.
func (p decodedComponent) isRemoval() bool { return len(p.own) == 1 && p.platform() != "" }
