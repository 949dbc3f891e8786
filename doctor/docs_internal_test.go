package doctor

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"vitals2mqtt/config"
	"vitals2mqtt/internal/goldentest"
)

const docsHead = `# Findings of the doctor

Generated from the program's table of findings (` + "`go generate ./...`" + `).

` + "`vitals2mqtt doctor --json`" + ` prints each finding with its code, its facts and the whole error behind it;
` + "`vitals2mqtt dump`" + ` has codes and facts alone. Codes do not change between versions. Names in braces are facts, or words that
only the sentence contains.

| code | level | finding | what to do |
| --- | --- | --- | --- |
`

// docs/doctor.md is the table of findings as a page.
func TestGoldenFindings(t *testing.T) {
	t.Parallel()
	var page bytes.Buffer
	page.WriteString(docsHead)
	escape := strings.NewReplacer("|", `\|`, "<", "&lt;", ">", "&gt;")
	for _, m := range messages() {
		_, _ = fmt.Fprintf(&page, "| `%s` | %s | %s | %s |\n", m.code, m.level, escape.Replace(m.text), escape.Replace(m.remedy))
	}
	page.WriteString("\nThe fact `cause` is the class of an error:\n\n| cause | meaning |\n| --- | --- |\n")
	page.WriteString("| `api_error` | the Withings API responds with an error; the facts `status` and `http` have its numbers |\n")
	page.WriteString("| `host_not_found` | DNS lookup failed |\n| `certificate_name` | certificate is for another name |\n")
	for _, row := range causes() {
		_, _ = fmt.Fprintf(&page, "| `%s` | %s |\n", row.code, row.text)
	}
	page.WriteString("| `other` | anything else |\n\nThe fact `kind` is the kind of a problem of the configuration: `" +
		strings.Join(configCodes(), "`, `") + "`.\n")
	goldentest.Compare(t, "../docs/doctor.md", page.Bytes())
}

func configCodes() []string {
	var codes []string
	for _, code := range config.Codes() {
		codes = append(codes, string(code))
	}
	return codes
}

// Every code of the table is used by a check, and every code in a check is in the
// table, with a remedy where there is something to do.
func TestCodesMatchTheTable(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	packages, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range packages {
		name := entry.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "messages") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if literal, ok := node.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				if text, err := strconv.Unquote(literal.Value); err == nil {
					used[text] = true
				}
			}
			return true
		})
	}
	known := map[Code]bool{}
	for _, m := range messages() {
		if known[m.code] || !used[string(m.code)] {
			t.Errorf("%s is in the table twice, or not used", m.code)
		}
		known[m.code] = true
		verbatim := slices.Contains([]string{"{problem}"}, m.text) // says what to do itself
		if (m.remedy == "") != (m.level == OK || m.level == Skip || verbatim) {
			t.Errorf("%s: %s, remedy %q", m.code, m.level, m.remedy)
		}
	}
	for _, code := range slices.Sorted(maps.Keys(known)) {
		if f := found(code); f.Code != code || f.Text() == "" {
			t.Errorf("%s: %+v", code, f)
		}
	}
}
