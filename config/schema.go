package config

import (
	"encoding/json"
	"strings"
)

// object is a JSON object; encoding/json sorts its keys.
type object = map[string]any

// Schema returns the JSON Schema of the file, for editors: every key with its
// text, its default and its possible values. It is as strict as the program about
// keys, and leaves to the program what a schema can only say clumsily.
func Schema(vocabulary Vocabulary) []byte {
	root := object{
		"$schema":              "http://json-schema.org/draft-07/schema#",
		"title":                "Configuration of vitals2mqtt",
		"type":                 []string{"object", "null"},
		"additionalProperties": false,
		"properties":           object{},
	}
	profile := object{
		"type": "object", "additionalProperties": false, "required": []string{"name"}, "properties": object{},
	}
	for _, row := range rows() {
		describe := row.schema(vocabulary, profile)
		if name, inside := strings.CutPrefix(row.Path, "withings.profiles[]."); inside {
			property(profile, name, describe)
			continue
		}
		property(root, row.Path, describe)
	}
	// The section's name of long ago.
	properties, _ := root["properties"].(object)
	properties[legacy] = object{"description": "The old name of withings.", "$ref": "#/properties/withings"}
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(root); err != nil {
		return nil // cannot be: there are only strings, numbers, lists and objects in it
	}
	return []byte(out.String())
}

// property puts a description below its sections, which it makes as needed.
func property(node object, path string, describe object) {
	properties, _ := node["properties"].(object)
	name, inside, deeper := strings.Cut(path, ".")
	if !deeper {
		properties[name] = describe
		return
	}
	section, ok := properties[name].(object)
	if !ok {
		section = object{"type": []string{"object", "null"}, "additionalProperties": false, "properties": object{}}
		properties[name] = section
	}
	property(section, inside, describe)
}

// schema describes the value of a key.
func (k Key) schema(vocabulary Vocabulary, profile object) object {
	describe := k.shape(vocabulary, profile)
	describe["description"] = k.Text
	if k.Later {
		describe["description"] = "Not available in this version; ignored. " + k.Text
	}
	if value, ok := k.defaultValue(); ok {
		describe["default"] = value
	}
	return describe
}

// variablePattern matches text with a variable in it, which can stand for
// anything.
const variablePattern = `\$\{`

func (k Key) shape(vocabulary Vocabulary, profile object) object {
	variable := object{"type": "string", "pattern": variablePattern}
	switch k.Type {
	case TypeSwitch:
		return object{"anyOf": []object{{"type": []string{"boolean", "null"}}, variable}}
	case TypeNumber:
		return object{"anyOf": []object{{"type": []string{"integer", "null"}, "minimum": k.Low, "maximum": k.High}, variable}}
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
		return keysShape(vocabulary)
	case TypeProfiles:
		return object{
			"anyOf": []object{
				{"type": "array", "minItems": 1, "items": object{"anyOf": []object{{"type": []string{"string", "number"}}, profile}}},
				{"type": []string{"string", "number", "null"}},
			},
		}
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

// keysShape is a list of keys, one key, or a map of keys. type_<n> stands for the
// values that have no name yet.
func keysShape(vocabulary Vocabulary) object {
	known := []object{{"type": "string", "pattern": "^type_[0-9]+$|" + variablePattern}}
	if len(vocabulary.Keys) > 0 {
		known = append(known, object{"enum": vocabulary.Keys})
	}
	key := object{"anyOf": known}
	return object{
		"anyOf": []object{
			{"type": "array", "minItems": 1, "items": key},
			{"type": "object", "minProperties": 1, "propertyNames": key},
			{"enum": []any{all, nil}},
			key,
		},
	}
}

// defaultValue is the default as JSON has it; false when there is none.
func (k Key) defaultValue() (any, bool) {
	if k.Default == "" || strings.Contains(k.Path, "[]") {
		return nil, false
	}
	if k.Type == TypeSwitch || k.Type == TypeNumber {
		return json.RawMessage(k.Default), true
	}
	return k.Default, true
}
