// SPDX-License-Identifier: MIT

package main_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"
)

// reasonPrefix starts a comment, on the line or above the function, that says
// why a test may use the machine's clock, its time zone or unseeded randomness.
const reasonPrefix = "// clock: "

// checkClocks rejects the machine's clock, its time zone and unseeded
// randomness in tests: a test that passes must also pass tomorrow and
// elsewhere. In a bubble of testing/synctest the clock is the bubble's, also in
// functions that are called only from bubbles.
func checkClocks(t *testing.T, files []source) {
	t.Helper()
	for _, where := range unexplainedUses(files) {
		t.Errorf("%s outside of a synctest bubble: use a fixed time or seed, or explain it with a comment %q",
			where, reasonPrefix+"reason")
	}
}

// unexplainedUses lists the uses of the machine's clock, zone and unseeded
// randomness that no comment explains.
func unexplainedUses(files []source) (list []string) {
	starters, folders := map[string][]string{}, map[string][]*clockReader{}
	for _, file := range files {
		if file.test {
			starters[file.dir] = append(starters[file.dir], bubbleStarters(file)...)
		}
	}
	for _, file := range files {
		if file.test {
			folders[file.dir] = append(folders[file.dir], readClocks(file, starters[file.dir]))
		}
	}
	for _, readers := range folders {
		inside := calledInBubbles(readers)
		for _, r := range readers {
			for _, use := range r.uses {
				if !use.inBubble && !inside[use.function] && !use.explained {
					list = append(list, fmt.Sprintf("%s:%d: %s", r.file.path, use.line, use.what))
				}
			}
		}
	}
	return list
}

// location is a place in a file.
type location struct {
	function string // the declared function around it, "" for none
	inBubble bool   // in a function literal that runs in a bubble
}

// clockUse is one use of the clock, the zone or randomness.
type clockUse struct {
	location

	what      string
	line      int
	explained bool
}

// clockReader collects the clock uses and the mentions of functions in one
// file.
type clockReader struct {
	file        source
	declared    []string              // functions and methods, by their bare names
	starters    []string              // functions that take a function into a bubble
	uses        []clockUse            // in order
	mentions    map[string][]location // where a name is mentioned
	reasonLines map[int]bool          // lines that end with a reason
}

// bubbleStarters returns the functions of a file that start a bubble
// themselves: a function that is passed to one of them runs in the bubble.
func bubbleStarters(file source) (names []string) {
	for _, declaration := range file.tree.Decls {
		function, ok := declaration.(*ast.FuncDecl)
		if !ok || function.Body == nil || isEntry(function.Name.Name) {
			continue
		}
		for node := range ast.Preorder(function.Body) {
			if call, ok := node.(*ast.CallExpr); ok && calledName(call) == bubbleCall {
				names = append(names, function.Name.Name)
			}
		}
	}
	return names
}

func readClocks(file source, starters []string) *clockReader {
	r := &clockReader{file: file, starters: starters, mentions: map[string][]location{}, reasonLines: map[int]bool{}}
	for _, group := range file.tree.Comments {
		for _, comment := range group.List {
			if reason, found := strings.CutPrefix(comment.Text, reasonPrefix); found &&
				strings.TrimSpace(reason) != "" {
				r.reasonLines[file.fset.Position(comment.Pos()).Line] = true
			}
		}
	}
	for _, declaration := range file.tree.Decls {
		function, ok := declaration.(*ast.FuncDecl)
		if !ok {
			r.walk(declaration, location{}, false)
			continue
		}
		r.declared = append(r.declared, function.Name.Name)
		excused := function.Doc != nil && slices.ContainsFunc(function.Doc.List, func(c *ast.Comment) bool {
			return r.reasonLines[file.fset.Position(c.Pos()).Line]
		})
		if function.Body != nil {
			r.walk(function.Body, location{function: function.Name.Name}, excused)
		}
	}
	return r
}

// walk records every use and every mention below a node.
func (r *clockReader) walk(root ast.Node, at location, excused bool) {
	ast.Inspect(root, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.CallExpr:
			if name := calledName(node); name != bubbleCall && !slices.Contains(r.starters, name) {
				return true
			}
			r.walk(node.Fun, at, excused)
			for _, argument := range node.Args {
				r.walk(argument, location{at.function, true}, excused)
			}
			return false
		case *ast.SelectorExpr:
			line := r.file.fset.Position(node.Pos()).Line
			if left, ok := node.X.(*ast.Ident); ok && isMachineDependent(r.file, left.Name, node.Sel.Name) {
				what := left.Name + "." + node.Sel.Name
				explained := excused || r.reasonLines[line]
				r.uses = append(r.uses, clockUse{location: at, what: what, line: line, explained: explained})
			}
		case *ast.Ident:
			r.mentions[node.Name] = append(r.mentions[node.Name], at)
		}
		return true
	})
}

// bubbleCall is the call that starts a bubble.
const bubbleCall = "synctest.Test"

// calledName returns the name of the called function: PACKAGE.FUNCTION for
// synctest, else the bare name of a function or method.
func calledName(call *ast.CallExpr) string {
	switch function := call.Fun.(type) {
	case *ast.Ident:
		return function.Name
	case *ast.SelectorExpr:
		if left, ok := function.X.(*ast.Ident); ok && left.Name == "synctest" {
			return left.Name + "." + function.Sel.Name
		}
		return function.Sel.Name
	}
	return ""
}

// isMachineDependent reports whether a name of a package depends on the
// machine's time, its zone or unseeded randomness.
func isMachineDependent(file source, pkg, name string) bool {
	switch pkg {
	case "time":
		return slices.Contains([]string{"Now", "Since", "Until", "Local"}, name)
	case "rand":
		seeded := []string{"New", "NewPCG", "NewChaCha8", "NewZipf", "Rand", "PCG", "ChaCha8", "Zipf", "Source"}
		return !slices.Contains(seeded, name) &&
			slices.ContainsFunc(file.tree.Imports, func(spec *ast.ImportSpec) bool {
				return strings.HasPrefix(spec.Path.Value, `"math/rand`) // not crypto/rand
			})
	}
	return false
}

// calledInBubbles returns the functions of a folder's tests that are mentioned
// only in bubbles or in other such functions. Functions and methods of the same
// name count as one.
func calledInBubbles(readers []*clockReader) map[string]bool {
	inside := map[string]bool{}
	mentions := map[string][]location{}
	for _, r := range readers {
		for name, places := range r.mentions {
			mentions[name] = append(mentions[name], places...)
		}
		for _, name := range r.declared {
			inside[name] = !isEntry(name)
		}
	}
	for changed := true; changed; {
		changed = false
		for name, in := range inside {
			outside := func(at location) bool { return !at.inBubble && !inside[at.function] }
			if in && (len(mentions[name]) == 0 || slices.ContainsFunc(mentions[name], outside)) {
				inside[name], changed = false, true
			}
		}
	}
	return inside
}

// isEntry reports whether the test binary calls a function directly.
func isEntry(name string) bool {
	return slices.ContainsFunc([]string{"Test", "Benchmark", "Fuzz", "Example"}, func(kind string) bool {
		return strings.HasPrefix(name, kind)
	})
}

// TestClockRule checks what the rule accepts and rejects.
func TestClockRule(t *testing.T) {
	t.Parallel()
	const head = "package p\nimport (\"math/rand/v2\"; \"testing\"; \"testing/synctest\"; \"time\")\n"
	for body, want := range map[string]int{
		"func TestA(t *testing.T) { _ = time.Now() }":                                                             1,
		"func TestA(t *testing.T) { _, _ = time.Since(x), rand.IntN(3) }":                                         2,
		"func TestA(t *testing.T) { _ = rand.New(rand.NewPCG(1, 2)) }":                                            0,
		"func TestA(t *testing.T) { _ = time.Now() // clock: a real socket\n}":                                    0,
		"func TestA(t *testing.T) { _ = time.Now() // clock: \n}":                                                 1,
		"// TestA is a test.\n//\n// clock: a real socket\nfunc TestA(t *testing.T) { _ = time.Now() }":           0,
		"func TestA(t *testing.T) { synctest.Test(t, func(t *testing.T) { _ = time.Now() }) }":                    0,
		"func TestA(t *testing.T) { synctest.Test(t, a) }\nfunc a(t *testing.T) { b() }\nfunc b() { time.Now() }": 0,
		"func TestA(t *testing.T) { synctest.Test(t, a); a(t) }\nfunc a(t *testing.T) { _ = time.Now() }":         1,
		"func TestA(t *testing.T) { in(t, func() { _ = time.Now() }) }\n" +
			"func in(t *testing.T, f func()) { synctest.Test(t, func(t *testing.T) { f() }) }": 0,
	} {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, "p_test.go", head+body, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		got := unexplainedUses([]source{{path: "p_test.go", dir: "p", test: true, tree: file, fset: fset}})
		if len(got) != want {
			t.Errorf("%d uses %v, want %d:\n%s", len(got), got, want, body)
		}
	}
}
