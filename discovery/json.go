// SPDX-License-Identifier: MIT

package discovery

import "encoding/json"

// object is a JSON object, as built here or as decoded from a message.
type object map[string]any

// setText sets a text unless it is empty: for Home Assistant an empty text is
// often not the same as an absent one.
func (o object) setText(key, text string) {
	if text != "" {
		o[key] = text
	}
}

// text returns a text member, "" when it is absent or no text.
func (o object) text(key string) string {
	text, _ := o[key].(string)
	return text
}

// list returns a list member, nil when it is absent or no list.
func (o object) list(key string) []any {
	list, _ := o[key].([]any)
	return list
}

// child returns an object member, nil when it is absent or no object.
func (o object) child(key string) object { return asObject(o[key]) }

func (o object) has(key string) bool {
	_, ok := o[key]
	return ok
}

func asObject(value any) object {
	child, _ := value.(map[string]any)
	return child
}

// mustEncode encodes a value with sorted keys. It panics on an error:
// publishing an empty text instead would delete a device.
func mustEncode(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic("discovery: cannot encode a document: " + err.Error())
	}
	return text
}

// decodeObject decodes a JSON object, nil when the text is not one.
func decodeObject(text []byte) object {
	var o object
	if err := json.Unmarshal(text, &o); err != nil {
		return nil
	}
	return o
}
