// SPDX-License-Identifier: MIT

package cli_test

import (
	"os"
	"strings"
	"testing"

	"vitals2mqtt/cli/clitest"
)

// Two profiles are renamed at once. Which is which is not certain, so the
// program asks; nothing is published under a guessed name.
func TestRenameOfSeveralProfiles(t *testing.T) {
	t.Parallel()
	o, folder := clitest.Start(t), t.TempDir()
	path := o.Configure(t, folder, "[Alice, Bob]", "[weight_kg]")
	clitest.SignIn(t, path, "Alice", "Bob")
	clitest.Run(t, "--config", path, "once").Expect(t, 0)
	before := o.Broker.Retained()
	o.Configure(t, folder, "[Robert, Alicia]", "[weight_kg]")
	clitest.Run(t, "--config", path, "once").Expect(t, 4, "vitals2mqtt rename alice NEW-NAME")
	for _, topic := range []string{"alice", "bob", "alicia", "robert"} {
		if o.Broker.Retained()["vitals2mqtt/"+topic+"/weight_kg"] != "" {
			t.Errorf("a weight of %s is published", topic)
		}
	}
	clitest.Run(t, "--config", path, "profiles").
		Expect(t, 0, "no: vitals2mqtt login alicia", "Alice is no longer configured", "vitals2mqtt purge bob")
	clitest.Run(t, "--config", path, "rename", "Alice", "Alicia").Expect(t, 0, "Alicia has the account of Alice")
	clitest.Run(t, "--config", path, "rename", "bob", "robert").Expect(t, 0, "Robert has the account of Bob")
	clitest.Run(t, "--config", path, "once").Expect(t, 0)
	for former, slug := range map[string]string{"alice": "alicia", "bob": "robert"} {
		got := o.Broker.Retained()["vitals2mqtt/"+slug+"/weight_kg"]
		if want := before["vitals2mqtt/"+former+"/weight_kg"]; got == "" || got != want {
			t.Errorf("the weight of %s is not that of %s", slug, former)
		}
	}
	if after := clitest.Run(t, "--config", path, "profiles"); strings.Contains(after.Stdout, "no longer") {
		t.Errorf("former profiles remain:\n%s", after.Stdout)
	}
}

// The request is made before the configuration is edited, so that no entity is
// ever removed.
func TestRenameBeforeTheConfiguration(t *testing.T) {
	t.Parallel()
	o, folder := clitest.Start(t), t.TempDir()
	path := o.Configure(t, folder, "[Alice, Bob]", "[weight_kg]")
	clitest.SignIn(t, path, "Alice", "Bob")
	clitest.Run(t, "--config", path, "once").Expect(t, 0)
	clitest.Run(t, "--config", path, "rename", "alice", "Alicia").Expect(t, 0, "Noted: Alicia takes over")
	clitest.Run(t, "--config", path, "rename", "bob", "Robert").Expect(t, 0, "Noted: Robert takes over")
	clitest.Run(t, "--config", path, "once").Expect(t, 0) // nothing changes yet
	o.Configure(t, folder, "[Robert, Alicia]", "[weight_kg]")
	clitest.Run(t, "--config", path, "profiles").Expect(t, 0, "as alice, from the next start", "as bob, from the next start")
	clitest.Run(t, "--config", path, "once").Expect(t, 0)
	clitest.Run(t, "--config", path, "profiles").Expect(t, 0, "yes")
}

func TestRenameBesideDaemon(t *testing.T) {
	t.Parallel()
	ctx, o, folder := t.Context(), clitest.Start(t), t.TempDir()
	path := o.Configure(t, folder, "[Alice, Bob]", "[weight_kg]")
	clitest.SignIn(t, path, "Alice", "Bob")
	daemon := clitest.StartProgram(t, "--config", path, "run")
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/weight_kg", ""))
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/bob/weight_kg", ""))
	weights := o.Broker.Retained()
	o.Configure(t, folder, "[Alicia, Robert]", "[weight_kg]")
	clitest.Must(t, o.WaitCleared(ctx, "vitals2mqtt/alice/weight_kg"))
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alicia/status", "offline"))
	clitest.Run(t, "--config", path, "rename", "alice", "alicia").Expect(t, 0, "within a few seconds")
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alicia/weight_kg", weights["vitals2mqtt/alice/weight_kg"]))
	clitest.Run(t, "--config", path, "rename", "bob", "robert").Expect(t, 0, "within a few seconds")
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/robert/weight_kg", weights["vitals2mqtt/bob/weight_kg"]))
	daemon.Interrupts <- os.Interrupt
	daemon.ExpectExit(t, 0)
}

func TestRenameRefusesWhatIsUncertain(t *testing.T) {
	t.Parallel()
	o, folder := clitest.Start(t), t.TempDir()
	path := o.Configure(t, folder, "[Alice, Bob]", "[weight_kg]")
	clitest.Run(t, "--config", path, "rename", "alice", "bob").Expect(t, 2, "no profile has signed in")
	clitest.SignIn(t, path, "Alice")
	clitest.Run(t, "--config", path, "rename", "carol", "bob").Expect(t, 2, `unknown profile "carol"`, "account: alice")
	clitest.Run(t, "--config", path, "rename", "alice", "bob").Expect(t, 2, "both configured")
	clitest.Run(t, "--config", path, "rename", "alice", "ALICE").Expect(t, 0, "nothing to do")
	clitest.Run(t, "--config", path, "rename", "alice", "bridge").Expect(t, 2, "cannot be the name")
	clitest.SignIn(t, path, "Bob")
	o.Configure(t, folder, "[Bob]", "[weight_kg]")
	clitest.Run(t, "--config", path, "rename", "alice", "bob").Expect(t, 1, "signed in already", "logout bob")
	clitest.Run(t, "--config", path, "profiles").Expect(t, 0, "yes", "alice is no longer configured")
}

// A former profile whose slug another one has can be purged by its name.
func TestPurgeOfProfileMovedAside(t *testing.T) {
	t.Parallel()
	o, folder := clitest.Start(t), t.TempDir()
	path := o.Configure(t, folder, "[Alice, Bob]", "[weight_kg]")
	clitest.SignIn(t, path, "Alice", "Bob")
	clitest.Run(t, "--config", path, "once").Expect(t, 0)
	o.Configure(t, folder, "[Bob]", "[weight_kg]")
	clitest.Run(t, "--config", path, "once").Expect(t, 0)
	o.Configure(t, folder, "[Bob, {name: Carol, slug: alice}]", "[weight_kg]")
	clitest.Run(t, "--config", path, "once").Expect(t, 4)
	if o.Broker.Retained()["vitals2mqtt/alice/weight_kg"] != "" {
		t.Error("the weight of Alice is published as Carol's")
	}
	clitest.Run(t, "--config", path, "profiles").Expect(t, 0, "login alice", "vitals2mqtt purge alice_2")
	clitest.Run(t, "--config", path, "purge", "--yes", "Alice").Expect(t, 0, "Consent revoked")
	if after := clitest.Run(t, "--config", path, "profiles"); strings.Contains(after.Stdout, "no longer") {
		t.Errorf("former profiles remain:\n%s", after.Stdout)
	}
	if roster := clitest.ReadFile(t, folder+"/state/profiles.json"); strings.Contains(roster, "Alice") {
		t.Errorf("the name remains in %s", roster)
	}
}
