// SPDX-License-Identifier: MIT

package config

import (
	"encoding/json"
	"strings"
)

// object is a JSON object; encoding/json sorts its keys.
type object = map[string]any

// Schema returns the JSON Schema of the file, for editors: every key with its
// description, default and values. It is as strict as the program about keys,
// and leaves values to the program where a schema would be clumsy.
func Schema(vocabulary Vocabulary) []byte {
	root := object{
		"$schema":              "http://json-schema.org/draft-07/schema#",
		"title":                "Configuration of vitals2mqtt",
		"type":                 []string{"object", "null"},
		"additionalProperties": false,
		"properties":           object{},
		"definitions":          definitions(vocabulary),
	}
	items := map[string]object{}
	for _, row := range tableRows() {
		list, name, inside := strings.Cut(row.Path, listInfix)
		if !inside {
			items[row.Path] = object{"type": "object", "additionalProperties": false, "properties": object{}}
			addProperty(root, row.Path, row.schema(items[row.Path]))
			continue
		}
		addProperty(items[list], name, row.schema(nil))
		if row.Required {
			required, _ := items[list]["required"].([]string)
			items[list]["required"] = append(required, name)
		}
	}
	// Other keys than the catalogue's are valid only with extra_types.
	properties, _ := root["properties"].(object)
	withings, _ := properties["withings"].(object)
	withings["if"] = object{"required": []string{strings.TrimPrefix(extraTypesPath, "withings.")}}
	withings["else"] = object{"properties": object{
		"measurements": keysSchema("key"),
		"profiles":     object{"items": object{"properties": object{"measurements": keysSchema("key")}}},
	}}
	properties[legacySection] = object{"description": "Deprecated name of withings.", "$ref": "#/properties/withings"}
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(root); err != nil {
		return nil // impossible: strings, numbers, lists and objects can be encoded
	}
	return []byte(out.String())
}

// addProperty adds a schema below its sections, which are created as needed.
func addProperty(node object, path string, schema object) {
	properties, _ := node["properties"].(object)
	name, inside, deeper := strings.Cut(path, ".")
	if !deeper {
		properties[name] = schema
		return
	}
	section, ok := properties[name].(object)
	if !ok {
		section = object{"type": []string{"object", "null"}, "additionalProperties": false, "properties": object{}}
		properties[name] = section
	}
	addProperty(section, inside, schema)
}

// schema describes the value of a key. item is the element of a list of
// sections.
func (k Key) schema(item object) object {
	describe := k.valueSchema(item)
	describe["description"] = k.Description
	if value, ok := k.defaultValue(); ok {
		describe["default"] = value
	}
	return describe
}

// variablePattern matches text with a variable in it, which can have any value.
const variablePattern = `\$\{`

func (k Key) valueSchema(item object) object {
	variable := object{"type": "string", "pattern": variablePattern}
	switch k.Type {
	case TypeBool:
		return object{"anyOf": []object{{"type": []string{"boolean", "null"}}, variable}}
	case TypeNumber:
		return object{"anyOf": []object{{"type": []string{"integer", "null"}, "minimum": k.Min, "maximum": k.Max}, variable}}
	case TypeChoice:
		choices := make([]any, 0, len(k.Choices)+1)
		for _, choice := range k.Choices {
			choices = append(choices, choice)
		}
		if k.Default == "" {
			choices = append(choices, "")
		}
		return object{"anyOf": []object{{"enum": append(choices, nil)}, variable}}
	case TypeKeys:
		return keysSchema("any_key")
	case TypeProfiles:
		return object{
			"anyOf": []object{
				{"type": "array", "minItems": 1, "items": object{"anyOf": []object{{"type": []string{"string", "number"}}, item}}},
				{"type": []string{"string", "number", "null"}},
			},
		}
	case TypeNetworks, TypeHosts:
		return object{
			"anyOf":    []object{{"type": "array", "items": object{"type": "string"}}, {"type": []string{"string", "null"}}},
			"examples": []string{k.Example},
		}
	case TypeExtraTypes:
		return object{"type": []string{"array", "null"}, "maxItems": maxExtraTypes, "items": item}
	case TypeIdentifier:
		return k.patternSchema(identifierPattern)
	case TypeIcon:
		return k.patternSchema(iconPattern)
	case TypeKeep:
		return k.patternSchema(keepPattern)
	case TypeSlug:
		return k.patternSchema(slugPattern)
	case TypeAttributions:
		return object{
			"type": []string{"object", "null"}, "propertyNames": object{"pattern": "^[0-9]+$"},
			"additionalProperties": object{"enum": []string{"publish", "hold", "mark"}},
		}
	default:
		// Editors complain about 0123 as a name only if we do.
		return object{"type": []string{"string", "number", "boolean", "null"}, "examples": []string{k.Example}}
	}
}

func (k Key) patternSchema(pattern string) object {
	return object{
		"type": []string{"string", "null"}, "pattern": "^$|" + pattern + "|" + variablePattern,
		"examples": []string{k.Example},
	}
}

// definitions are the keys that a list of measurements can contain: those of
// the catalogue and type_<n> ("key"), and any ("any_key").
func definitions(vocabulary Vocabulary) object {
	known := []object{{"type": "string", "pattern": "^type_[0-9]+$|" + variablePattern}}
	if len(vocabulary.Keys) > 0 {
		known = append(known, object{"enum": vocabulary.Keys})
	}
	return object{
		"key":     object{"anyOf": known},
		"any_key": object{"anyOf": []object{definitionRef("key"), {"type": "string", "pattern": identifierPattern}}},
	}
}

func definitionRef(definition string) object { return object{"$ref": "#/definitions/" + definition} }

// keysSchema is a list of keys, one key, or a map of keys.
func keysSchema(definition string) object {
	key := definitionRef(definition)
	return object{
		"anyOf": []object{
			{"type": "array", "minItems": 1, "items": key},
			{"type": "object", "minProperties": 1, "propertyNames": key},
			{"enum": []any{allKeys, nil}},
			key,
		},
	}
}

// defaultValue is the default as JSON has it; false when there is none.
func (k Key) defaultValue() (any, bool) {
	if k.Default == "" || strings.Contains(k.Path, "[]") {
		return nil, false
	}
	if k.Type == TypeBool || k.Type == TypeNumber {
		return json.RawMessage(k.Default), true
	}
	return k.Default, true
}
