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
		if value := c.rowNode(row); value != nil {
			insertNode(root, row.Path, value)
		}
	}
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(root); err != nil {
		return nil, fmt.Errorf("writing the configuration: %w", err)
	}
	return out.Bytes(), nil
}

// Digest names the effective configuration: it differs whenever something other
// than the value of a secret does. Nothing can be read out of it.
func (c *Config) Digest() string {
	const length = 6
	text, err := c.Masked()
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:length])
}

// rowNode returns the value of a row, nil when it is not printed.
func (c *Config) rowNode(row tableRow) *yaml.Node {
	switch row.Path {
	case "withings.measurements":
		return listNode(c.Withings.Measurements)
	case "withings.profiles":
		return c.profilesNode()
	case "withings.attributions":
		return c.attributionsNode()
	case extraTypesPath:
		return c.extraTypesNode()
	}
	if row.field == nil {
		return nil
	}
	return fieldNode(row.field(c))
}

// fieldNode returns the value of a field, nil for a type that no field has.
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
	case *units.System:
		return textNode(string(*field))
	}
	return nil
}

func (c *Config) profilesNode() *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, p := range c.Withings.Profiles {
		item := &yaml.Node{Kind: yaml.MappingNode}
		insertNode(item, "name", textNode(p.Name))
		insertNode(item, "measurements", listNode(p.Measurements))
		insertNode(item, "schedule", textNode(p.Schedule.Spec))
		insertNode(item, "units", textNode(string(p.Units)))
		list.Content = append(list.Content, item)
	}
	return list
}

func (c *Config) attributionsNode() *yaml.Node {
	list := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	for _, number := range slices.Sorted(maps.Keys(c.Withings.Attributions)) {
		list.Content = append(list.Content, scalarNode(strconv.Itoa(number)), textNode(string(c.Withings.Attributions[number])))
	}
	return list
}

// extraTypesNode leaves out what a row does not say.
func (c *Config) extraTypesNode() *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, sensor := range c.Withings.ExtraTypes {
		item := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
		fields := extraTypeFields(&sensor)
		for _, row := range tableRows() {
			name, inside := strings.CutPrefix(row.Path, extraTypesPath+listInfix)
			if !inside || name == "precision" && sensor.Precision == sensors.NoPrecision {
				continue
			}
			if value := fieldNode(fields[name]); value.Value != "" {
				insertNode(item, name, value)
			}
		}
		list.Content = append(list.Content, item)
	}
	if len(list.Content) == 0 {
		list.Style = yaml.FlowStyle
	}
	return list
}

// insertNode puts a value below its sections, which it makes as needed.
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

// textNode is a string that gets quotes where YAML would take it for something else,
// and its dollar signs doubled, so that it reads back as what it is.
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
