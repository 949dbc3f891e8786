// SPDX-License-Identifier: MIT

package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	testMIT = "The MIT License\n\nCopyright (c) 2020 Somebody\n\nPermission is hereby granted, free\nof charge, " +
		"to any person obtaining a copy\n"
	testBSD = "Redistribution and use in source and binary forms, with or without\nmodification, are permitted provided that\n"
)

// testModules stand for what a program is linked with.
func testModules(t *testing.T, licences map[string]string) []module {
	t.Helper()
	var modules []module
	for name, text := range licences {
		folder := t.TempDir()
		path, licence, _ := strings.Cut(name, " ")
		write(t, filepath.Join(folder, licence), []byte(text))
		modules = append(modules, module{path: path, version: "v1.0.0", folder: folder})
	}
	return modules
}

func TestThirdPartyLicences(t *testing.T) {
	t.Parallel()
	modules := testModules(t, map[string]string{"example.org/a COPYING": testMIT})
	write(t, filepath.Join(modules[0].folder, "NOTICE"), []byte("Somebody wrote it."))
	write(t, filepath.Join(modules[0].folder, "LICENSE-OTHER.md"), []byte("A part of it is by another."))
	write(t, filepath.Join(modules[0].folder, "licence.go"), []byte("package a"))
	text, err := thirdPartyLicences(modules)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		"\n  example.org/a v1.0.0: MIT\n", "Source: https://example.org/a\n", "\n--- COPYING\n\nThe MIT License\n",
		"\n--- NOTICE\n\nSomebody wrote it.\n", "\n--- LICENSE-OTHER.md\n",
	} {
		if !strings.Contains(string(text), part) {
			t.Errorf("%q is missing in:\n%s", part, text)
		}
	}
	if strings.Contains(string(text), "package a") {
		t.Error("source text is taken for a licence")
	}
}

func TestLicenceKinds(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		testMIT: {"MIT"},
		testBSD: {"BSD-2-Clause"},
		testBSD + "Neither the name of the author": {"BSD-3-Clause"},
		testMIT + testBSD:                          {"MIT", "BSD-2-Clause"},
	} {
		if got, err := recognize(text); err != nil || !slices.Equal(got, want) {
			t.Errorf("%v, %v, want %v", got, err, want)
		}
	}
	for name, text := range map[string]string{
		"example.org/a README.md":    testMIT, // no licence at all
		"example.org/a LICENSE-PART": testMIT, // the licence of a part
		"example.org/a LICENSE":      "All rights reserved.",
		"example.org/a LICENSE.txt":  testMIT + "Mozilla Public License Version 2.0",
		"example.org/a COPYING": testMIT +
			"Everyone is permitted to copy and distribute verbatim copies\nof this license document",
		"example.org/a licence.md":     testMIT + "“Commons Clause” License Condition v1.0",
		"example.org/a LICENSE (copy)": testMIT,
	} {
		if text, err := thirdPartyLicences(testModules(t, map[string]string{name: text})); err == nil ||
			!strings.Contains(err.Error(), "example.org/a") {
			t.Errorf("%s: %s, %v", name, text, err)
		}
	}
	if _, err := thirdPartyLicences([]module{{path: "example.org/a", folder: "nowhere"}}); err == nil {
		t.Error("a module that is not there has a licence")
	}
}

// TestLicencesOfProgram checks the modules that the program needs now, on this
// machine.
func TestLicencesOfProgram(t *testing.T) {
	t.Parallel()
	listed, err := goCommand(filepath.Join("..", ".."), "list", "-deps", "-f",
		"{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}", ".")
	if err != nil {
		t.Fatal(err)
	}
	var modules []module
	for line := range strings.Lines(listed) {
		if part := strings.Split(strings.TrimSpace(line), "\t"); len(part) == 3 {
			modules = append(modules, module{part[0], part[1], part[2]})
		}
	}
	modules = slices.Compact(modules)
	if len(modules) < 10 {
		t.Fatalf("only %d modules were found: the search is broken", len(modules))
	}
	if _, err := thirdPartyLicences(modules); err != nil {
		t.Error(err)
	}
}

// TestLinkedModules reads this test itself, which is linked with nothing else.
func TestLinkedModules(t *testing.T) {
	t.Parallel()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	repository := filepath.Join("..", "..")
	modules, err := linkedModules(repository, program, program)
	if err != nil || len(modules) != 1 || modules[0].path != "go.dev" {
		t.Fatalf("%v, %v", modules, err)
	}
	if _, err := os.Stat(filepath.Join(modules[0].folder, "LICENSE")); err != nil {
		t.Skip("this Go was packaged without its licence: a release needs the one of its makers")
	}
	result := filepath.Join(t.TempDir(), licencesFile)
	if err := writeLicences(repository, []string{program}, result); err != nil {
		t.Error(err)
	}
	if text, err := os.ReadFile(result); err != nil || !strings.Contains(string(text), "Redistribution and use") {
		t.Errorf("%s, %v", text, err)
	}
	write(t, result, []byte("no program"))
	if _, err := linkedModules(repository, result); err == nil {
		t.Error("a file that is no program is linked with something")
	}
}
