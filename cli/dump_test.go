// SPDX-License-Identifier: MIT

package cli_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/mqtt/broker"
	"vitals2mqtt/push"
	"vitals2mqtt/simulator"
	"vitals2mqtt/tokenstore"
)

// Everything private in this setup is recognisable, and the dump is searched
// for it, with a working and with a broken setup.
func TestDumpContainsNothingPrivate(t *testing.T) {
	t.Parallel()
	o := clitest.Start(t)
	guarded, err := broker.Start(broker.Options{
		Username: "brokeruser77", Password: secret.New("brokerpass77"), Log: zerolog.Nop(),
	})
	clitest.Must(t, err)
	defer func() { _ = guarded.Close() }()
	folder := filepath.Join(t.TempDir(), "zebulons-attic")
	clitest.Must(t, os.Mkdir(folder, 0o700))
	word := push.NewSecret()
	config := filepath.Join(folder, "zebulon.yaml")
	clitest.WriteFile(t, config, o.Config("[Alice, Bob]", "all",
		"  callback_url: https://zebulon.example.org/zebulon/?of=zebulon",
		"  extra_types: [{type: 122, key: zebulons_key}]",
		"mqtt:",
		"  {url: "+guarded.URL()+", username: brokeruser77, password: brokerpass77,",
		"   base_topic: zebulon/base, client_id: zebulon-client}",
		"web: {listen: "+clitest.FreeAddress(t)+", password: webpass77}",
		"notifications: {public_url: http://localhost:9/zebulons-path}",
	))
	clitest.SignIn(t, config, "Alice", "Bob")
	clitest.Must(t, os.WriteFile(filepath.Join(folder, "state", "notify.secret"), []byte(word+"\n"), 0o600))
	once := clitest.Launch(nil, "--config", config, "once")
	once.ExpectExit(t, 0)

	private := []string{
		o.Cloud.ClientID(), o.Cloud.ClientSecret(), "brokeruser77", "brokerpass77", "webpass77", word,
		"zebulon", "127.0.0.1", "localhost", "alice", "bob", folder,
	}
	for _, person := range o.Cloud.People() {
		private = append(private, person.UserID)
	}
	for _, slug := range []string{"alice", "bob"} {
		token, _, err := tokenstore.Peek(filepath.Join(folder, "state"), slug)
		clitest.Must(t, err)
		private = append(private, token.Access.Reveal(), token.Refresh.Reveal())
	}
	private = append(private, measuredValues(guarded.Retained())...)
	if len(private) < 40 {
		t.Fatalf("only %d private values to search for", len(private))
	}
	look := func(when string) {
		t.Helper()
		dump := clitest.Launch(nil, "--config", config, "dump")
		dump.ExpectExit(t, 0)
		text := dump.Stdout.String()
		var parsed map[string]any
		if err := json.Unmarshal([]byte(text), &parsed); err != nil || parsed["doctor"] == nil {
			t.Fatalf("%s: %v\n%s", when, err, text)
		}
		for _, thing := range private {
			if regexp.MustCompile(`(?i)\b` + regexp.QuoteMeta(thing) + `\b`).MatchString(text) {
				t.Errorf("%s: %q is in the dump:\n%s", when, thing, text)
			}
		}
		if stderr := dump.Stderr.String(); stderr != "" {
			t.Errorf("%s: printed %s", when, stderr)
		}
	}
	look("healthy")
	// A cloud with private error texts, an unreachable broker, a damaged token.
	o.Cloud.SetFaults(simulator.Fault{
		Status: 342, Text: "Alice weighs 68.4 kg, userid 4711 at 192.168.7.7 <a@example.org> " + word,
	})
	private = append(private, "68.4", "4711", "192.168.7.7", "a@example.org")
	damaged := filepath.Join(folder, "state", "tokens", "bob.json")
	clitest.Must(t, os.WriteFile(damaged, []byte(`{"weight":"77.123"}`), 0o644))
	private = append(private, "77.123")
	clitest.Must(t, guarded.Close())
	look("failing")
	// A configuration that cannot be loaded.
	text, err := os.ReadFile(config)
	clitest.Must(t, err)
	people := `["Zebulon Quagmire", zebulon_quagmire, 1, "3 Rosalind"]`
	clitest.WriteFile(t, config, strings.Replace(string(text), "[Alice, Bob]", people, 1)+"mqqt: 1\n")
	private = append(private, "quagmire", "rosalind")
	look("invalid configuration")
}

// measuredValues are values of a retained tree that are too long to match by
// chance.
func measuredValues(tree map[string]string) (found []string) {
	for topic, payload := range tree {
		if strings.Count(topic, "/") >= 3 && strings.ContainsAny(payload, ".") && len(payload) > 4 &&
			len(payload) < 40 {
			found = append(found, payload)
		}
		var detail struct {
			Device string `json:"device_id"`
		}
		if json.Unmarshal([]byte(payload), &detail) == nil && detail.Device != "" {
			found = append(found, detail.Device)
		}
		if id, ok := strings.CutPrefix(topic, "zebulon/base/device/"); ok {
			id, _, _ = strings.Cut(id, "/")
			found = append(found, id)
		}
	}
	return found
}

func TestDumpToAFile(t *testing.T) {
	t.Parallel()
	path := writeMinimalConfig(t, "s3cret", "mqtt://127.0.0.1:9")
	file := filepath.Join(t.TempDir(), "dump.json")
	// An invalid configuration, because an unreachable cloud takes long.
	clitest.Must(t, os.WriteFile(path, []byte("mqtt: 7\n"), 0o600))
	clitest.Run(t, "--config", path, "dump", "--output", file).Expect(t, 0, "Review it")
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	before, err := os.ReadFile(file)
	clitest.Must(t, err)
	clitest.Run(t, "--config", path, "dump", "-o", file).Expect(t, 2, "already exists")
	clitest.Run(t, "--config", path, "dump", "-o", filepath.Join(file, "x")).Expect(t, 1)
	if after, err := os.ReadFile(file); err != nil || !bytes.Equal(after, before) {
		t.Errorf("the file was overwritten: %v", err)
	}
}
