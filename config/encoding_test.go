// SPDX-License-Identifier: MIT

package config_test

import (
	"encoding/binary"
	"errors"
	"os"
	"strings"
	"testing"
	"unicode/utf16"

	"vitals2mqtt/config"
)

// encodeUTF16 is a text as editors of Windows may save it.
func encodeUTF16(text string, order binary.AppendByteOrder) string {
	data := order.AppendUint16(nil, 0xfeff)
	for _, unit := range utf16.Encode([]rune(text)) {
		data = order.AppendUint16(data, unit)
	}
	return string(data)
}

// parseWithSecret parses a configuration whose broker password is in a file.
func parseWithSecret(key, content string) (*config.Config, []config.Warning, error) {
	text := "withings: {client_id: id, client_secret: s, profiles: [Alice]}\nmqtt: {username: me, password: p}\n"
	text = strings.Replace(text, key+": ", key+"_file: /run/", 1)
	return config.Source{
		Name: "config.yaml", Data: []byte(text), Vocabulary: vocabulary(),
		Open: func(string) ([]byte, error) { return []byte(content), nil },
	}.Parse()
}

// What editors and shells add around a secret does not belong to it.
func TestSecretFileWithoutWhatEditorsAdd(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"bare":          "hunter2",
		"newline":       "hunter2\n",
		"Windows":       "hunter2\r\n",
		"Mac":           "hunter2\r",
		"blank lines":   "\n\nhunter2\n\n \n",
		"mark":          "\ufeffhunter2\r\n",
		"little endian": encodeUTF16("hunter2\r\n", binary.LittleEndian),
		"big endian":    encodeUTF16("hunter2\n", binary.BigEndian),
	} {
		c, warnings, err := parseWithSecret("password", content)
		if err != nil || len(warnings) > 0 || c.MQTT.Password.Reveal() != "hunter2" {
			t.Errorf("%s: %v, %v", name, err, warnings)
		}
	}
	c, _, err := parseWithSecret("client_secret", " hunter2\t\n")
	if err != nil || c.Withings.ClientSecret.Reveal() != "hunter2" {
		t.Errorf("spaces around a client secret: %v", err)
	}
	c, warnings, err := parseWithSecret("password", "hunter2 \n")
	if err != nil || c.MQTT.Password.Reveal() != "hunter2 " || len(warnings) != 1 ||
		!strings.Contains(warnings[0].Text, "ends with a space") {
		t.Errorf("a space at the end of a password: %v, %v", warnings, err)
	}
}

func TestSecretFileProblems(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"":                  "file is empty",
		"\ufeff\r\n":        "file is empty",
		"user: me\nhunter2": "file has 2 lines; it must have the secret alone, on one line",
		"hunter2\xff":       "file: not valid UTF-8",
		"hun\x00ter2":       "file: contains control characters",
		"hun\u200bter2":     "contains an invisible character: type it anew",
		"“hunter2”":         "is in typographic quotes: use plain ones, or none",
	} {
		_, _, err := parseWithSecret("password", content)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hun") {
			t.Errorf("%q: %v, want %s", content, err, want)
		}
	}
}

// Variables out of a file with line ends of Windows have half of one each.
func TestVariablesWithLineEnds(t *testing.T) {
	t.Parallel()
	env := []string{"V2M_WITHINGS_CLIENT_ID=id\r", "V2M_WITHINGS_PROFILES=Alice\r", "SECRET=hunter2\r", "V2M_MQTT_QOS=2\r"}
	c, _, err := config.Parse("config.yaml", []byte("withings: {client_secret: '${SECRET}'}"), env, vocabulary())
	if err != nil || c.Withings.ClientID != "id" || c.Withings.ClientSecret.Reveal() != "hunter2" || c.MQTT.QoS != 2 ||
		c.Withings.Profiles[0].Name != "Alice" {
		t.Errorf("%+v, %v", c, err)
	}
}

// The encoding of a file changes neither what is read nor where mistakes are.
func TestEncodingsOfTheFile(t *testing.T) {
	t.Parallel()
	const good = "# Größe\nwithings:\n  client_id: id\n  client_secret: hunter2\n  profiles: [Jörg]\n"
	const bad = good + "mqtt:\n  qos: 7\n"
	const syntax = "# Größe\nwithings:\n  client_id: id\n\tclient_secret: hunter2\n"
	for name, encode := range map[string]func(string) string{
		"plain":         func(text string) string { return text },
		"mark":          func(text string) string { return "\ufeff" + text },
		"Windows":       func(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") },
		"old Mac":       func(text string) string { return strings.ReplaceAll(text, "\n", "\r") },
		"little endian": func(text string) string { return encodeUTF16(text, binary.LittleEndian) },
		"big endian":    func(text string) string { return encodeUTF16(text, binary.BigEndian) },
	} {
		c, _, err := config.Parse("config.yaml", []byte(encode(good)), nil, vocabulary())
		if err != nil || c.Withings.Profiles[0].Name != "Jörg" {
			t.Errorf("%s: %v", name, err)
		}
		_, _, err = config.Parse("config.yaml", []byte(encode(bad)), nil, vocabulary())
		if err == nil || !strings.HasPrefix(err.Error(), "config.yaml:7:8: mqtt.qos: ") {
			t.Errorf("%s: %v", name, err)
		}
		_, _, err = config.Parse("config.yaml", []byte(encode(syntax)), nil, vocabulary())
		if err == nil || err.Error() != "config.yaml:4:1: invalid YAML: a tab in the indentation: use spaces" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Each kind of syntax mistake, where it is.
func TestPlacesOfSyntaxMistakes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a: 1\nb: \x80":                  "2:4: invalid YAML: not valid UTF-8",
		"a: 1\nb\x07: 1":                 "2:2: invalid YAML: contains control characters (U+0007)",
		"a: 1 # \u2028b: 1":              "1:8: invalid YAML: contains an invisible line break (U+2028)",
		"w:\u0000":                       "1:3: invalid YAML: contains control characters: is it UTF-16?",
		"log:\n  level: *x\n":            "2:10: invalid YAML: a value that begins with * must be in quotes",
		"log:\n  level: & x\n":           "2:10: invalid YAML: a value that begins with * or & must be in quotes",
		"log:\n  level: !x!y z\n":        "2:10: invalid YAML: a value that begins with ! must be in quotes",
		"log:\n  level: %x\n":            "2:10: invalid YAML: a value that begins with @, % or ` must be in quotes",
		"log:\n  level: |x\n":            "2:10: invalid YAML: a value that begins with | or > must be in quotes",
		"log:\n  level: a: b\n":          "2:11: invalid YAML: an unquoted value that contains a colon and a space",
		"log:\n  level: 'a' b\n":         "2:14: invalid YAML: text after the closing quote",
		"log:\n  level: \"a\\d\"\n":      "2:12: invalid YAML: a backslash in double quotes must be written twice",
		"log: {level: [a, b}\n":          "1:19: invalid YAML: a bracket that closes nothing",
		"log: {level: ['a' 'b']}\n":      "1:19: invalid YAML: missing comma",
		"log: {level: [a,,b]}\n":         "1:17: invalid YAML: a comma without a value in front of it",
		"log: [a] b\n":                   "1:10: invalid YAML: text after the closing bracket",
		"log: {level: \"a}\nx: 1\n":      "1:14: invalid YAML: unterminated quote",
		"log: {\n  level: a\nx: 1\n":     "1:6: invalid YAML: unterminated {",
		"log: [\n  a,\n  @b,\n  c]\n":    "1:6: invalid YAML: a value that begins with @",
		"log:\n  - a\n  b: 1\n":          "3:3: invalid YAML: ",
		"log:\n  a: 1\n  - b\n":          "3:3: invalid YAML: ",
		"log: - a\n":                     "1:6: invalid YAML: a list begins on the line after its key",
		"log:\n  level: a\n format: b\n": "3:2: invalid YAML: wrong indentation",
		"log:\n  - a\n    b: c\n":        "3:5: invalid YAML: wrong indentation: an element of a list that has keys begins with one",
		"log\nweb:\n":                    "1:4: invalid YAML: missing colon after a key",
		"a: 1\n---\nb: 1\n":              "2:1: multiple YAML documents are not supported",
		"log: 1\n...\nfoo\n":             "3:1: invalid YAML: text after the end of the document",
	} {
		_, _, err := config.Parse("config.yaml", []byte(text), nil, vocabulary())
		var problems config.Errors
		if !errors.As(err, &problems) || len(problems) != 1 || !strings.HasPrefix(err.Error(), "config.yaml:"+want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// A long file with a mistake is not parsed once for each of its lines.
func TestSyntaxMistakeInLongFile(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("# a comment\nx: 1\n", 20_000) + "\tlog: 1\n" + strings.Repeat("y: 1\n", 20_000)
	_, _, err := config.Parse("config.yaml", []byte(text), nil, vocabulary())
	if err == nil || err.Error() != "config.yaml:40001:1: invalid YAML: a tab in the indentation: use spaces" {
		t.Errorf("got %v", err)
	}
}

// Every file of the test data that is no YAML has a place for its mistake.
func TestSyntaxProblemsOfTestDataHavePlaces(t *testing.T) {
	t.Parallel()
	for _, path := range globFiles(t, "testdata/bad/*.txt") {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			if strings.Contains(line, "YAML") && strings.Count(strings.SplitN(line, ": ", 2)[0], ":") != 2 {
				t.Errorf("%s: no column in %s", path, line)
			}
		}
	}
}
