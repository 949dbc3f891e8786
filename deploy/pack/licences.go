// SPDX-License-Identifier: MIT

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// licencesFile is the name of the licences of what a program is linked with,
// beside the program.
const licencesFile = "THIRD-PARTY-LICENSES.txt"

// module is a Go module that a program is linked with, and its folder.
type module struct{ path, version, folder string }

// licenceKind is a licence, recognized by the phrases that all copies of it
// contain, in lower case and with single spaces.
type licenceKind struct {
	id       string // SPDX identifier, or what a family of them has in common
	phrases  []string
	without  string // a phrase that another kind has in addition
	expected bool
}

// licenceKinds are the licences that are recognized. Those that are not
// expected forbid what is done here, or demand more than a copy of their text.
func licenceKinds() []licenceKind {
	const (
		redistribution = "redistribution and use in source and binary forms, with or without modification, are permitted"
		thirdClause    = "neither the name"
	)
	return []licenceKind{
		{id: "MIT", expected: true, phrases: []string{"permission is hereby granted, free of charge, to any person obtaining a copy"}},
		{id: "BSD-3-Clause", expected: true, phrases: []string{redistribution, thirdClause}},
		{id: "BSD-2-Clause", expected: true, phrases: []string{redistribution}, without: thirdClause},
		{id: "ISC", expected: true, phrases: []string{"permission to use, copy, modify, and/or distribute this software"}},
		{id: "Apache-2.0", expected: true, phrases: []string{"licensed under the apache license, version 2.0"}},
		// Its source must be offered, which the address of each module is.
		{id: "EPL-2.0", expected: true, phrases: []string{
			"the accompanying program is provided under the terms of this eclipse public license",
		}},
		{id: "GPL", phrases: []string{"everyone is permitted to copy and distribute verbatim copies of this license document"}},
		{id: "MPL", phrases: []string{"mozilla public license"}},
		{id: "SSPL", phrases: []string{"server side public license"}},
		{id: "BUSL", phrases: []string{"business source license"}},
		{id: "Commons-Clause", phrases: []string{"commons clause"}},
	}
}

var (
	// mainLicence is the file with a module's own licence.
	mainLicence = regexp.MustCompile(`(?i)^(licen[cs]e|copying)(\.(md|txt))?$`)
	// otherNotices have to be passed on too: of parts of a module, of patents.
	otherNotices = regexp.MustCompile(`(?i)^(licen[cs]e|copying|copyright|notice|patents)\b`)
)

// thirdPartyLicences is the text that goes with a program: each module with its
// licence and its notices.
func thirdPartyLicences(modules []module) ([]byte, error) {
	var contents, texts bytes.Buffer
	for _, m := range modules {
		kinds, notices, err := m.licence()
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&contents, "  %s %s: %s\n", m.path, m.version, strings.Join(kinds, ", "))
		fmt.Fprintf(&texts, "\n%s\n%s %s\nSource: https://%s\n", strings.Repeat("=", 72), m.path, m.version, m.path)
		for _, notice := range notices {
			fmt.Fprintf(&texts, "\n--- %s\n\n%s\n", notice.name, strings.TrimSpace(string(notice.data)))
		}
	}
	return slices.Concat(
		[]byte("vitals2mqtt contains parts of these Go modules, under these licences:\n\n"), contents.Bytes(), texts.Bytes(),
	), nil
}

// licence returns the kinds of a module's licence, and the files to pass on. It
// fails for a module without a licence, or with one that is not expected.
func (m module) licence() (kinds []string, notices []file, err error) {
	entries, err := os.ReadDir(m.folder)
	if err != nil {
		return nil, nil, fmt.Errorf("the licence of %s: %w", m.path, err)
	}
	found := false
	for _, entry := range entries {
		if !entry.Type().IsRegular() || !otherNotices.MatchString(entry.Name()) || filepath.Ext(entry.Name()) == ".go" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(m.folder, entry.Name()))
		if err != nil {
			return nil, nil, fmt.Errorf("the licence of %s: %w", m.path, err)
		}
		notices = append(notices, file{name: entry.Name(), data: text})
		if !mainLicence.MatchString(entry.Name()) {
			continue
		}
		found = true
		recognized, err := recognize(string(text))
		if err != nil {
			return nil, nil, fmt.Errorf("the licence of %s %s in %s: %w", m.path, m.version, entry.Name(), err)
		}
		kinds = append(kinds, recognized...)
	}
	if !found {
		return nil, nil, fmt.Errorf("%s %s has no licence", m.path, m.version)
	}
	slices.Sort(kinds)
	return slices.Compact(kinds), notices, nil
}

// recognize returns the kinds of licence that a text contains, at least one.
func recognize(text string) (kinds []string, err error) {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	for _, kind := range licenceKinds() {
		if !kind.matches(text) {
			continue
		}
		if !kind.expected {
			return nil, fmt.Errorf("%s is not a licence that may be linked", kind.id)
		}
		kinds = append(kinds, kind.id)
	}
	if len(kinds) == 0 {
		return nil, fmt.Errorf("no known licence begins with %q", text[:min(len(text), 60)])
	}
	return kinds, nil
}

// matches reports whether a text, in lower case and with single spaces, contains
// the licence.
func (k licenceKind) matches(text string) bool {
	for _, phrase := range k.phrases {
		if !strings.Contains(text, phrase) {
			return false
		}
	}
	return k.without == "" || !strings.Contains(text, k.without)
}
