// SPDX-License-Identifier: MIT

package cli

import (
	"fmt"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"vitals2mqtt/internal/goldentest"
)

// TestGoldenManPage writes the manual page from the grammar, so that it has
// every command and flag. It is for packages and archives.
func TestGoldenManPage(t *testing.T) {
	t.Parallel()
	goldentest.Compare(t, "../docs/vitals2mqtt.1", []byte(manPage()))
}

// manPage is the manual page in the language of roff.
func manPage() string {
	var parsed grammar
	model := Program{}.newParser(&parsed).Model
	var page manWriter
	page.line(".\\\" Written by a test of package cli.\n.TH VITALS2MQTT 1 \"\" vitals2mqtt \"User Commands\"")
	page.line(".SH NAME\nvitals2mqtt \\- health measurements to MQTT and Home Assistant")
	page.line(".SH SYNOPSIS\n.B vitals2mqtt\n.RI [ command ]\n.RI [ flags ]")
	page.line(".SH DESCRIPTION")
	page.text(model.Help)
	page.line(".SH OPTIONS")
	page.text("Every command has these.")
	page.flags(model.Flags)
	page.line(".SH COMMANDS")
	group := ""
	for _, command := range model.Leaves(true) {
		of := command
		for of.Parent != model.Node {
			of = of.Parent
		}
		if of.Group != nil && of.Group.Title != group {
			group = of.Group.Title
			page.line(".SS " + escapeRoff(strings.TrimSuffix(group, ":")))
		}
		page.command(command)
	}
	examples, codes, _ := strings.Cut(helpEpilogue, "Exit codes: ")
	page.line(".SH EXIT STATUS")
	for code := range strings.SplitSeq(strings.TrimSuffix(strings.TrimSpace(codes), "."), ", ") {
		for part := range strings.SplitSeq(code, ",\n") {
			number, meaning, _ := strings.Cut(part, " ")
			page.line(".TP\n.B " + number)
			page.text(meaning)
		}
	}
	page.line(".SH ENVIRONMENT\n.TP\n.B V2M_CONFIG")
	page.text("The configuration file, unless --config names one.")
	page.line(".TP\n.B V2M_*")
	page.text("Every setting of the configuration file, as described in its comments.")
	page.line(".SH FILES\n.TP\n.I config.yaml\n.TQ\n.I /etc/vitals2mqtt/config.yaml")
	page.text("The configuration: the first that exists. `vitals2mqtt init` and the set-up in a browser write it.")
	page.line(".SH EXAMPLES")
	_, examples, _ = strings.Cut(examples, "Examples:\n")
	page.verbatim(strings.TrimRight(examples, "\n"))
	return page.String()
}

// manWriter writes a manual page.
type manWriter struct{ strings.Builder }

func (w *manWriter) line(text string) { fmt.Fprintln(w, text) }

// command describes a command with its long help and its own flags.
func (w *manWriter) command(command *kong.Node) {
	var usage strings.Builder
	usage.WriteString(`\fB` + escapeRoff(strings.TrimPrefix(command.FullPath(), "vitals2mqtt ")) + `\fR`)
	for _, argument := range command.Positional {
		usage.WriteString(` \fI` + escapeRoff(argument.Summary()) + `\fR`)
	}
	w.line(".TP\n" + usage.String())
	w.text(command.Help)
	w.line(".RS")
	w.paragraphs(command.Detail)
	for _, argument := range command.Positional {
		w.line(".TP\n\\fI" + escapeRoff(argument.Summary()) + `\fR`)
		w.text(argument.Help)
	}
	w.flags(command.Flags)
	w.line(".RE")
}

// flags lists flags, with the short name and the value of each.
func (w *manWriter) flags(flags []*kong.Flag) {
	for _, flag := range flags {
		if flag.Hidden {
			continue
		}
		name := `\fB` + escapeRoff("--"+flag.Name) + `\fR`
		if flag.Tag.Negatable != "" {
			name = `\fB` + escapeRoff("--[no-]"+flag.Name) + `\fR`
		}
		if flag.Short != 0 {
			name = `\fB` + escapeRoff("-"+string(flag.Short)) + `\fR, ` + name
		}
		if !flag.IsBool() {
			name += `=\fI` + escapeRoff(flag.FormatPlaceHolder()) + `\fR`
		}
		w.line(".TP\n" + name)
		w.text(flag.Help)
	}
}

// paragraphs writes a long help text: indented lines of it are examples.
func (w *manWriter) paragraphs(text string) {
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		switch {
		case strings.TrimSpace(paragraph) == "":
		case strings.HasPrefix(paragraph, "  "):
			w.line(".PP")
			w.verbatim(paragraph)
		default:
			w.line(".PP")
			w.text(paragraph)
		}
	}
}

func (w *manWriter) text(text string) { w.line(escapeRoff(strings.TrimSpace(text))) }

func (w *manWriter) verbatim(text string) {
	w.line(".nf")
	for line := range strings.SplitSeq(text, "\n") {
		w.line(escapeRoff(line))
	}
	w.line(".fi")
}

// escapeRoff makes a text that roff prints as it is.
func escapeRoff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}
