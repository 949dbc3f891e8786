// SPDX-License-Identifier: MIT

// The rules of this repository: the imports that each package may have, and
// what no file may contain. The comment of each package describes its purpose.
package main_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "vitals2mqtt"

// internalPrefix is the bottom layer: every package may import internal/*, so
// the table does not repeat it.
const internalPrefix = "internal/"

// allowedImports lists the other packages of this module that each package may
// import, tests aside. Imports point down only; a new package must be listed.
func allowedImports() map[string][]string {
	return map[string][]string{
		".": {"cli"},
		"cli": {
			"addon", "bridge", "checkpoint", "config", "daemon", "dashboard", "discovery", "display", "doctor", "exchange",
			"find", "health", "history", "homeassistant", "mqtt", "mqtt/broker", "push", "report", "sensors", "setup", "signin",
			"simulator", "tokenstore", "topics",
			"transfer", "transfer/vendor", "units", "web", "withings",
		},
		"daemon": {
			"bridge", "checkpoint", "config", "discovery", "display", "exchange", "health", "history", "homeassistant", "mirror",
			"mqtt", "mqtt/broker", "push", "release", "sensors", "signin", "tokenstore", "topics", "transfer", "web", "withings",
		},
		"doctor": {
			"checkpoint", "config", "discovery", "health", "mqtt", "push", "sensors", "tokenstore", "topics", "withings",
		},
		"find":         {"addon", "mqtt"},
		"addon":        {},
		"deploy":       {}, // tests of the files there
		"docs":         {}, // tests of the guides
		"deploy/pack":  {},
		"deploy/image": {},
		"config":       {"sensors", "topics", "units"},
		"web": {
			"bloodpressure", "calendar", "display", "exchange", "find", "health", "history", "report", "sensors", "setup",
			"topics", "units", "web/draw",
		},
		"web/draw":        {},
		"web/ingresstest": {},
		"calendar":        {},
		"release":         {},
		"report":          {"bloodpressure", "display", "history", "sensors", "units", "web/draw"},
		"setup":           {"config", "find"},
		"bloodpressure":   {"display", "history", "sensors", "web/draw"},
		"display":         {"sensors", "units", "web/draw"},
		"dashboard":       {"display"},
		"signin":          {"withings"},
		"bridge":          {"discovery", "health", "sensors", "topics", "units", "withings"}, // withings: types only
		"discovery":       {"display", "sensors", "topics"},
		"sensors":         {"withings"},
		"history":         {"sensors"},
		"transfer":        {"sensors", "units"},
		"exchange":        {"history", "sensors", "transfer", "transfer/vendor"},
		"mirror":          {"sensors", "transfer"},
		"homeassistant":   {},
		"tokenstore":      {"withings"},
		"checkpoint":      {},
		"withings":        {},
		"mqtt":            {"topics"},
		"mqtt/broker":     {},
		"health":          {},
		"topics":          {},
		"units":           {},
		"push":            {"withings"},

		"simulator":        {"simulator/api", "simulator/notify", "simulator/people", "withings"},
		"simulator/api":    {"simulator/notify", "simulator/people", "withings"},
		"simulator/notify": {"simulator/people", "withings"},
		"simulator/people": {"withings"},
		// Imported by tests only: no package below may import it.
		"simulator/simtest": {"mqtt/broker", "simulator", "withings"},

		"cli/clitest":          {"cli", "daemon", "find", "mqtt/broker", "simulator", "web"},
		"tokenstore/storetest": {"withings"},
		"history/historytest":  {"bridge", "sensors"},
		"transfer/vendor":      {"sensors", "transfer"},

		"homeassistant/homeassistanttest": {},

		"internal/atomicfile": {},
		"internal/decimal":    {},
		"internal/failure":    {},
		"internal/fileaccess": {},
		"internal/formula":    {},
		"internal/httpserve":  {},
		"internal/sdnotify":   {},
		"internal/goldentest": {},
		"internal/jitter":     {},
		"internal/oneline":    {},
		"internal/secret":     {},
		"internal/when":       {},
	}
}

// source is one Go file of the repository, for any platform.
type source struct {
	path, dir string
	test      bool
	lines     int
	tree      *ast.File
	fset      *token.FileSet
}

func TestArchitecture(t *testing.T) {
	t.Parallel()
	files := sources(t)
	for name, rule := range map[string]func(*testing.T, []source){
		"own imports":      checkOwnImports,
		"foreign imports":  checkForeignImports,
		"standard library": checkStandardLibrary,
		"package comment":  checkPackageComments,
		"short files":      checkFileLength,
		"no init":          checkNoInit,
		"no sleep":         checkNoSleep,
		"http servers":     checkHTTPServers,
		"folder names":     checkFolderNames,
		"clocks of tests":  checkClocks,
		"go generate":      checkGenerated,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rule(t, files)
		})
	}
}

func checkOwnImports(t *testing.T, files []source) {
	t.Helper()
	allowed := allowedImports()
	for _, file := range files {
		may, listed := allowed[file.dir]
		if !listed && !isEndToEnd(file.dir) {
			t.Errorf("%s: package %s is not listed in allowedImports", file.path, file.dir)
			continue
		}
		if file.test || isEndToEnd(file.dir) {
			continue
		}
		for _, name := range imports(file) {
			pkg, ours := strings.CutPrefix(name, module+"/")
			if ours && !strings.HasPrefix(pkg, internalPrefix) && !slices.Contains(may, pkg) {
				t.Errorf("%s: %s must not import %s; it may import %v and internal/*", file.path, file.dir, pkg, may)
			}
		}
	}
}

func checkForeignImports(t *testing.T, files []source) {
	t.Helper()
	allowed := allowedModules()
	for _, file := range files {
		for _, name := range imports(file) {
			if !strings.Contains(strings.Split(name, "/")[0], ".") {
				continue // standard library or this module
			}
			test := file.test || isEndToEnd(file.dir)
			if slices.ContainsFunc(testModules(), isWithin(name)) {
				if !test {
					t.Errorf("%s imports %s, which is for tests", file.path, name)
				}
				continue
			}
			key := slices.IndexFunc(slices.Sorted(maps.Keys(allowed)), isWithin(name))
			if key < 0 {
				t.Errorf("%s imports %s, of a module that is not listed in allowedModules", file.path, name)
				continue
			}
			if may := allowed[slices.Sorted(maps.Keys(allowed))[key]]; !isAllowedIn(may, file.dir, test) {
				t.Errorf("%s: %s must not import %s; only %v may", file.path, file.dir, name, may)
			}
		}
	}
}

// isAllowedIn also allows tests of subpackages (such as mqtt/broker) and
// end-to-end tests, which act as the peer with the same library.
func isAllowedIn(may []string, dir string, test bool) bool {
	return slices.ContainsFunc(may, func(pkg string) bool {
		return pkg == "*" || pkg == dir || test && (isEndToEnd(dir) || strings.HasPrefix(dir, pkg+"/"))
	})
}

func checkPackageComments(t *testing.T, files []source) {
	t.Helper()
	comments := map[string][]string{}
	for _, file := range files {
		if strings.HasSuffix(file.path, "_test.go") {
			continue
		}
		comments[file.dir] = append(comments[file.dir], nil...)
		if doc := file.tree.Doc.Text(); doc != "" {
			comments[file.dir] = append(comments[file.dir], file.path)
			if name := file.tree.Name.Name; name != "main" && !strings.HasPrefix(doc, "Package "+name+" ") {
				t.Errorf("%s: the package comment starts with %q", file.path, "Package "+name)
			}
		}
	}
	for dir, where := range comments {
		if len(where) != 1 {
			t.Errorf("%s has %d package comments %v, want one", dir, len(where), where)
		}
	}
}

func checkFileLength(t *testing.T, files []source) {
	t.Helper()
	const limit = 400
	// All texts of a language are in one file, for those who translate.
	tables := []string{"display/english.go", "display/german.go"}
	for _, file := range files {
		if file.lines > limit && !ast.IsGenerated(file.tree) && !slices.Contains(tables, file.path) {
			t.Errorf("%s has %d lines, more than %d: split it by subject", file.path, file.lines, limit)
		}
	}
}

func checkNoInit(t *testing.T, files []source) {
	t.Helper()
	for _, file := range files {
		for _, declaration := range file.tree.Decls {
			if function, ok := declaration.(*ast.FuncDecl); ok && function.Recv == nil && function.Name.Name == "init" {
				t.Errorf("%s has an init function: call a function where it is needed instead", file.path)
			}
		}
	}
}

func checkNoSleep(t *testing.T, files []source) {
	t.Helper()
	for _, file := range files {
		if file.test && usesName(file, "time", regexp.MustCompile(`^Sleep$`)) {
			t.Errorf("%s sleeps: wait on a channel or a condition; in a synctest bubble wait on a timer", file.path)
		}
	}
}

func checkHTTPServers(t *testing.T, files []source) {
	t.Helper()
	servers := []string{"internal/httpserve"}
	for _, file := range files {
		if file.test || isEndToEnd(file.dir) || slices.Contains(servers, file.dir) {
			continue
		}
		if usesName(file, "http", regexp.MustCompile(`^(Server|Serve|ServeTLS|ListenAndServe|ListenAndServeTLS)$`)) {
			t.Errorf("%s serves HTTP: only %v do", file.path, servers)
		}
	}
}

func checkFolderNames(t *testing.T, files []source) {
	t.Helper()
	vague := []string{"util", "utils", "common", "helper", "helpers", "model", "models", "misc", "pkg"}
	for _, file := range files {
		for part := range strings.SplitSeq(file.dir, "/") {
			if slices.Contains(vague, part) {
				t.Errorf("%s: the folder name %q does not describe its content", file.path, part)
			}
		}
	}
}

// isEndToEnd reports whether a folder holds tests and benchmarks of the whole
// program; they may import what they need.
func isEndToEnd(dir string) bool { return dir == "e2e" || strings.HasPrefix(dir, "e2e/") }

// isWithin returns a function that reports whether name is its argument or
// below it.
func isWithin(name string) func(string) bool {
	return func(root string) bool { return name == root || strings.HasPrefix(name, root+"/") }
}

func imports(file source) []string {
	names := make([]string, 0, len(file.tree.Imports))
	for _, spec := range file.tree.Imports {
		if name, err := strconv.Unquote(spec.Path.Value); err == nil {
			names = append(names, name)
		}
	}
	return names
}

// usesName reports whether a file mentions a name of a package that it imports
// under its usual name.
func usesName(file source, pkg string, name *regexp.Regexp) (found bool) {
	for node := range ast.Preorder(file.tree) {
		selector, ok := node.(*ast.SelectorExpr)
		if !ok {
			continue
		}
		if left, ok := selector.X.(*ast.Ident); ok && left.Name == pkg && name.MatchString(selector.Sel.Name) {
			found = true
		}
	}
	return found
}

// sources parses every Go file of this module, for any platform and build tags.
// Files that do not parse are left to the compiler.
func sources(t *testing.T) []source {
	t.Helper()
	var files []source
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			hidden := name != "." && strings.HasPrefix(entry.Name(), ".")
			if hidden || entry.Name() == "testdata" || name == "tools" {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		places := token.NewFileSet()
		tree, _ := parser.ParseFile(places, name, text, parser.ParseComments|parser.SkipObjectResolution)
		slash := filepath.ToSlash(name)
		dir := path.Dir(slash)
		// A folder named …test holds a suite for the tests of other packages.
		test := strings.HasSuffix(slash, "_test.go") || strings.HasSuffix(dir, "test")
		files = append(files, source{
			path:  slash,
			dir:   dir,
			test:  test,
			lines: bytes.Count(text, []byte("\n")),
			tree:  tree,
			fset:  places,
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 2 {
		t.Fatalf("found only %d Go files", len(files))
	}
	return files
}
