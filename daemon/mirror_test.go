// SPDX-License-Identifier: MIT

package daemon_test

import (
	"compress/gzip"
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/simulator"
)

// lineServer is a time series database that remembers what was written.
type lineServer struct {
	*httptest.Server

	mu    sync.Mutex
	lines []string
	// missing makes it respond that there is no database.
	missing bool
}

func newLineServer(t *testing.T) *lineServer {
	t.Helper()
	s := &lineServer{}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// ServeHTTP implements http.Handler.
func (s *lineServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	unzipped, err := gzip.NewReader(r.Body)
	switch {
	case r.Method != http.MethodPost:
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	case s.missing, r.URL.Path != "/write" || r.URL.Query().Get("db") != "health", err != nil:
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"error":"database not found: \"health\""}`)
		return
	}
	text, _ := io.ReadAll(unzipped)
	s.lines = slices.AppendSeq(s.lines, strings.Lines(string(text)))
	w.WriteHeader(http.StatusNoContent)
}

func (s *lineServer) has(parts ...string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.lines, func(line string) bool {
		return !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(line, part) })
	})
}

// fields are the names of all fields that were written.
func (s *lineServer) fields() map[string]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := map[string]bool{}
	for _, line := range s.lines {
		for _, match := range regexp.MustCompile(`[ ,](\w+)=`).FindAllStringSubmatch(line, -1) {
			found[match[1]] = true
		}
	}
	return found
}

// What a profile has measured is copied, then what it measures; and the Grafana
// dashboards show nothing but what really is there.
func TestDaemonMirrorsTheArchive(t *testing.T) {
	t.Parallel()
	ctx, o, db := t.Context(), clitest.Start(t), newLineServer(t)
	useDemoPeople(t, o)
	// Bob measures these on some days only, and on other days of the calendar in
	// none of two weeks.
	o.Cloud.SpO2("Bob", 97, o.Cloud.Now().Add(-time.Hour))
	o.Cloud.BloodPressure("Bob", 121, 78, 64, o.Cloud.Now().Add(-time.Hour))
	path := o.Configure(t, t.TempDir(), "[Alice, Bob]", "all",
		`history: {mirror: {url: "`+db.URL+`", database: health}}`)
	clitest.SignIn(t, path, "Alice", "Bob")
	daemon := clitest.StartProgram(t, "--config", path, "run")
	dashboards := dashboardFields(t)
	missing := func() []string {
		fields := db.fields()
		return slices.DeleteFunc(slices.Clone(dashboards), func(key string) bool { return fields[key] })
	}
	err := clitest.WaitFor(ctx, "the past", func() bool { return len(missing()) == 0 })
	if err != nil {
		t.Fatalf("%v: no %q in %q", err, missing(), slices.Sorted(maps.Keys(db.fields())))
	}
	o.Cloud.Weigh("Alice", "71.234", time.Now()) // clock: the daemon uses the real time
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/weight_kg", "71.234"))
	clitest.Must(t, clitest.WaitFor(ctx, "the new weight", func() bool {
		return db.has("vitals,profile=alice,device=", "weight_kg=71.234 ")
	}))
	if !db.has("vitals,profile=bob") {
		t.Error("nothing of the other profile")
	}
	daemon.Interrupts <- os.Interrupt
	daemon.ExpectExit(t, 0)
}

// useDemoPeople replaces the cloud by one whose people have every device.
func useDemoPeople(t *testing.T, o *clitest.Harness) {
	t.Helper()
	people := simulator.DemoPeople()
	for i := range people {
		people[i].Days, people[i].Rests = 14, true
	}
	o.Cloud = simulator.New(simulator.Options{Seed: 7, People: people, Knobs: simulator.Knobs{PerMinute: -1, Strict: true}})
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	clitest.Must(t, err)
	o.CloudURL = "http://" + listener.Addr().String()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	served := make(chan error, 1)
	go func() { served <- o.Cloud.Serve(ctx, listener) }()
	t.Cleanup(func() {
		cancel()
		clitest.Must(t, <-served)
	})
}

// dashboardFields are the fields that the dashboards in deploy/ query.
func dashboardFields(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("../deploy/grafana/dashboards/*/*.json")
	if err != nil || len(paths) != 4 {
		t.Fatalf("%v, %v", paths, err)
	}
	var fields []string
	for _, path := range paths {
		text, err := os.ReadFile(path)
		clitest.Must(t, err)
		for _, match := range regexp.MustCompile(`(?:\(\\"|\(vitals_)(\w+)(?:\\"\)|\{)`).FindAllSubmatch(text, -1) {
			fields = append(fields, string(match[1]))
		}
	}
	slices.Sort(fields)
	if fields = slices.Compact(fields); len(fields) < 20 {
		t.Fatalf("the dashboards have %q", fields)
	}
	return fields
}

// A database that nobody has created is a finding of the verdict.
func TestFailingMirrorIsReported(t *testing.T) {
	t.Parallel()
	ctx, o, db := t.Context(), clitest.Start(t), newLineServer(t)
	db.missing = true
	path := o.Configure(t, t.TempDir(), "[Alice]", "[weight_kg]",
		`history: {mirror: {url: "`+db.URL+`", database: health}}`)
	clitest.SignIn(t, path, "Alice")
	daemon := clitest.StartProgram(t, "--config", path, "run")
	_, err := daemon.Stderr.WaitForLine(ctx, "mirror failed")
	clitest.Must(t, err)
	clitest.Must(t, clitest.WaitFor(ctx, "the finding", func() bool {
		return strings.Contains(o.Broker.Retained()["vitals2mqtt/bridge/health"], `database not found: \"health\"`) ||
			strings.Contains(o.Broker.Retained()["vitals2mqtt/bridge/health"], `mirror_failing`)
	}))
	daemon.Interrupts <- os.Interrupt
	daemon.ExpectExit(t, 0)
}
