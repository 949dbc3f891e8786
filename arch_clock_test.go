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

// reasonPrefix begins a comment, on the line or above the function, that says why a
// test may look at the machine's clock, at its zone, or at chance without a seed.
const reasonPrefix = "// clock: "

// checkClocks refuses the machine's clock, zone and chance in tests: what passes
// today must pass tomorrow, elsewhere. In a bubble of testing/synctest the clock
// is the bubble's, also in functions that are called from bubbles only.
func checkClocks(t *testing.T, files []source) {
	t.Helper()
	for _, where := range unexplainedUses(files) {
		t.Errorf("%s outside of a synctest bubble: take a fixed moment or seed, or say why with a comment %q", where, reasonPrefix+"reason")
	}
}

// unexplainedUses lists the looks at the machine's clock, zone and chance that nothing excuses.
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
			for _, look := range r.uses {
				if !look.inBubble && !inside[look.function] && !look.explained {
					list = append(list, fmt.Sprintf("%s:%d: %s", r.file.path, look.line, look.what))
				}
			}
		}
	}
	return list
}

// location is where in a file something stands.
type location struct {
	function string // the declared function around it, "" for none
	inBubble bool   // in a function literal that runs in a bubble
}

// clockUse is one use of the clock, of the zone or of chance.
type clockUse struct {
	location

	what      string
	line      int
	explained bool
}

// clockReader finds in one file what looks at clocks and who calls whom.
type clockReader struct {
	file        source
	declared    []string              // functions and methods, by their bare names
	starters    []string              // functions that take a function into a bubble
	uses        []clockUse            // in order
	mentions    map[string][]location // where a name is mentioned
	reasonLines map[int]bool          // lines that end with a reason
}

// bubbleStarters are the functions of a file that start a bubble themselves: what
// one of them is given to call, it calls in there.
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
			if reason, found := strings.CutPrefix(comment.Text, reasonPrefix); found && strings.TrimSpace(reason) != "" {
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

// walk notes every look and every mention below a node.
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
				r.uses = append(r.uses, clockUse{location: at, what: what, line: line, explained: excused || r.reasonLines[line]})
			}
		case *ast.Ident:
			r.mentions[node.Name] = append(r.mentions[node.Name], at)
		}
		return true
	})
}

// bubbleCall is the call that starts one.
const bubbleCall = "synctest.Test"

// calledName is the name of what is called: PACKAGE.FUNCTION for synctest, else
// the bare name of a function or method.
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

// isMachineDependent says whether a name of a package is the machine's time, its zone, or
// chance that has no seed.
func isMachineDependent(file source, pkg, name string) bool {
	switch pkg {
	case "time":
		return slices.Contains([]string{"Now", "Since", "Until", "Local"}, name)
	case "rand":
		seeded := []string{"New", "NewPCG", "NewChaCha8", "NewZipf", "Rand", "PCG", "ChaCha8", "Zipf", "Source"}
		return !slices.Contains(seeded, name) && slices.ContainsFunc(file.tree.Imports, func(spec *ast.ImportSpec) bool {
			return strings.HasPrefix(spec.Path.Value, `"math/rand`) // not crypto/rand
		})
	}
	return false
}

// calledInBubbles are the functions of a folder's tests that are mentioned in
// bubbles only, or in other such functions. Names stand for whatever bears them.
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

// isEntry says whether the test binary calls a function itself.
func isEntry(name string) bool {
	return slices.ContainsFunc([]string{"Test", "Benchmark", "Fuzz", "Example"}, func(kind string) bool {
		return strings.HasPrefix(name, kind)
	})
}

// The rule itself: what it lets pass and what it refuses.
func TestClockRule(t *testing.T) {
	t.Parallel()
	const head = "package p\nimport (\"math/rand/v2\"; \"testing\"; \"testing/synctest\"; \"time\")\n"
	for body, refused := range map[string]int{
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
		places := token.NewFileSet()
		tree, err := parser.ParseFile(places, "p_test.go", head+body, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		got := unexplainedUses([]source{{path: "p_test.go", dir: "p", test: true, tree: tree, fset: places}})
		if len(got) != refused {
			t.Errorf("%d refusals %v, want %d:\n%s", len(got), got, refused, body)
		}
	}
}
