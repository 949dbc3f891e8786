// SPDX-License-Identifier: MIT

package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// maxMethods is the limit of methods per type; a larger type should be split.
const maxMethods = 25

// unlayeredPackages returns the packages whose files still use each other in a
// cycle.
func unlayeredPackages() []string {
	return []string{
		"cli", "config", "daemon", "deploy/pack", "doctor", "e2e/perf", "sensors", "signin", "simulator", "simulator/api",
		"simulator/notify", "simulator/people", "units", "web", "withings",
	}
}

// TestFilesAreLayered checks that the files of a package do not use each other
// in a cycle, directly or through other files, and that no type has too many
// methods.
func TestFilesAreLayered(t *testing.T) {
	t.Parallel()
	for _, pkg := range loadPackages(t) {
		for name, count := range pkg.methodCounts() {
			if count > maxMethods {
				t.Errorf("%s: %s has %d methods, at most %d are allowed", pkg.dir, name, count, maxMethods)
			}
		}
		if slices.Contains(unlayeredPackages(), pkg.dir) {
			continue
		}
		for _, cycle := range cyclesOf(pkg.arrows()) {
			t.Errorf("%s: files use each other in a cycle: %s\n%s", pkg.dir, strings.Join(cycle, ", "),
				pkg.usesWithin(cycle))
		}
	}
}

// checkedPackage is a type-checked package without its tests.
type checkedPackage struct {
	dir   string
	fset  *token.FileSet
	types *types.Package
	info  *types.Info
	files []*ast.File
}

// listedPackage is what the go command lists of a package.
type listedPackage struct {
	ImportPath, Export, Dir string
	GoFiles                 []string
	DepOnly                 bool // only another package needs it
}

// loadPackages type-checks every package of the repository.
func loadPackages(t *testing.T) []*checkedPackage {
	t.Helper()
	exports, own := map[string]string{}, []listedPackage{}
	list := goCommand(t, "list", "-export", "-deps", "-json=ImportPath,Export,Dir,GoFiles,DepOnly", "./...")
	decoder := json.NewDecoder(bytes.NewReader(list))
	for {
		var p listedPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		exports[p.ImportPath] = p.Export
		if !p.DepOnly {
			own = append(own, p)
		}
	}
	fset := token.NewFileSet()
	open := func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) } // #nosec G304 -- the build cache
	config := types.Config{Importer: importer.ForCompiler(fset, "gc", open)}
	var packages []*checkedPackage
	for _, p := range own {
		packages = append(packages, checkPackage(t, p, fset, &config))
	}
	return packages
}

// checkPackage type-checks a package.
func checkPackage(t *testing.T, p listedPackage, fset *token.FileSet, config *types.Config) *checkedPackage {
	t.Helper()
	pkg := &checkedPackage{
		dir:  strings.TrimPrefix(p.ImportPath, module+"/"),
		fset: fset,
		info: &types.Info{Uses: map[*ast.Ident]types.Object{}},
	}
	for _, name := range p.GoFiles {
		file, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		pkg.files = append(pkg.files, file)
	}
	var err error
	if pkg.types, err = config.Check(p.ImportPath, fset, pkg.files, pkg.info); err != nil {
		t.Fatal(err)
	}
	return pkg
}

// fileOf returns the name of the file of a position.
func (p *checkedPackage) fileOf(pos token.Pos) string {
	return filepath.Base(p.fset.Position(pos).Filename)
}

// declaredIn returns the file that declares an object, "" for a field, a local
// or an object of another package.
func (p *checkedPackage) declaredIn(object types.Object) string {
	switch o := object.(type) {
	case *types.Func:
		object = o.Origin()
	case *types.Var, *types.Const, *types.TypeName:
		if object.Parent() != p.types.Scope() {
			return ""
		}
	default:
		return ""
	}
	if object.Pkg() != p.types {
		return ""
	}
	return p.fileOf(object.Pos())
}

// eachUse calls visit for each use of an object that another file declares.
func (p *checkedPackage) eachUse(visit func(from, to string, object types.Object)) {
	for ident, object := range p.info.Uses {
		from, to := p.fileOf(ident.Pos()), p.declaredIn(object)
		if to != "" && from != to {
			visit(from, to, object)
		}
	}
}

// arrows lists for each file of the package the files that it uses.
func (p *checkedPackage) arrows() map[string][]string {
	uses := map[string]map[string]bool{}
	p.eachUse(func(from, to string, _ types.Object) {
		if uses[from] == nil {
			uses[from] = map[string]bool{}
		}
		uses[from][to] = true
	})
	arrows := map[string][]string{}
	for from, to := range uses {
		arrows[from] = slices.Sorted(maps.Keys(to))
	}
	return arrows
}

// usesWithin lists what the files of a cycle use from each other.
func (p *checkedPackage) usesWithin(cycle []string) string {
	lines := map[string]bool{}
	p.eachUse(func(from, to string, object types.Object) {
		if slices.Contains(cycle, from) && slices.Contains(cycle, to) {
			lines[fmt.Sprintf("\t%s -> %s: %s", from, to, object.Name())] = true
		}
	})
	return strings.Join(slices.Sorted(maps.Keys(lines)), "\n")
}

// methodCounts counts the declared methods of each type.
func (p *checkedPackage) methodCounts() map[string]int {
	counts := map[string]int{}
	for _, name := range p.types.Scope().Names() {
		object, ok := p.types.Scope().Lookup(name).(*types.TypeName)
		if !ok || object.IsAlias() {
			continue
		}
		if named, ok := object.Type().(*types.Named); ok {
			counts[name] = named.NumMethods()
		}
	}
	return counts
}

// cyclesOf returns the groups of files that use each other in a cycle, each
// sorted.
func cyclesOf(arrows map[string][]string) [][]string {
	reaches := map[string]map[string]bool{}
	for from := range arrows {
		reached := map[string]bool{}
		for todo := arrows[from]; len(todo) > 0; {
			next := todo[0]
			todo = todo[1:]
			if !reached[next] {
				reached[next] = true
				todo = append(slices.Clone(todo), arrows[next]...)
			}
		}
		reaches[from] = reached
	}
	var cycles [][]string
	grouped := map[string]bool{}
	for _, file := range slices.Sorted(maps.Keys(reaches)) {
		if grouped[file] || !reaches[file][file] {
			continue
		}
		var cycle []string
		for other := range reaches[file] {
			if reaches[other][file] {
				cycle, grouped[other] = append(cycle, other), true
			}
		}
		slices.Sort(cycle)
		cycles = append(cycles, cycle)
	}
	return cycles
}

// TestFileCyclesAreFound checks the rule with a package that breaks it.
func TestFileCyclesAreFound(t *testing.T) {
	t.Parallel()
	arrows := map[string][]string{
		"top.go":   {"a.go", "base.go"},
		"a.go":     {"b.go"},
		"b.go":     {"a.go", "base.go"},
		"alone.go": {"base.go"},
	}
	if got := fmt.Sprint(cyclesOf(arrows)); got != "[[a.go b.go]]" {
		t.Errorf("cycles are %s, want a.go and b.go alone", got)
	}
}
