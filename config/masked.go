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
	for _, row := range rows() {
		if value := c.node(row); value != nil {
			insert(root, row.Path, value)
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

// node returns the value of a row, nil when it is not printed.
func (c *Config) node(row row) *yaml.Node {
	switch row.Path {
	case "withings.measurements":
		return flow(c.Withings.Measurements)
	case "withings.profiles":
		return c.profiles()
	case "withings.attributions":
		return c.attributions()
	case extraPath:
		return c.extraTypes()
	}
	if row.field == nil {
		return nil
	}
	return nodeOf(row.field(c))
}

// nodeOf returns the value of a field, nil for a type that no field has.
func nodeOf(field any) *yaml.Node {
	switch field := field.(type) {
	case *string:
		return text(*field)
	case *secret.Text:
		return text(field.String())
	case *bool:
		return plain(strconv.FormatBool(*field))
	case *int:
		return plain(strconv.Itoa(*field))
	case *time.Duration:
		return text(field.String())
	case *Schedule:
		return text(field.Spec)
	case *[]string:
		return flow(*field)
	case *[]netip.Prefix:
		return networks(*field)
	case *units.System:
		return text(string(*field))
	}
	return nil
}

func (c *Config) profiles() *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, p := range c.Withings.Profiles {
		item := &yaml.Node{Kind: yaml.MappingNode}
		insert(item, "name", text(p.Name))
		insert(item, "measurements", flow(p.Measurements))
		insert(item, "schedule", text(p.Schedule.Spec))
		insert(item, "units", text(string(p.Units)))
		list.Content = append(list.Content, item)
	}
	return list
}

func (c *Config) attributions() *yaml.Node {
	list := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	for _, number := range slices.Sorted(maps.Keys(c.Withings.Attributions)) {
		list.Content = append(list.Content, plain(strconv.Itoa(number)), text(string(c.Withings.Attributions[number])))
	}
	return list
}

// extraTypes leaves out what a row does not say.
func (c *Config) extraTypes() *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, sensor := range c.Withings.ExtraTypes {
		item := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
		fields := extraFields(&sensor)
		for _, row := range rows() {
			name, inside := strings.CutPrefix(row.Path, extraPath+inList)
			if !inside || name == "precision" && sensor.Precision == sensors.NoPrecision {
				continue
			}
			if value := nodeOf(fields[name]); value.Value != "" {
				insert(item, name, value)
			}
		}
		list.Content = append(list.Content, item)
	}
	if len(list.Content) == 0 {
		list.Style = yaml.FlowStyle
	}
	return list
}

// insert puts a value below its sections, which it makes as needed.
func insert(node *yaml.Node, path string, value *yaml.Node) {
	name, inside, deeper := strings.Cut(path, ".")
	if !deeper {
		node.Content = append(node.Content, text(name), value)
		return
	}
	var key string
	for i, child := range node.Content {
		if i%2 == 0 {
			key = child.Value
		} else if key == name {
			insert(child, inside, value)
			return
		}
	}
	section := &yaml.Node{Kind: yaml.MappingNode}
	node.Content = append(node.Content, text(name), section)
	insert(section, inside, value)
}

// text is a string that gets quotes where YAML would take it for something else,
// and its dollar signs doubled, so that it reads back as what it is.
func text(value string) *yaml.Node {
	node := &yaml.Node{}
	node.SetString(strings.ReplaceAll(value, "$", "$$"))
	return node
}

// plain is a number or true or false.
func plain(value string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: value} }

func networks(list []netip.Prefix) *yaml.Node {
	texts := make([]string, 0, len(list))
	for _, network := range list {
		texts = append(texts, network.String())
	}
	return flow(texts)
}

// flow is a list on one line.
func flow(values []string) *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, value := range values {
		list.Content = append(list.Content, text(value))
	}
	return list
}
