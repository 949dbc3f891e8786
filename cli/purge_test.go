package cli_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vitals2mqtt/simulator"
)

// topicsAbout lists the retained topics that name a person, and the documents.
func topicsAbout(o *harness, slug string) (own, documents []string) {
	for _, topic := range slices.Sorted(maps.Keys(o.broker.Retained())) {
		switch {
		case topic == "vitals2mqtt/"+slug || strings.HasPrefix(topic, "vitals2mqtt/"+slug+"/"):
			own = append(own, topic)
		case strings.HasPrefix(topic, "homeassistant/"):
			documents = append(documents, topic)
		}
	}
	return own, documents
}

// TestPurgeRemovesOneProfile removes Alice beside Bob, who stays as he is.
func TestPurgeRemovesOneProfile(t *testing.T) {
	t.Parallel()
	ctx, o, folder := t.Context(), startHarness(t), t.TempDir()
	address := freeAddress(t)
	state := filepath.Join(folder, "state")
	path := o.configure(t, folder, "[Alice, Bob]", "all", "notifications: {public_url: http://"+address+", listen: "+address+"}")
	signIn(t, path, "Alice", "Bob")
	daemon := startProgram(t, "--config", path, "run")
	must(t, o.waitRetained(ctx, "vitals2mqtt/alice/weight_kg", ""))
	must(t, o.waitRetained(ctx, "vitals2mqtt/bob/weight_kg", ""))
	must(t, waitFor(ctx, "subscriptions of both", func() bool {
		users := map[string]bool{}
		for _, s := range o.cloud.Subscriptions() {
			users[s.UserID] = true
		}
		return len(users) == 2
	}))
	run(t, "--config", path, "purge", "alice").expect(t, 1, "stop it first")
	daemon.interrupts <- os.Interrupt
	daemon.expectExit(t, 0)
	o.cloud.Plant("Alice", "https://other.example.org/notify", 1)

	before := o.broker.Retained()
	run(t, "--config", path, "purge", "alice", "--dry-run").expect(t, 0, "vitals2mqtt/alice/weight_kg", "Nothing was changed")
	if after := o.broker.Retained(); !maps.EqualFunc(before, after, func(a, b string) bool { return a == b }) {
		t.Error("a dry run changed something")
	}
	_, documents := topicsAbout(o, "bob")
	run(t, "--config", path, "purge", "alice").expect(t, 0, "Consent revoked", "deleted", "from the configuration")
	own, left := topicsAbout(o, "alice")
	if len(own) != 0 {
		t.Errorf("still there: %v", own)
	}
	if len(left) >= len(documents) {
		t.Errorf("the documents are %v, and were %v", left, documents)
	}
	after := o.broker.Retained()
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
	alice := o.cloud.People()[0].UserID
	for _, s := range o.cloud.Subscriptions() {
		if s.UserID == alice && !s.Foreign {
			t.Errorf("still subscribed: %+v", s)
		}
	}
	for _, name := range []string{"profiles/alice.json", "tokens/alice.json"} {
		if _, err := os.Stat(filepath.Join(state, name)); !os.IsNotExist(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	run(t, "--config", path, "profiles").expect(t, 0, "no: vitals2mqtt login alice")
	run(t, "--config", path, "purge", "mallory").expect(t, 2, "unknown profile")
}

// TestPurgeKeepsEverythingWithoutBroker keeps everything, so that it can be repeated.
func TestPurgeKeepsEverythingWithoutBroker(t *testing.T) {
	t.Parallel()
	o, folder := startHarness(t), t.TempDir()
	path := o.configure(t, folder, "[Alice]", "[weight_kg]")
	run(t, "--config", path, "purge", "alice").expect(t, 0, "0 topics") // no daemon has ever run
	signIn(t, path, "Alice")
	run(t, "--config", path, "once").expect(t, 0)
	o.configure(t, folder, "[Alice]", "[weight_kg]", "mqtt: {url: mqtt://"+freeAddress(t)+"}")
	run(t, "--config", path, "purge", "alice").expect(t, 5)
	o.configure(t, folder, "[Alice]", "[weight_kg]")
	run(t, "--config", path, "profiles").expect(t, 0, "yes")
	run(t, "--config", path, "purge", "alice").expect(t, 0, "Consent revoked")
	if own, _ := topicsAbout(o, "alice"); len(own) != 0 {
		t.Errorf("still there: %v", own)
	}
}

// TestPurgeOfRenamedProfile renames Bob to Robert, who uses the same account: the
// consent is Robert's now.
func TestPurgeOfRenamedProfile(t *testing.T) {
	t.Parallel()
	o, folder := startHarness(t), t.TempDir()
	path := o.configure(t, folder, "[Alice, Bob]", "[weight_kg]")
	signIn(t, path, "Alice", "Bob")
	run(t, "--config", path, "once").expect(t, 0)
	o.configure(t, folder, "[Robert]", "[weight_kg]")
	login := launchProgram(nil, "--config", path, "login", "robert", "--paste")
	code, err := loginByPaste(t.Context(), login, "Bob", "allow")
	must(t, err)
	if code != 0 {
		t.Fatalf("login ended with %d:\n%s", code, login.stderr)
	}
	run(t, "--config", path, "purge", "Bob", "--dry-run").
		expect(t, 0, "vitals2mqtt/bob/weight_kg", "because Robert uses the same account")
	alices, _ := topicsAbout(o, "alice")
	run(t, "--config", path, "purge", "Bob").expect(t, 0, "because Robert uses the same account")
	if own, _ := topicsAbout(o, "bob"); len(own) != 0 {
		t.Errorf("still there: %v", own)
	}
	if now, _ := topicsAbout(o, "alice"); !slices.Equal(now, alices) {
		t.Errorf("Alice, who is not in the configuration either, has %v, and had %v", now, alices)
	}
	run(t, "--config", path, "once", "robert").expect(t, 0)
}

// TestPurgeIsRepeatable has a cloud that says neither yes nor no.
func TestPurgeIsRepeatable(t *testing.T) {
	t.Parallel()
	o, folder := startHarness(t), t.TempDir()
	path := o.configure(t, folder, "[Alice]", "[weight_kg]")
	signIn(t, path, "Alice")
	o.cloud.AddFault(simulator.Fault{Call: "v2/signature *", HTTP: 503})
	run(t, "--config", path, "purge", "alice").expect(t, 1, "tokens are kept", "--forget-anyway")
	run(t, "--config", path, "profiles").expect(t, 0, "yes")
	run(t, "--config", path, "purge", "alice", "--forget-anyway").expect(t, 1, "tokens of Alice deleted")
	run(t, "--config", path, "profiles").expect(t, 0, "no: vitals2mqtt login alice")
}
