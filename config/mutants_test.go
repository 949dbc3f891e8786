// SPDX-License-Identifier: MIT

package config_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vitals2mqtt/config"
)

// mutant is a file with one mistake in it.
type mutant struct {
	name string
	text string
	// line is where the mistake is.
	line int
}

// mutantLines is the example with every setting in use, without what does not
// go together.
func mutantLines(t *testing.T) []string {
	t.Helper()
	text := regexp.MustCompile(`(?m)^( *)#([a-z_]+:|(?: {2})*- |(?: {2})+[a-z_]+:)`).
		ReplaceAllString(exampleFile(t), "$1$2")
	text = regexp.MustCompile(`(?m)^ *(client_secret|password|token)_file:.*\n`).ReplaceAllString(text, "")
	text = strings.NewReplacer(
		`client_id: ""`, `client_id: "id"`, `client_secret: ""`, "client_secret: 'hunter2'", "mqtt://", "mqtts://",
	).Replace(text)
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// isSignificant reports whether a line is neither empty nor a comment.
func isSignificant(line string) bool {
	line = strings.TrimSpace(line)
	return line != "" && line[0] != '#'
}

// makeMutant makes one mistake that the numbers choose.
func makeMutant(random *rand.Rand, lines []string) mutant {
	const marks = "\"'[]{}:,#&*!|>%@`-?\t x"
	lines = slices.Clone(lines)
	n := random.IntN(len(lines))
	for !isSignificant(lines[n]) {
		n = (n + 1) % len(lines)
	}
	line := lines[n]
	at := len(line) - len(strings.TrimLeft(line, " ")) + random.IntN(len(strings.TrimLeft(line, " ")))
	name := ""
	switch kind := random.IntN(10); kind {
	case 0, 1, 2:
		name = fmt.Sprintf("delete %q", line[at])
		lines[n] = line[:at] + line[at+1:]
	case 3, 4, 5:
		mark := marks[random.IntN(len(marks))]
		name = fmt.Sprintf("insert %q", mark)
		lines[n] = line[:at] + string(mark) + line[at:]
	case 6:
		name, lines[n] = "indent", " "+line
	case 7:
		name, lines[n] = "unindent", strings.TrimPrefix(line, " ")
	case 8:
		name, lines[n] = "tab", "\t"+strings.TrimLeft(line, " ")
	case 9:
		name, lines = "double", slices.Insert(lines, n, line)
	}
	return mutant{
		name: fmt.Sprintf("line %d: %s: %q to %q", n+1, name, line, lines[n]),
		text: strings.Join(lines, "\n") + "\n",
		line: n + 1,
	}
}

// distance counts the significant lines between two.
func distance(text string, a, b int) int {
	lines, count := strings.Split(text, "\n"), 0
	for i := min(a, b); i < max(a, b); i++ {
		if isSignificant(lines[i]) {
			count++
		}
	}
	return count
}

// Whatever one slip of the hand does to the example: every message has a line
// and a column inside the file, and one of them is where the slip is.
func TestMistakesHavePlaces(t *testing.T) {
	t.Parallel()
	mutants := 300
	if os.Getenv("V2M_LONG") != "" {
		mutants = 3000
	}
	lines := mutantLines(t)
	random := rand.New(rand.NewPCG(49, 1))
	refused := 0
	for range mutants {
		m := makeMutant(random, lines)
		_, _, err := config.Source{
			Name:       "config.yaml",
			Data:       []byte(m.text),
			Open:       fakeFile,
			Vocabulary: vocabulary(),
		}.Parse()
		var problems config.Errors
		if !errors.As(err, &problems) {
			continue
		}
		refused++
		near := false
		for _, p := range problems {
			all := strings.Split(m.text, "\n")
			if p.Code == config.CodeMissing && p.Line == 0 && !strings.Contains(m.text, "\nwithings:") {
				continue // the whole section is, and so has no place
			}
			if p.Line < 1 || p.Line > len(all) || p.Column < 1 || p.Column > len([]rune(all[p.Line-1]))+1 {
				t.Errorf("%s\n\thas no place in the file: %s", m.name, p)
				continue
			}
			near = near || distance(m.text, p.Line, m.line) <= 1 || distance(m.text, p.Line, m.line+1) <= 1
		}
		if !near {
			t.Errorf("%s\n\tis reported elsewhere:\n\t%s", m.name, strings.ReplaceAll(err.Error(), "\n", "\n\t"))
		}
	}
	if refused < mutants/3 {
		t.Errorf("only %d of %d mutants were refused", refused, mutants)
	}
	t.Logf("%d of %d mutants were refused", refused, mutants)
}
