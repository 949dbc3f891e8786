// SPDX-License-Identifier: MIT

package discovery

import (
	"maps"
	"slices"

	"vitals2mqtt/topics"
)

// Document is the discovery document of one device. The zero Document has no
// topic and no text. Documents are immutable.
type Document struct {
	id         string
	root       object // without the components
	components map[string]object
}

// IsZero reports whether this is the zero Document. Never publish it: an empty
// message on a discovery topic deletes the device.
func (d Document) IsZero() bool { return d.id == "" }

// ID returns the id of the device, which is also its identifier.
func (d Document) ID() string { return d.id }

// Topic returns where the document is published, retained; "" for the zero
// Document.
func (d Document) Topic(tree topics.Tree) string {
	if d.IsZero() {
		return ""
	}
	return tree.Document(d.id)
}

// Components returns the keys of the components, sorted.
func (d Document) Components() []string { return slices.Sorted(maps.Keys(d.components)) }

// JSON returns the encoded document, nil for the zero Document. Equal documents
// have equal encodings.
func (d Document) JSON() []byte {
	if d.IsZero() {
		return nil
	}
	whole := maps.Clone(d.root)
	whole["components"] = d.components
	return mustEncode(whole)
}

// withComponent returns the document with a component added or replaced.
func (d Document) withComponent(key string, component object) Document {
	d.components = maps.Clone(d.components)
	d.components[key] = component
	return d
}

// withoutComponents returns the document without the components with those
// keys.
func (d Document) withoutComponents(keys map[string]bool) Document {
	d.components = maps.Clone(d.components)
	maps.DeleteFunc(d.components, func(key string, _ object) bool { return keys[key] })
	return d
}
