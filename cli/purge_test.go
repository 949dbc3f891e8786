// SPDX-License-Identifier: MIT

package cli_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/simulator"
)

// topicsAbout lists the retained topics of a profile, and the documents.
func topicsAbout(o *clitest.Harness, slug string) (own, documents []string) {
	for _, topic := range slices.Sorted(maps.Keys(o.Broker.Retained())) {
		switch {
		case topic == "vitals2mqtt/"+slug || strings.HasPrefix(topic, "vitals2mqtt/"+slug+"/"):
			own = append(own, topic)
		case strings.HasPrefix(topic, "homeassistant/"):
			documents = append(documents, topic)
		}
	}
	return own, documents
}

// Purging Alice leaves Bob unchanged.
func TestPurgeRemovesOneProfile(t *testing.T) {
	t.Parallel()
	ctx, o, folder := t.Context(), clitest.Start(t), t.TempDir()
	address := clitest.FreeAddress(t)
	state := filepath.Join(folder, "state")
	path := o.Configure(t, folder, "[Alice, Bob]", "all",
		"notifications: {public_url: http://"+address+", listen: "+address+"}")
	clitest.SignIn(t, path, "Alice", "Bob")
	daemon := clitest.StartProgram(t, "--config", path, "run")
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/weight_kg", ""))
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/bob/weight_kg", ""))
	clitest.Must(t, clitest.WaitFor(ctx, "subscriptions of both", func() bool {
		users := map[string]bool{}
		for _, s := range o.Cloud.Subscriptions() {
			users[s.UserID] = true
		}
		return len(users) == 2
	}))
	clitest.Run(t, "--config", path, "purge", "alice", "--yes").Expect(t, 1, "stop it first")
	daemon.Interrupts <- os.Interrupt
	daemon.ExpectExit(t, 0)
	o.Cloud.Plant("Alice", "https://other.example.org/notify", 1)

	before := o.Broker.Retained()
	clitest.Run(t, "--config", path, "purge", "alice", "--dry-run").
		Expect(t, 0, "vitals2mqtt/alice/weight_kg", "Nothing was changed")
	if after := o.Broker.Retained(); !maps.EqualFunc(before, after, func(a, b string) bool { return a == b }) {
		t.Error("a dry run changed something")
	}
	_, documents := topicsAbout(o, "bob")
	clitest.Run(t, "--config", path, "purge", "alice", "--yes").
		Expect(t, 0, "Consent revoked", "deleted", "from the configuration")
	own, left := topicsAbout(o, "alice")
	if len(own) != 0 {
		t.Errorf("still there: %v", own)
	}
	if len(left) >= len(documents) {
		t.Errorf("the documents are %v, and were %v", left, documents)
	}
	after := o.Broker.Retained()
	for topic, payload := range after {
		if payload != before[topic] {
			t.Errorf("%s is %.200s, and was %.200s", topic, payload, before[topic])
		}
	}
	for topic := range before {
		shared := strings.HasPrefix(topic, "vitals2mqtt/device/") || strings.HasPrefix(topic, "homeassistant/")
		if _, there := after[topic]; !there && !shared && !strings.HasPrefix(topic, "vitals2mqtt/alice") {
			t.Errorf("%s is gone too", topic)
		}
	}
	alice := o.Cloud.People()[0].UserID
	for _, s := range o.Cloud.Subscriptions() {
		if s.UserID == alice && !s.Foreign {
			t.Errorf("still subscribed: %+v", s)
		}
	}
	for _, name := range []string{"profiles/alice.json", "tokens/alice.json"} {
		if _, err := os.Stat(filepath.Join(state, name)); !os.IsNotExist(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	clitest.Run(t, "--config", path, "profiles").Expect(t, 0, "no: vitals2mqtt login alice")
	clitest.Run(t, "--config", path, "purge", "mallory", "--yes").Expect(t, 2, "unknown profile")
}

// Without a broker everything is kept, so that the command can be repeated.
func TestPurgeKeepsEverythingWithoutBroker(t *testing.T) {
	t.Parallel()
	o, folder := clitest.Start(t), t.TempDir()
	path := o.Configure(t, folder, "[Alice]", "[weight_kg]")
	clitest.Run(t, "--config", path, "purge", "alice", "--yes").Expect(t, 0, "0 topics") // no daemon has ever run
	clitest.SignIn(t, path, "Alice")
	clitest.Run(t, "--config", path, "once").Expect(t, 0)
	o.Configure(t, folder, "[Alice]", "[weight_kg]", "mqtt: {url: mqtt://"+clitest.FreeAddress(t)+"}")
	clitest.Run(t, "--config", path, "purge", "alice", "--yes").Expect(t, 5)
	o.Configure(t, folder, "[Alice]", "[weight_kg]")
	clitest.Run(t, "--config", path, "profiles").Expect(t, 0, "yes")
	clitest.Run(t, "--config", path, "purge", "alice", "--yes").Expect(t, 0, "Consent revoked")
	if own, _ := topicsAbout(o, "alice"); len(own) != 0 {
		t.Errorf("still there: %v", own)
	}
}

// Bob is renamed to Robert, who uses the same account and so keeps the consent.
func TestPurgeOfRenamedProfile(t *testing.T) {
	t.Parallel()
	o, folder := clitest.Start(t), t.TempDir()
	path := o.Configure(t, folder, "[Alice, Bob]", "[weight_kg]")
	clitest.SignIn(t, path, "Alice", "Bob")
	clitest.Run(t, "--config", path, "once").Expect(t, 0)
	o.Configure(t, folder, "[Robert]", "[weight_kg]")
	login := clitest.Launch(nil, "--config", path, "login", "robert", "--paste")
	code, err := clitest.LoginByPaste(t.Context(), login, "Bob", "allow")
	clitest.Must(t, err)
	if code != 0 {
		t.Fatalf("login ended with %d:\n%s", code, login.Stderr)
	}
	clitest.Run(t, "--config", path, "purge", "Bob", "--dry-run").
		Expect(t, 0, "vitals2mqtt/bob/weight_kg", "because Robert uses the same account")
	alices, _ := topicsAbout(o, "alice")
	clitest.Run(t, "--config", path, "purge", "Bob", "--yes").Expect(t, 0, "because Robert uses the same account")
	if own, _ := topicsAbout(o, "bob"); len(own) != 0 {
		t.Errorf("still there: %v", own)
	}
	if now, _ := topicsAbout(o, "alice"); !slices.Equal(now, alices) {
		t.Errorf("topics of Alice, who is not configured either: %v, want %v", now, alices)
	}
	clitest.Run(t, "--config", path, "once", "robert").Expect(t, 0)
}

// The cloud neither confirms nor refuses to revoke the consent.
func TestPurgeIsRepeatable(t *testing.T) {
	t.Parallel()
	o, folder := clitest.Start(t), t.TempDir()
	path := o.Configure(t, folder, "[Alice]", "[weight_kg]")
	clitest.SignIn(t, path, "Alice")
	o.Cloud.AddFault(simulator.Fault{Call: "v2/signature *", HTTP: 503})
	clitest.Run(t, "--config", path, "purge", "alice", "--yes").Expect(t, 1, "tokens are kept", "--forget-anyway")
	clitest.Run(t, "--config", path, "profiles").Expect(t, 0, "yes")
	clitest.Run(t, "--config", path, "purge", "alice", "--yes", "--forget-anyway").Expect(t, 1, "tokens of Alice deleted")
	clitest.Run(t, "--config", path, "profiles").Expect(t, 0, "no: vitals2mqtt login alice")
}

// TestPurgeNamesTheCopies that it does not touch: they have other people's
// measurements too.
func TestPurgeNamesTheCopies(t *testing.T) {
	t.Parallel()
	o, folder := clitest.Start(t), t.TempDir()
	path := o.Configure(t, folder, "[Alice]", "[weight_kg]")
	clitest.SignIn(t, path, "Alice")
	clitest.Run(t, "--config", path, "once").Expect(t, 0)
	archive := filepath.Join(folder, "state", "history.db")
	for _, suffix := range []string{".backup", ".damaged-20260301T120000.000000000"} {
		clitest.Must(t, os.WriteFile(archive+suffix, []byte("measurements"), 0o600))
	}
	clitest.Run(t, "--config", path, "purge", "alice", "--yes").Expect(t, 0,
		"history.db.backup is a copy that may still have measurements of Alice", "history.db.damaged-20260301T120000")
}
