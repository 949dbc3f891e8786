// SPDX-License-Identifier: MIT

//go:build e2e

// Package upgrade tries what docs/upgrade.md promises, with the programs of two
// versions on one state directory. It holds only tests; e2e/upgrade/run builds
// the programs.
package upgrade

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/cli/clitest"
)

// TestUpgradeAndBack has the previous program leave its state, starts the
// present one on it, and goes back. Nobody signs in again, the retained tree
// stays whole, and the archive keeps what it has; or the previous program
// refuses a newer archive and changes nothing.
func TestUpgradeAndBack(t *testing.T) {
	t.Parallel()
	i := install(t)
	previous, present := os.Getenv("V2M_PREVIOUS"), os.Getenv("V2M_PRESENT")
	if previous == "" || present == "" {
		t.Skip("V2M_PREVIOUS and V2M_PRESENT name no programs: e2e/upgrade/run builds them")
	}
	i.signIn(previous, "Alice")
	i.signIn(previous, "Bob")

	before := i.start(previous)
	i.awaitAll(before)
	before.stop()
	tree, archive, version := i.broker.Retained(), i.export(previous), i.archiveVersion()
	if len(archive["Alice"]) < 20 || len(tree) < 50 {
		t.Fatalf("%d rows in the archive, %d topics: that proves nothing", len(archive["Alice"]), len(tree))
	}
	t.Logf("before: archive version %d, %d and %d rows, %d topics",
		version, len(archive["Alice"]), len(archive["Bob"]), len(tree))

	i.forgetCleared()
	now := i.start(present)
	i.awaitAll(now)
	i.expectTree(tree)
	i.weigh("71.5")
	now.stop()
	i.expectArchive(i.export(present), archive)
	archive, tree = i.export(present), i.broker.Retained()

	if newer := i.archiveVersion(); newer != version {
		t.Logf("the archive is of version %d now: the previous program must refuse it", newer)
		i.expectRefusal(previous)
	} else {
		i.forgetCleared()
		back := i.start(previous)
		i.awaitAll(back)
		i.expectTree(tree)
		i.weigh("72.5")
		back.stop()
		t.Log("the previous program works with the state of the present one")
	}

	again := i.start(present)
	i.awaitAll(again)
	i.weigh("73.5")
	again.stop()
	i.expectArchive(i.export(present), archive)
	if got := i.cloud.Requests()["v2/oauth2 authorization_code"]; got != 2 {
		t.Errorf("%d sign-ins, want the two of the beginning", got)
	}
}

// awaitAll waits until a program has published the current values and has read
// the past of everybody.
func (i *installation) awaitAll(p *process) {
	i.t.Helper()
	i.await(p, "the values of everybody and their past", func() bool {
		retained := i.broker.Retained()
		return retained["vitals2mqtt/bridge/state"] == "online" && retained["vitals2mqtt/alice/weight_kg"] != "" &&
			retained["vitals2mqtt/bob/weight_kg"] != "" && i.pastIsRead()
	})
}

// expectTree compares the values, and the ids of the entities, with those of
// before. No topic may have been empty in between.
func (i *installation) expectTree(before map[string]string) {
	i.t.Helper()
	for _, topic := range i.cleared() {
		if before[topic] != "" {
			i.t.Errorf("%s was empty for a while", topic)
		}
	}
	after := i.broker.Retained()
	id := regexp.MustCompile(`"(?:unique_id|uniq_id)":"[^"]+"`)
	for _, topic := range slices.Sorted(maps.Keys(before)) {
		switch {
		case after[topic] == "":
			i.t.Errorf("%s is gone", topic)
		case strings.HasPrefix(topic, "homeassistant/"):
			for _, entity := range id.FindAllString(before[topic], -1) {
				if !strings.Contains(after[topic], entity) {
					i.t.Errorf("%s has no %s any more", topic, entity)
				}
			}
		case strings.HasSuffix(topic, "/weight_kg"), strings.HasSuffix(topic, "/sleep_score"):
			if after[topic] != before[topic] {
				i.t.Errorf("%s was %s and is %s", topic, before[topic], after[topic])
			}
		}
	}
}

// expectArchive finds every row of before.
func (i *installation) expectArchive(after, before map[string][]string) {
	i.t.Helper()
	for person, rows := range before {
		lost := 0
		for _, row := range rows {
			if !slices.ContainsFunc(after[person], func(now string) bool { return includes(now, row) }) {
				if lost++; lost < 3 {
					i.t.Errorf("%s: the archive has no %s any more", person, row)
				}
			}
		}
		if lost > 0 {
			i.t.Errorf("%s: %d rows of %d are lost", person, lost, len(rows))
		}
	}
}

// includes reports whether a row of an export has all fields of another: a newer
// version may know more about it.
func includes(row, other string) bool {
	if row == other {
		return true
	}
	var has, wants map[string]any
	if json.Unmarshal([]byte(row), &has) != nil || json.Unmarshal([]byte(other), &wants) != nil {
		return false
	}
	for name, value := range wants {
		if !equal(has[name], value) {
			return false
		}
	}
	return true
}

func equal(a, b any) bool {
	one, err := json.Marshal(a)
	other, err2 := json.Marshal(b)
	return err == nil && err2 == nil && bytes.Equal(one, other)
}

// expectRefusal starts a program that must end at once, say why, and leave the
// archive and the tokens as they are.
func (i *installation) expectRefusal(program string) {
	i.t.Helper()
	before := i.stateFiles()
	p := i.start(program)
	if code := p.wait(); code != 1 || !strings.Contains(p.out.String(), "newer version of vitals2mqtt") {
		i.t.Errorf("exit code %d, want 1 and the reason:\n%s", code, p.out)
	}
	after := i.stateFiles()
	for name, content := range before {
		if after[name] != content {
			i.t.Errorf("%s has changed", name)
		}
	}
}

// stateFiles are the files that must not change when a program refuses them.
func (i *installation) stateFiles() map[string]string {
	i.t.Helper()
	files := map[string]string{}
	for _, pattern := range []string{"history.db", "tokens/*.json", "profiles.json", "instance"} {
		paths, err := filepath.Glob(filepath.Join(i.state, filepath.FromSlash(pattern)))
		clitest.Must(i.t, err)
		for _, path := range paths {
			files[path] = clitest.ReadFile(i.t, path)
		}
	}
	return files
}

// archiveVersion is the version in the header of the archive, which SQLite calls
// user_version.
func (i *installation) archiveVersion() uint32 {
	i.t.Helper()
	return binary.BigEndian.Uint32([]byte(clitest.ReadFile(i.t, filepath.Join(i.state, "history.db"))[60:]))
}

// weigh makes Alice step on the scale, and waits for the value.
//
// clock: the programs run in the present
func (i *installation) weigh(kg string) {
	i.t.Helper()
	i.cloud.Weigh("Alice", kg, time.Now())
	clitest.Must(i.t, i.harness.WaitRetained(i.t.Context(), "vitals2mqtt/alice/weight_kg", kg))
}
