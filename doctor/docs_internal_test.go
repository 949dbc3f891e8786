// SPDX-License-Identifier: MIT

package doctor

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/config"
	"vitals2mqtt/health"
	"vitals2mqtt/internal/failure"
	"vitals2mqtt/internal/goldentest"
)

const docsHead = `# Findings of the doctor

Generated from the program's table of findings (` + "`go generate ./...`" + `).

` + "`vitals2mqtt doctor --json`" + ` prints each finding with its code, its facts and the whole error behind it;
` + "`vitals2mqtt dump`" + ` has codes and facts alone. Codes do not change between versions. ` +
	`Names in braces are facts, or details
that only the sentence contains.

| code | level | finding | what to do |
| --- | --- | --- | --- |
`

const verdictHead = `
## The daemon's verdict

The running daemon judges itself. Its page, ` + "`/api/overview`, `/readyz`, `status`, `bridge/health`" + `, the log and the entities
in Home Assistant show this verdict. The doctor asks the daemon's page for it, and shows each finding with the check
` + "`daemon`, `attention` as `warn` and `failed` as `FAIL`" + `, before it checks the setup from outside. When both find the same,
the code is the same. An endpoint that fails is ` + "`failed`" + ` when no endpoint of the profile responds. Where a text is only in
braces, the part that has found the problem describes it.

| code | subject | level | finding | what to do |
| --- | --- | --- | --- | --- |
`

// docs/doctor.md is the table of findings as a page.
func TestGoldenFindings(t *testing.T) {
	t.Parallel()
	var page bytes.Buffer
	page.WriteString(docsHead)
	escape := strings.NewReplacer("|", `\|`, "<", "&lt;", ">", "&gt;")
	for _, m := range messages() {
		_, _ = fmt.Fprintf(&page, "| `%s` | %s | %s | %s |\n", m.code, m.level, escape.Replace(m.text),
			escape.Replace(m.remedy))
	}
	page.WriteString(verdictHead)
	for _, d := range health.Codes() {
		_, _ = fmt.Fprintf(&page, "| `%s` | %s | %s | %s | %s |\n", d.Code, d.Subject, d.Level, escape.Replace(d.Text),
			escape.Replace(d.Remedy))
	}
	page.WriteString("\n## Facts\n\nThe fact `cause` is the class of an error:\n\n| cause | meaning |\n| --- | --- |\n")
	page.WriteString("| `api_error` | the Withings API responds with an error; " +
		"the facts `status` and `http` have its numbers |\n")
	for _, cause := range failure.Causes() {
		_, _ = fmt.Fprintf(&page, "| `%s` | %s |\n", cause.Code, cause.Text)
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

// Every code of the table is used by a check, and every code in a check is in
// the table, with a remedy where there is something to do.
func TestCodesMatchTheTable(t *testing.T) {
	t.Parallel()
	var known []Code
	for _, m := range messages() {
		known = append(known, m.code)
		verbatim := m.text == "{problem}" // contains what to do
		if (m.remedy == "") != (m.level == OK || m.level == Skip || verbatim) {
			t.Errorf("%s: %s, remedy %q", m.code, m.level, m.remedy)
		}
	}
	slices.Sort(known)
	used := slices.Compact(slices.Sorted(slices.Values(usedCodes(t))))
	if diff := cmp.Diff(known, used); diff != "" {
		t.Errorf("-table +checks\n%s", diff)
	}
}

// usedCodes are the codes in the source: arguments of the functions that take
// one, what variables of that name are set to, and what functions return as
// one.
func usedCodes(t *testing.T) []Code {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var used []Code
	add := func(e ast.Expr) {
		if literal, ok := e.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			used = append(used, Code(strings.Trim(literal.Value, `"`)))
		}
	}
	takesCode := []string{"found", "accessFinding", "finding", "configFinding", "Code"}
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil || strings.HasSuffix(name, "_test.go") {
			continue
		}
		for node := range ast.Preorder(file) {
			switch node := node.(type) {
			case *ast.CallExpr:
				if function, ok := node.Fun.(*ast.Ident); ok && slices.Contains(takesCode, function.Name) {
					add(node.Args[0])
				}
			case *ast.AssignStmt:
				if variable, ok := node.Lhs[0].(*ast.Ident); ok && variable.Name == "code" {
					add(node.Rhs[0])
				}
			case *ast.FuncDecl:
				if results := node.Type.Results; results == nil || fmt.Sprint(results.List[0].Type) != "Code" {
					continue
				}
				for inner := range ast.Preorder(node) {
					if statement, ok := inner.(*ast.ReturnStmt); ok {
						add(statement.Results[0])
					}
				}
			}
		}
	}
	return used
}
