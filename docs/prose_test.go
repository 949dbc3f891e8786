// SPDX-License-Identifier: MIT

package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestCommandsInProse looks up the help of each command and each of its
// options that a guide mentions.
func TestCommandsInProse(t *testing.T) {
	t.Parallel()
	folder, help := t.TempDir(), map[string]string{}
	for _, path := range guides() {
		for _, code := range read(t, path).inline {
			words := strings.Fields(code.text)
			if len(words) < 2 || words[0] != "vitals2mqtt" || !regexp.MustCompile(`^[a-z-]+$`).MatchString(words[1]) {
				continue
			}
			verb := words[1:2]
			if words[1] == "push" { // the one command that has commands
				verb = words[1:]
			}
			asked := strings.Join(verb, " ")
			if _, done := help[asked]; !done {
				run := exec.CommandContext(t.Context(), "vitals2mqtt", append(slices.Clone(verb), "--help")...)
				run.Dir, run.Env = folder, environ("EXAMPLE="+exampleConfig(t))
				out, err := run.CombinedOutput()
				if help[asked] = string(out); err != nil {
					t.Errorf("%s:%d: there is no command %q", path, code.line, asked)
				}
			}
			for _, word := range words[2:] {
				option, _, _ := strings.Cut(strings.Trim(word, "[]"), "=")
				if strings.HasPrefix(option, "--") && !strings.Contains(help[asked], option) {
					t.Errorf("%s:%d: %s has no option %s", path, code.line, asked, option)
				}
			}
		}
	}
	if len(help) < 5 {
		t.Errorf("only %d commands were found: the search is broken", len(help))
	}
}

// TestCommandTableIsComplete compares the README's with the program's own.
func TestCommandTableIsComplete(t *testing.T) {
	t.Parallel()
	run := exec.CommandContext(t.Context(), "vitals2mqtt", "--help")
	run.Env = environ("EXAMPLE=" + exampleConfig(t))
	out, err := run.Output()
	must(t, err)
	var there, listed []string
	for _, found := range regexp.MustCompile(`(?m)^ {2}([a-z]+)(?: .*)?$`).FindAllStringSubmatch(string(out), -1) {
		there = append(there, found[1])
	}
	_, table, _ := strings.Cut(read(t, "../README.md").text, "## Commands\n")
	table, _, _ = strings.Cut(table, "\n## ")
	for _, row := range regexp.MustCompile(`(?m)^\| (.*?) \|`).FindAllStringSubmatch(table, -1) {
		for _, found := range regexp.MustCompile("`([a-z]+)").FindAllStringSubmatch(row[1], -1) {
			listed = append(listed, found[1])
		}
	}
	slices.Sort(there)
	slices.Sort(listed)
	if there = slices.Compact(there); !slices.Equal(there, slices.Compact(listed)) || len(there) < 10 {
		t.Errorf("the program has the commands\n%v, the README\n%v", there, listed)
	}
}

func exampleConfig(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "config.example.yaml"))
	must(t, err)
	return path
}

// TestEveryPushCauseHasARemedy looks up the program's texts for problems with
// notifications.
func TestEveryPushCauseHasARemedy(t *testing.T) {
	t.Parallel()
	words := append(
		stringsIn(t, "../push/cause.go", "Cause", "causeOfStatus", "statusCauses"),
		stringsIn(t, "../bridge/push_stats.go", "noPost")...,
	)
	if len(words) < 12 {
		t.Errorf("only %d causes were found: the search is broken", len(words))
	}
	guide := read(t, "push.md")
	for _, cause := range words {
		row := slices.IndexFunc(guide.prose, func(l line) bool { return strings.HasPrefix(l.text, "| "+cause+" | ") })
		if row < 0 || strings.TrimSuffix(guide.prose[row].text, " |") == "| "+cause {
			t.Errorf("push.md has no remedy for %q", cause)
		}
	}
	reasons := regexp.MustCompile(`^\| ([a-z].*?) \| .+ \|$`)
	for _, row := range guide.prose {
		found := reasons.FindStringSubmatch(row.text)
		heads := []string{"look at", "reason", "the page, and [`/metrics`](metrics.md)"}
		if len(found) > 0 && !slices.Contains(heads, found[1]) && !slices.Contains(words, found[1]) {
			t.Errorf("push.md:%d: the program never says %q", row.number, found[1])
		}
	}
}

// stringsIn are the strings in some functions and constants of a file.
func stringsIn(t *testing.T, path string, names ...string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	must(t, err)
	var all []string
	for node := range ast.Preorder(file) {
		function, is := node.(*ast.FuncDecl)
		constant, also := node.(*ast.ValueSpec)
		if is && slices.Contains(names, function.Name.Name) || also && slices.Contains(names, constant.Names[0].Name) {
			ast.Inspect(node, func(inner ast.Node) bool {
				expression, is := inner.(ast.Expr)
				if words := stringConstant(expression); is && words != "" {
					all = append(all, words)
					return false
				}
				return true
			})
		}
	}
	return all
}

// stringConstant is a text that may be written in several pieces, "" for
// anything else.
func stringConstant(expression ast.Expr) string {
	switch e := expression.(type) {
	case *ast.BasicLit:
		words, _ := strconv.Unquote(e.Value)
		return words
	case *ast.BinaryExpr:
		if left, right := stringConstant(e.X), stringConstant(e.Y); e.Op == token.ADD && left != "" && right != "" {
			return left + right
		}
	}
	return ""
}
