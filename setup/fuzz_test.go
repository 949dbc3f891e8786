// SPDX-License-Identifier: MIT

package setup_test

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"vitals2mqtt/config"
	"vitals2mqtt/find"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/sensors"
	"vitals2mqtt/setup"
)

// shortExample has the form of the example: reading that takes much longer.
const shortExample = `withings:
  client_id: ""
  client_secret: ""
  profiles:
    - Alice
mqtt:
  url: mqtt://localhost:1883
  #username: vitals2mqtt
  #password: secret
web:
  listen: 127.0.0.1:8099
`

// FuzzAnswers writes answers of any kind into the example: the configuration
// has them as they were given, and nothing else, or refuses them.
func FuzzAnswers(f *testing.F) {
	f.Add("0123abcd", "s3$cret", "Alice", "user", "p\"w")
	f.Add("a\"\nweb: {auth: none}\n#", "${HOME}", "Bob\n    - Mallory", "x: y", "'")
	f.Add("\u202e\ufeff", "\\x41\\", "- |", "%", "\u0085\u2028\U0001F600")
	f.Add("0", "\x00\x07\x7f", "Alice", "a\tb", "$$")
	f.Add("0", "0", "Alice", "user", "\xff")
	f.Add("0  ", "0 ", " Alice", "user ", " ")
	plain := parseAnswers(f, shortExample, setup.Answers{ClientID: "0", ClientSecret: secret.New("0"), Profiles: []string{"X"}})
	f.Fuzz(func(t *testing.T, id, clientSecret, name, user, password string) {
		if id == "" || clientSecret == "" || name == "" {
			return
		}
		answers := setup.Answers{
			ClientID: id, ClientSecret: secret.New(clientSecret), Profiles: []string{name},
			Broker: find.Broker{URL: "mqtt://homeserver.lan:1883", Username: user, Password: secret.New(password)},
		}
		read, _, err := config.Source{
			Name: "config.yaml", Data: []byte(answers.Render(shortExample)), Open: noFile, Vocabulary: vocabulary(),
		}.Parse()
		if err != nil {
			problems, ok := errors.AsType[config.Errors](err)
			for _, problem := range problems {
				if problem.Path == "" {
					t.Errorf("the file is no YAML any more: %v", problem)
				}
			}
			if !ok {
				t.Error(err)
			}
			return
		}
		names := []string{}
		for _, p := range read.Withings.Profiles {
			names = append(names, p.Name)
		}
		// Spaces around what was pasted from the portal, and around names, are dropped.
		if read.Withings.ClientID != strings.TrimSpace(id) || read.Withings.ClientSecret.Reveal() != strings.TrimSpace(clientSecret) ||
			!slices.Equal(names, []string{strings.TrimSpace(name)}) ||
			read.MQTT.Username != user || read.MQTT.Password.Reveal() != password {
			t.Errorf("read as %q, %q, %q, %q, %q", read.Withings.ClientID, read.Withings.ClientSecret.Reveal(), names,
				read.MQTT.Username, read.MQTT.Password.Reveal())
		}
		if read.Web.Auth != plain.Web.Auth || read.Web.Listen != plain.Web.Listen || read.StateDir != plain.StateDir {
			t.Errorf("other keys have changed: %+v", read.Web)
		}
	})
}

func noFile(string) ([]byte, error) { return nil, fs.ErrNotExist }

func parseAnswers(f *testing.F, example string, a setup.Answers) *config.Config {
	f.Helper()
	c, _, err := config.Source{
		Name: "config.yaml", Data: []byte(a.Render(example)), Open: noFile, Vocabulary: vocabulary(),
	}.Parse()
	if err != nil {
		f.Fatal(err)
	}
	return c
}

func vocabulary() config.Vocabulary {
	return config.Vocabulary{
		Keys: sensors.Keys(), Nearest: sensors.Nearest,
		Known: func(key string) bool { _, ok := sensors.Lookup(key); return ok },
	}
}
