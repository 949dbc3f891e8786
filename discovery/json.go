package discovery

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// object is a JSON object, as built here or as decoded from a message.
type object map[string]any

// setText sets a text unless it is empty: an absent key says "none" to Home
// Assistant, an empty text often says something else.
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

// mustEncode writes what this package built, keys sorted. It panics on what is no
// JSON: an empty text in its stead would delete a device.
func mustEncode(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic("discovery: a document of our own making does not encode: " + err.Error())
	}
	return text
}

// decodeObject reads a JSON object and nothing after it; nil when the text is none.
// Numbers stay as they were written.
func decodeObject(text []byte) object {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var o object
	if err := decoder.Decode(&o); err != nil {
		return nil
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil
	}
	return o
}
