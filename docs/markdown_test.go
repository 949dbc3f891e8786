// SPDX-License-Identifier: MIT

package docs_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// page is a parsed Markdown file.
type page struct {
	path, text string
	blocks     []block
	prose      []line   // all lines that stand in no block
	inline     []inline // `code` in them
}

// block is a fenced block: ```kind option=value.
type block struct {
	path    string
	line    int
	kind    string // the words behind the fence without options
	options map[string]string
	text    string
}

type line struct {
	number int
	text   string
}

type inline struct {
	line int
	text string
}

// read parses a file.
func read(t *testing.T, path string) page {
	t.Helper()
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("%s is missing", path)
	}
	must(t, err)
	p := page{path: path, text: string(text)}
	code := regexp.MustCompile("`([^`]+)`")
	var open *block
	for i, row := range strings.Split(p.text, "\n") {
		trimmed := strings.TrimLeft(row, " ")
		fence := strings.HasPrefix(trimmed, "```")
		switch {
		case fence && open == nil:
			open = &block{path: path, line: i + 1, options: map[string]string{}}
			var words []string
			for word := range strings.FieldsSeq(trimmed[3:]) {
				if name, value, found := strings.Cut(word, "="); found {
					open.options[name] = value
					continue
				}
				words = append(words, word)
			}
			if open.kind = strings.Join(words, " "); open.kind == "" {
				open.kind = "text"
			}
		case fence:
			p.blocks = append(p.blocks, *open)
			open = nil
		case open != nil:
			open.text += row + "\n"
		default:
			p.prose = append(p.prose, line{i + 1, row})
			for _, found := range code.FindAllStringSubmatch(row, -1) {
				p.inline = append(p.inline, inline{i + 1, found[1]})
			}
		}
	}
	if open != nil {
		t.Errorf("%s:%d: the block does not end", path, open.line)
	}
	return p
}

// TestLinks follows every link of every page to its file and heading.
func TestLinks(t *testing.T) {
	t.Parallel()
	var paths []string
	for _, pattern := range []string{"../*.md", "*.md", "*/*.md"} {
		found, err := filepath.Glob(pattern)
		must(t, err)
		paths = append(paths, found...)
	}
	link := regexp.MustCompile(`\[[^\]]*\]\(([^)\s]+)\)`)
	for _, path := range paths {
		for _, row := range read(t, path).prose {
			for _, found := range link.FindAllStringSubmatch(row.text, -1) {
				if target := found[1]; !strings.Contains(target, "://") {
					follow(t, path, row.number, target)
				}
			}
		}
	}
}

func follow(t *testing.T, path string, number int, target string) {
	t.Helper()
	file, anchor, _ := strings.Cut(target, "#")
	to := path
	if file != "" {
		to = filepath.Join(filepath.Dir(path), file)
	}
	if _, err := os.Stat(to); err != nil {
		t.Errorf("%s:%d: the link %s leads nowhere", path, number, target)
		return
	}
	if anchor != "" && !slices.Contains(anchors(read(t, to)), anchor) {
		t.Errorf("%s:%d: %s has no heading for %s", path, number, to, target)
	}
}

// anchors are the names of a page's headings in links.
func anchors(p page) []string {
	var all []string
	for _, row := range p.prose {
		title := strings.TrimLeft(row.text, "#")
		if !strings.HasPrefix(row.text, "#") || !strings.HasPrefix(title, " ") {
			continue
		}
		all = append(all, strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
				return unicode.ToLower(r)
			}
			return -1
		}, strings.TrimSpace(title)))
	}
	return all
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
