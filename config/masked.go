// SPDX-License-Identifier: MIT

package config

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/sensors"
	"vitals2mqtt/units"
)

// Masked returns the effective configuration as YAML, in the order of the
// reference, with a mask for each secret that is set.
func (c *Config) Masked() ([]byte, error) {
	root := &yaml.Node{Kind: yaml.MappingNode}
	for _, row := range tableRows() {
		if row.field != nil {
			insertNode(root, row.Path, fieldNode(row.field(c)))
		}
	}
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(root); err != nil {
		return nil, fmt.Errorf("write configuration: %w", err)
	}
	return out.Bytes(), nil
}

// Digest identifies the effective configuration: it differs whenever something
// other than the value of a secret does. It reveals nothing about the values.
func (c *Config) Digest() string {
	const length = 6
	text, err := c.Masked()
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:length])
}

// fieldNode returns the value of a field.
func fieldNode(field any) *yaml.Node {
	switch field := field.(type) {
	case *string:
		return textNode(*field)
	case *secret.Text:
		return textNode(field.String())
	case *bool:
		return scalarNode(strconv.FormatBool(*field))
	case *int:
		return scalarNode(strconv.Itoa(*field))
	case *time.Duration:
		return textNode(field.String())
	case *Schedule:
		return textNode(field.Spec)
	case *[]string:
		return listNode(*field)
	case *[]netip.Prefix:
		return networksNode(*field)
	case *Keep:
		return textNode(field.Spec)
	case *units.System:
		return textNode(string(*field))
	case *[]Profile:
		return profilesNode(*field)
	case *sensors.Policy:
		return policyNode(*field)
	case *[]sensors.Sensor:
		return extraTypesNode(*field)
	}
	return nil
}

func profilesNode(profiles []Profile) *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, p := range profiles {
		list.Content = append(list.Content, itemNode(profilePath, profileFields(&p)))
	}
	return list
}

func policyNode(policy sensors.Policy) *yaml.Node {
	list := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	for _, number := range slices.Sorted(maps.Keys(policy)) {
		list.Content = append(list.Content, scalarNode(strconv.Itoa(number)), textNode(string(policy[number])))
	}
	return list
}

// extraTypesNode leaves out what a row does not set.
func extraTypesNode(extra []sensors.Sensor) *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, sensor := range extra {
		fields := extraTypeFields(&sensor)
		maps.DeleteFunc(fields, func(name string, field any) bool {
			return fieldNode(field).Value == "" || name == "precision" && sensor.Precision == sensors.NoPrecision
		})
		item := itemNode(extraTypesPath, fields)
		item.Style = yaml.FlowStyle
		list.Content = append(list.Content, item)
	}
	if len(list.Content) == 0 {
		list.Style = yaml.FlowStyle
	}
	return list
}

// itemNode is one section of a list, with its fields in the order of the table.
func itemNode(list string, fields map[string]any) *yaml.Node {
	item := &yaml.Node{Kind: yaml.MappingNode}
	for _, row := range tableRows() {
		name, inside := strings.CutPrefix(row.Path, list+listInfix)
		if field, given := fields[name]; inside && given {
			insertNode(item, name, fieldNode(field))
		}
	}
	return item
}

// insertNode adds a value below its sections, which are created as needed.
func insertNode(node *yaml.Node, path string, value *yaml.Node) {
	name, inside, deeper := strings.Cut(path, ".")
	if !deeper {
		node.Content = append(node.Content, textNode(name), value)
		return
	}
	var key string
	for i, child := range node.Content {
		if i%2 == 0 {
			key = child.Value
		} else if key == name {
			insertNode(child, inside, value)
			return
		}
	}
	section := &yaml.Node{Kind: yaml.MappingNode}
	node.Content = append(node.Content, textNode(name), section)
	insertNode(section, inside, value)
}

// textNode is a string, quoted where YAML needs it, with its dollar signs
// doubled: it reads back as the same string.
func textNode(value string) *yaml.Node {
	node := &yaml.Node{}
	node.SetString(strings.ReplaceAll(value, "$", "$$"))
	return node
}

// scalarNode is a number or true or false.
func scalarNode(value string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: value} }

func networksNode(list []netip.Prefix) *yaml.Node {
	texts := make([]string, 0, len(list))
	for _, network := range list {
		texts = append(texts, network.String())
	}
	return listNode(texts)
}

// listNode is a list on one line.
func listNode(values []string) *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, value := range values {
		list.Content = append(list.Content, textNode(value))
	}
	return list
}
