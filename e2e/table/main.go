// SPDX-License-Identifier: MIT

// Command table turns the output of `go test -json` over the end-to-end tests
// into a table of parts and checks, and keeps docs/interoperability.md. The
// tests are run by e2e/run.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	write := flag.String("write", "", "also write the table into this file")
	check := flag.String("check", "", "fail unless this file lists the same checks")
	tests := flag.String("tests", "e2e", "folder of the tests, whose comments name the checks")
	flag.Parse()
	comments, err := testComments(*tests)
	if err == nil {
		err = run(os.Stdin, os.Stdout, os.Stderr, *write, *check, comments, flag.Args())
	}
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "table:", err)
		os.Exit(1)
	}
}

// run reads events and prints the table. Arguments are lines PART=VERSION.
func run(
	events io.Reader, out, trouble io.Writer, write, check string, comments map[string]string, versions []string,
) error {
	rows, why, err := read(events, trouble, comments)
	if err != nil {
		return err
	}
	text := render(rows, versions)
	_, _ = io.WriteString(out, text)
	if write != "" {
		if err := os.WriteFile(filepath.Clean(write), []byte(intro+text+differences), 0o600); err != nil {
			return fmt.Errorf("writing the table: %w", err)
		}
	}
	if check != "" {
		if err := compare(check, rows); err != nil {
			return err
		}
	}
	failed := slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return r.result == passed })
	if len(failed) > 0 || len(rows) == 0 {
		// Failures come last: the output of the programs before them is long.
		return fmt.Errorf("%d of %d checks did not pass\n%s", len(failed), len(rows), strings.Join(why, "\n"))
	}
	return nil
}

// row is a check: a test, or one of its parts.
type row struct {
	part, name, result string
}

const passed = "passed"

// event is a line of go test -json.
type event struct {
	Action string `json:"Action"`
	Test   string `json:"Test"`
	Output string `json:"Output"`
}

// read collects how each test ended, and why some did not pass. What a failed
// one printed is passed on.
func read(events io.Reader, trouble io.Writer, comments map[string]string) (rows []row, why []string, err error) {
	results := map[string]string{}
	printed := map[string]*strings.Builder{}
	lines := bufio.NewScanner(events)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			_, _ = fmt.Fprintln(trouble, lines.Text()) // the compiler's messages
			continue
		}
		if printed[e.Test] == nil {
			printed[e.Test] = &strings.Builder{}
		}
		printed[e.Test].WriteString(e.Output)
		switch e.Action {
		case "pass":
			results[e.Test] = passed
		case "fail", "skip":
			results[e.Test] = map[string]string{"fail": "FAILED", "skip": "SKIPPED"}[e.Action]
			_, _ = io.WriteString(trouble, printed[e.Test].String())
			why = append(why, reasons(e.Test, printed[e.Test].String())...)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, nil, fmt.Errorf("reading the events: %w", err)
	}
	return leafRows(results, comments), why, nil
}

// reasons returns the first lines of a test's own messages, without the output
// of the programs that it ran.
func reasons(test, output string) []string {
	const enough = 5
	var lines []string
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(line)
		if strings.Contains(line, "_test.go:") && !strings.HasSuffix(line, "printed:") && len(lines) < enough {
			lines = append(lines, test+": "+line)
		}
	}
	return lines
}

// testComments returns the first sentences of the comments of a folder's tests,
// by test name.
func testComments(folder string) (map[string]string, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no tests in %s: %w", folder, err)
	}
	comments := map[string]string{}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		if err != nil {
			return nil, fmt.Errorf("reading test comments: %w", err)
		}
		for _, declared := range parsed.Decls {
			if f, ok := declared.(*ast.FuncDecl); ok && f.Doc != nil && strings.HasPrefix(f.Name.Name, "Test") {
				text := strings.Join(strings.Fields(strings.TrimPrefix(f.Doc.Text(), f.Name.Name+" ")), " ")
				comments[f.Name.Name], _, _ = strings.Cut(text, ". ")
			}
		}
	}
	return comments, nil
}

// leafRows leaves out tests that are only made of others, and sorts by part.
func leafRows(results, comments map[string]string) []row {
	var rows []row
	for test, result := range results {
		outer := slices.ContainsFunc(slices.Collect(maps.Keys(results)), func(other string) bool {
			return strings.HasPrefix(other, test+"/")
		})
		if test == "" || outer && result == passed {
			continue
		}
		rows = append(rows, row{partOf(test), checkName(test, comments), result})
	}
	slices.SortFunc(rows, func(a, b row) int {
		return strings.Compare(a.part+"\x00"+a.name, b.part+"\x00"+b.name)
	})
	return rows
}

// partPrefixes maps the beginning of a test's name to the program it tests.
func partPrefixes() [][2]string {
	return [][2]string{
		{"TestHomeAssistant", "Home Assistant"},
		{"TestNodeRED", "Node-RED"},
		{"TestAiowithings", "aiowithings"},
		{"TestTwoClientsAgree", "aiowithings"},
		{"TestWithingsAPI", "withings-api"},
		{"TestWithingsSync", "withings-sync"},
		{"TestWithings2Garmin", "withings2garmin-hugoh"},
		{"TestWithingsMCP", "withings-mcp"},
		{"TestWithingsHealthCLI", "withings-health-cli"},
		{"TestInfluxDB", "InfluxDB"},
		{"TestGrafanaDashboardsFindTheirSeriesInInfluxDB", "InfluxDB"},
		{"TestVictoriaMetrics", "VictoriaMetrics"},
		{"TestGrafanaDashboardsFindTheirSeriesInVictoriaMetrics", "VictoriaMetrics"},
		{"TestDemo", "vitals2mqtt itself"},
		{"TestReload", "vitals2mqtt itself"},
		{"TestSecondSignal", "vitals2mqtt itself"},
	}
}

func partOf(test string) string {
	for _, p := range partPrefixes() {
		if strings.HasPrefix(test, p[0]) {
			return p[1]
		}
	}
	return "mosquitto"
}

// checkName names a check: the comment of the test, or else its name.
func checkName(test string, comments map[string]string) string {
	name, rest, inner := strings.Cut(test, "/")
	text := strings.TrimSuffix(comments[name], ".")
	if text == "" {
		text = strings.TrimPrefix(name, "Test")
	}
	if inner {
		text += ": " + strings.ReplaceAll(strings.ReplaceAll(rest, "_", " "), "/", ", ")
	}
	return strings.ReplaceAll(text, "|", "/")
}

const intro = `# Tested with other programs

` + "`e2e/run`" + ` installs other programs (from Debian, PyPI and npm; ` +
	`Home Assistant with its own Python in a Debian chroot),
runs the real program with them, and checks the results. It needs root, for the chroot. This table was written by
` + "`e2e/run --write`" + `; the checks run with every change, with the newest versions, except for five clients of the
Withings API whose versions are fixed. These are unmodified except for the address: at the simulated cloud they sign in,
and must read what it holds and what vitals2mqtt publishes for the same person.

`

func render(rows []row, versions []string) string {
	var text strings.Builder
	text.WriteString("| part | version |\n| --- | --- |\n")
	for _, version := range versions {
		part, number, _ := strings.Cut(version, "=")
		_, _ = fmt.Fprintf(&text, "| %s | %s |\n", part, number)
	}
	text.WriteString("\n| part | check | result |\n| --- | --- | --- |\n")
	for _, r := range rows {
		_, _ = fmt.Fprintf(&text, "| %s | %s | %s |\n", r.part, r.name, r.result)
	}
	return text.String()
}

// differences are what the tests of other clients expect to be different.
const differences = `
## Where other clients show something else

The same answers of the cloud, read by clients in the versions above:

| client | shows |
| --- | --- |
| withings-sync | only groups with a weight or a blood pressure, so not the pulse of a weigh-in; two decimals |
| withings2garmin-hugoh | two decimals |
| withings-mcp | of each day one source's row, perhaps the phone's; of a date's nights one per device, perhaps a nap |
| withings-health-cli | no single electrocardiogram: it refuses the heart rate in it |
| withings-api | types of measurements and devices that are newer than it as unknown |
`

// compare compares the checks of a page with those that ran.
func compare(path string, rows []row) error {
	kept, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return fmt.Errorf("reading the page: %w", err)
	}
	for _, r := range rows {
		if line := fmt.Sprintf("| %s | %s | %s |\n", r.part, r.name, passed); !strings.Contains(string(kept), line) {
			return fmt.Errorf("%s does not list %q; run e2e/run --write", path, r.part+": "+r.name)
		}
	}
	if n := strings.Count(string(kept), " | "+passed+" |"); n != len(rows) {
		return fmt.Errorf("%s lists %d checks, and %d ran; run e2e/run --write", path, n, len(rows))
	}
	return nil
}
