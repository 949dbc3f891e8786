// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	_ "embed"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"vitals2mqtt/sensors"
)

// The scripts ask `vitals2mqtt __complete` for the candidates, so that they
// never differ from the grammar.
var (
	//go:embed completion/vitals2mqtt.bash
	bashCompletion string
	//go:embed completion/_vitals2mqtt
	zshCompletion string
	//go:embed completion/vitals2mqtt.fish
	fishCompletion string
)

type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Help is the long help text.
func (completionCommand) Help() string {
	return "For the current shell:\n\n" +
		"    bash: source <(vitals2mqtt completion bash)\n" +
		"    zsh:  source <(vitals2mqtt completion zsh)\n" +
		"    fish: vitals2mqtt completion fish | source\n\n" +
		"To keep it, add that line to ~/.bashrc, ~/.zshrc (after compinit) or ~/.config/fish/config.fish."
}

func (c completionCommand) run(_ context.Context, s *session) error { //nolint:unparam // commands return an error
	s.printf("%s", map[string]string{"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion}[c.Shell])
	return nil
}

// completeCommand lists the candidates for the last of the words, each on a
// line with its description after a tab.
type completeCommand struct {
	Words []string `arg:"" optional:"" passthrough:""`
}

func (c completeCommand) run(ctx context.Context, s *session) error { //nolint:unparam // commands return an error
	words := c.Words
	if len(words) > 0 && words[0] == "--" {
		words = words[1:]
	}
	for _, candidate := range s.complete(ctx, words) {
		s.printf("%s\t%s\n", candidate.word, candidate.help)
	}
	return nil
}

// candidate is a word that may follow.
type candidate struct{ word, help string }

// completeFiles stands for the names of files, which the shells list.
const completeFiles = ":files"

// complete returns the candidates for the last word, "" for a new one.
func (s *session) complete(ctx context.Context, words []string) []candidate {
	var parsed grammar
	line := parseWords(s.newParser(&parsed).Model, words)
	line.profiles = func() []candidate { return s.configuredProfiles(ctx, line.configPath) }
	return slices.DeleteFunc(line.candidates(), func(c candidate) bool {
		return c.word != completeFiles && !strings.HasPrefix(c.word, line.last)
	})
}

// configuredProfiles lists the profiles of the configuration, none without a
// valid one.
func (s *session) configuredProfiles(ctx context.Context, path string) (found []candidate) {
	quiet := *s
	quiet.Stderr = discard{}
	if path != "" {
		quiet.configPath = path
	}
	c, err := quiet.loadUsing(ctx, nil)
	if err != nil {
		return nil
	}
	for _, p := range c.Withings.Profiles {
		found = append(found, candidate{p.Slug, p.Name})
	}
	return found
}

// discard drops the warnings of a configuration.
type discard struct{}

// Write implements io.Writer.
func (discard) Write(p []byte) (int, error) { return len(p), nil }

// commandLine is an unfinished command line.
type commandLine struct {
	node       *kong.Node // the command so far
	flag       *kong.Flag // whose value is the last word, nil for none
	prefix     string     // of the last word, as in --flag=value
	last       string
	positional int // how many came before
	used       map[string]bool
	configPath string
	profiles   func() []candidate
}

// parseWords reads the words before the last one. Bash makes "=" a word of its
// own.
func parseWords(model *kong.Application, words []string) commandLine {
	line := commandLine{node: model.Node, used: map[string]bool{}}
	if len(words) == 0 {
		return line
	}
	before, last := words[:len(words)-1], words[len(words)-1]
	for _, word := range before {
		line.add(word)
	}
	if line.last = last; last == "=" {
		line.last = ""
	}
	if name, _, assigned := strings.Cut(last, "="); line.flag == nil && assigned && strings.HasPrefix(name, "-") {
		line.flag, line.prefix = line.lookupFlag(name), name+"="
	}
	return line
}

// add reads one word that is complete.
func (l *commandLine) add(word string) {
	switch name, value, assigned := strings.Cut(word, "="); {
	case word == "=":
	case l.flag != nil:
		l.setValue(l.flag, word)
		l.flag = nil
	case strings.HasPrefix(word, "-"):
		flag := l.lookupFlag(name)
		if flag == nil {
			return
		}
		l.used[flag.Name] = true
		if assigned {
			l.setValue(flag, value)
		} else if !flag.IsBool() {
			l.flag = flag
		}
	default:
		for _, child := range l.node.Children {
			if child.Name == word {
				l.node, l.positional = child, 0
				return
			}
		}
		l.positional++
	}
}

func (l *commandLine) setValue(flag *kong.Flag, value string) {
	if flag.Name == "config" {
		l.configPath = value
	}
}

// lookupFlag finds a flag of the command or its parents by --name or -n.
func (l *commandLine) lookupFlag(word string) *kong.Flag {
	for _, flags := range l.node.AllFlags(true) {
		for _, flag := range flags {
			if word == "--"+flag.Name || flag.Short != 0 && word == "-"+string(flag.Short) {
				return flag
			}
		}
	}
	return nil
}

// candidates lists what may be the last word, before it is compared with what
// was typed of it.
func (l *commandLine) candidates() []candidate {
	switch {
	case l.flag != nil:
		return prefixed(l.prefix, l.values(l.flag.Value))
	case strings.HasPrefix(l.last, "-"):
		return l.flags()
	case l.node.Type == kong.ApplicationNode && l.positional > 0:
		return nil // after an unknown command
	case len(l.node.Children) > 0:
		return visibleCommands(l.node)
	}
	positional := l.node.Positional
	at := l.positional
	if at >= len(positional) {
		if at = len(positional) - 1; at < 0 || !positional[at].IsCumulative() {
			return nil
		}
	}
	return l.values(positional[at])
}

// flags lists the flags that were not given yet.
func (l *commandLine) flags() (found []candidate) {
	for _, flags := range l.node.AllFlags(true) {
		for _, flag := range flags {
			if !l.used[flag.Name] {
				found = append(found, candidate{"--" + flag.Name, flag.Help})
			}
			if flag.Tag.Negatable != "" && !l.used[flag.Name] {
				found = append(found, candidate{"--no-" + flag.Name, flag.Help})
			}
		}
	}
	return found
}

// values lists the values of an argument or a flag, by its enum or its name.
func (l *commandLine) values(value *kong.Value) (found []candidate) {
	switch value.Name {
	case "profile":
		return l.profiles()
	case "key":
		for _, row := range sensors.Catalogue() {
			found = append(found, candidate{row.Key, row.Name})
		}
		return found
	case "command":
		root := l.node
		for root.Parent != nil {
			root = root.Parent
		}
		return visibleCommands(root)
	case "config", "output", "file":
		return []candidate{{word: completeFiles}}
	}
	if value.Enum != "" {
		for _, option := range value.EnumSlice() {
			if option != "" {
				found = append(found, candidate{word: option})
			}
		}
	}
	return found
}

func visibleCommands(node *kong.Node) (found []candidate) {
	for _, child := range node.Children {
		if !child.Hidden {
			found = append(found, candidate{child.Name, child.Help})
		}
	}
	return found
}

func prefixed(prefix string, values []candidate) []candidate {
	for i := range values {
		if values[i].word != completeFiles {
			values[i].word = prefix + values[i].word
		}
	}
	return values
}
