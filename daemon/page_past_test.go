// SPDX-License-Identifier: MIT

package daemon_test

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/history"
)

// fetch returns the body of a page, "" unless it is there.
func fetch(t *testing.T, address string) string {
	t.Helper()
	reply, err := clitest.Browser().Do(clitest.Get(t, address))
	if err != nil {
		return "" // not listening yet
	}
	defer func() { _ = reply.Body.Close() }()
	body, err := io.ReadAll(reply.Body)
	if err != nil || reply.StatusCode != http.StatusOK {
		return ""
	}
	return string(body)
}

// submit sends a form and returns where it leads to.
func submit(t *testing.T, address, contentType string, body io.Reader) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, body)
	clitest.Must(t, err)
	r.Header.Set("Content-Type", contentType)
	reply, err := clitest.Browser().Do(r)
	clitest.Must(t, err)
	defer func() { _ = reply.Body.Close() }()
	if reply.StatusCode != http.StatusSeeOther {
		text, _ := io.ReadAll(reply.Body)
		t.Fatalf("%s: %d %s", address, reply.StatusCode, text)
	}
	return reply.Header.Get("Location")
}

// TestPageMovesThePast starts the whole program, and brings a file in and
// everything out by the page alone.
func TestPageMovesThePast(t *testing.T) {
	t.Parallel()
	o := clitest.Start(t)
	path, address := configurePage(t, o)
	clitest.SignIn(t, path, "Alice")
	program := clitest.StartProgram(t, "--config", path, "run")
	page := "http://" + address
	clitest.Must(t, clitest.WaitFor(t.Context(), "the history to be read", func() bool {
		return strings.Contains(fetch(t, page+"/history"), "Everything that the account has is read.")
	}))

	var form bytes.Buffer
	fields := multipart.NewWriter(&form)
	clitest.Must(t, fields.WriteField("profile", "alice"))
	file, err := fields.CreateFormFile("file", "tidy.csv")
	clitest.Must(t, err)
	_, err = io.WriteString(file, "time,key,value\n2015-01-31T07:00:00Z,weight_kg,81.35\n")
	clitest.Must(t, errors.Join(err, fields.Close()))
	upload := submit(t, page+"/history/imports", fields.FormDataContentType(), &form)
	clitest.Must(t, clitest.WaitFor(t.Context(), "the dry run", func() bool {
		return strings.Contains(fetch(t, page+upload), "1 record would be imported.")
	}))
	if got := fetch(t, page+"/history/export?profile=alice&format=tidy&to=2015-12-31"); strings.Contains(got, "81.35") {
		t.Errorf("the dry run has changed the archive:\n%s", got)
	}
	submit(t, page+upload, "application/x-www-form-urlencoded", strings.NewReader(url.Values{"answer": {"import"}}.Encode()))
	clitest.Must(t, clitest.WaitFor(t.Context(), "the import", func() bool {
		return strings.Contains(fetch(t, page+upload), "1 record imported.")
	}))
	past := fetch(t, page+"/api/profiles/alice/history?key=weight_kg&from=2015-01-01&to=2015-12-31")
	if !strings.Contains(past, "81.35") {
		t.Errorf("the imported weight is not there: %s", past)
	}

	until := time.Now().AddDate(0, 0, -2) // clock: the daemon polls what is newer
	for _, row := range []struct {
		query string
		flags []string
	}{
		{"format=tidy", []string{"--format", "tidy"}},
		{"format=tidy&comma=1", []string{"--format", "tidy", "--decimal-comma"}},
		{"format=jsonl", []string{"--format", "jsonl"}},
		{"format=influx", []string{"--format", "influx"}},
	} {
		want := clitest.Run(t, append([]string{
			"--config", path, "export", "alice", "--since", "2015-01-31", "--until", until.Format(time.DateOnly),
		}, row.flags...)...)
		last := until.AddDate(0, 0, -1).Format(time.DateOnly)
		got := fetch(t, page+"/history/export?profile=alice&from=2015-01-31&to="+last+"&"+row.query)
		if got != want.Stdout || len(got) < 1000 {
			t.Errorf("%s: %d bytes, the command has %d", row.query, len(got), len(want.Stdout))
		}
	}
	if got := fetch(t, page+"/history/export?profile=alice&format=vendor"); !strings.HasPrefix(got, "PK") {
		t.Errorf("%.100q is no ZIP", got)
	}

	copied := clitest.WriteFile(t, filepath.Join(t.TempDir(), "copy.db"), fetch(t, page+"/history/backup"))
	archive, err := history.Open(t.Context(), history.Options{Path: copied})
	clitest.Must(t, err)
	t.Cleanup(func() { _ = archive.Close() })
	weights, err := archive.Range(t.Context(), history.Range{User: o.Cloud.People()[0].UserID, Key: "weight_kg"})
	if err != nil || len(weights.Points) < 2 {
		t.Errorf("the backup has %d weights (%v)", len(weights.Points), err)
	}

	program.Interrupts <- os.Interrupt
	program.ExpectExit(t, 0)
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*", "page-files"))
	clitest.Must(t, err)
	if len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
	if log := program.Stderr.String(); strings.Contains(log, "81.35") || !regexp.MustCompile(`import ended`).MatchString(log) {
		t.Errorf("the log is\n%s", log)
	}
}
