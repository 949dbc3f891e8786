// SPDX-License-Identifier: MIT

//go:build e2e && unix

package crash

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/cli/clitest"
)

// scenario runs something that is killed, and reports whether it was: what ends
// before its moment does not count.
type scenario struct {
	name   string
	weight int // how often it is drawn
	run    func(s *suite, t *testing.T) (killed bool)
}

func scenarios() []scenario {
	return []scenario{
		{"sync", 30, (*suite).killSync},
		{"refresh", 15, (*suite).killRefresh},
		{"stop", 8, (*suite).killStop},
		{"reload", 8, (*suite).killReload},
		{"backfill", 8, (*suite).killBackfill},
		{"import", 10, (*suite).killImport},
		{"backup", 6, (*suite).killBackup},
		{"login", 8, (*suite).killLogin},
		{"purge", 4, (*suite).killPurge},
		{"migration", 3, (*suite).killMigration},
	}
}

// draw chooses a scenario by weight.
func (s *suite) draw(all []scenario) scenario {
	sum := 0
	for _, c := range all {
		sum += c.weight
	}
	n := s.random.IntN(sum)
	for _, c := range all {
		if n -= c.weight; n < 0 {
			return c
		}
	}
	panic("unreachable")
}

// How long what is killed usually takes here; a moment is drawn from it.
const (
	ofDaemon  = 1500 * time.Millisecond
	ofCommand = 400 * time.Millisecond
)

func (s *suite) killSync(t *testing.T) bool {
	t.Helper()
	s.change(t)
	return s.strike(t, s.victim.start(t, "run"), ofDaemon)
}

func (s *suite) killRefresh(t *testing.T) bool {
	t.Helper()
	s.gate.expire()
	return s.strike(t, s.victim.start(t, "run"), ofDaemon)
}

// killStop kills a daemon that is stopping: it publishes, stores and closes its
// files then.
func (s *suite) killStop(t *testing.T) bool {
	t.Helper()
	s.change(t)
	p := s.victim.start(t, "run")
	time.AfterFunc(time.Duration(s.random.Int64N(int64(ofDaemon))), p.interrupt)
	return s.strike(t, p, ofDaemon+200*time.Millisecond)
}

// killReload kills a daemon that reads a changed configuration.
func (s *suite) killReload(t *testing.T) bool {
	t.Helper()
	p := s.victim.start(t, "run")
	_, err := p.stderr.WaitForLine(t.Context(), "connected")
	clitest.Must(t, err)
	s.victim.write(t, strings.Replace(s.victim.text, "measurements: all", "measurements: [weight_kg, height_m]", 1))
	p.reload()
	killed := s.strike(t, p, ofCommand)
	s.victim.write(t, s.victim.text)
	return killed
}

// beside runs a command, half of the times beside a daemon, and kills one of the
// two.
func (s *suite) beside(t *testing.T, arguments ...string) bool {
	t.Helper()
	if s.random.IntN(2) == 0 {
		p := s.victim.start(t, arguments...)
		_ = p.stdin.Close()
		return s.strike(t, p, ofCommand)
	}
	daemon := s.victim.start(t, "run")
	defer daemon.kill()
	if s.random.IntN(2) == 0 { // else it only starts
		_, err := daemon.stderr.WaitForLine(t.Context(), "connected")
		clitest.Must(t, err)
	}
	p := s.victim.start(t, arguments...)
	_ = p.stdin.Close()
	if s.random.IntN(2) == 0 {
		return s.strike(t, p, ofCommand)
	}
	killed := s.strike(t, daemon, ofCommand)
	clitest.Must(t, p.wait()) // with whatever code: it is completed later
	return killed
}

func (s *suite) killBackfill(t *testing.T) bool {
	t.Helper()
	s.change(t)
	return s.beside(t, "backfill", "alice", "--since=1y")
}

// killImport imports a file with other times than all before.
func (s *suite) killImport(t *testing.T) bool {
	t.Helper()
	const rows = 400
	var text strings.Builder
	text.WriteString("time,key,value,unit,device\n")
	first := time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(len(s.files)) * rows * time.Minute)
	for i := range rows {
		at := first.Add(time.Duration(i) * time.Minute)
		_, _ = fmt.Fprintf(&text, "%s,weight_kg,%d.%d,kg,Old scale\n", at.Format(time.RFC3339), 60+i%20, i%10)
	}
	file := clitest.WriteFile(t, filepath.Join(s.victim.folder, fmt.Sprintf("import-%d.csv", len(s.files))), text.String())
	s.files = append(s.files, file)
	return s.beside(t, "import", "alice", file)
}

// killBackup: a copy is complete or not there.
func (s *suite) killBackup(t *testing.T) bool {
	t.Helper()
	copied := filepath.Join(s.victim.folder, "copy.db")
	killed := s.beside(t, "backup", "--replace", copied)
	if _, err := os.Stat(copied); err == nil {
		if found := sqlite(t, copied, "PRAGMA integrity_check"); found != "ok" {
			t.Errorf("the copy of a killed backup is damaged: %s", found)
		}
	}
	return killed
}

// killLogin signs Alice in again: her former tokens or the new ones remain.
func (s *suite) killLogin(t *testing.T) bool {
	t.Helper()
	return s.strike(t, s.victim.login(t, "Alice"), ofCommand)
}

// killPurge removes Bob, and signs him in again.
func (s *suite) killPurge(t *testing.T) bool {
	t.Helper()
	p := s.victim.start(t, "purge", "bob", "--yes")
	_ = p.stdin.Close()
	killed := s.strike(t, p, ofCommand)
	s.victim.complete(t, "purge", "bob", "--yes")
	for topic := range s.cloud.Broker.Retained() {
		if strings.HasPrefix(topic, "vitals2mqtt/bob/") {
			t.Errorf("after a purge that was killed and repeated, %s is retained", topic)
		}
	}
	s.victim.signIn(t, "Bob")
	return killed
}

// killMigration kills a daemon that brings an archive of the first version up to
// date.
func (s *suite) killMigration(t *testing.T) bool {
	t.Helper()
	at := install(t, s.cloud, s.gate.url, s.wire.address, "[Carol]")
	clitest.Must(t, os.Mkdir(at.file(""), 0o700))
	archive := at.file("history.db")
	statements, err := os.ReadFile("../../history/testdata/version-1.sql")
	clitest.Must(t, err)
	sqlite(t, archive, string(statements))
	before := sqlite(t, archive, recordsOfVersion1)
	killed := s.strike(t, at.start(t, "run"), 300*time.Millisecond)
	updating := at.start(t, "run")
	clitest.Must(t, clitest.WaitFor(t.Context(), "an archive of the newest version", func() bool {
		return sqlite(t, archive, "PRAGMA user_version") != "1"
	}))
	updating.kill()
	if after := sqlite(t, archive, recordsOfVersion1); after != before || before == "" {
		t.Errorf("an archive whose migration was killed has other records:\n%s\ninstead of\n%s", after, before)
	}
	return killed
}

// recordsOfVersion1 are columns that the first version of the archive had.
const recordsOfVersion1 = "SELECT kind, cloud_id, at, created, modified FROM record ORDER BY kind, cloud_id"

// sqlite runs statements with the sqlite3 command, which shares no code with the
// program.
func sqlite(t *testing.T, path, statements string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "sqlite3", "-bail", "-cmd", ".timeout 60000", path)
	command.Stdin = strings.NewReader(statements + ";\n")
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("sqlite3 %s: %v\n%s", path, err, out)
	}
	return strings.TrimSpace(string(out))
}
