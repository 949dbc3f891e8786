// SPDX-License-Identifier: MIT

package cli_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/cli/clitest"
)

// pasting is a running `login --paste`.
type pasting struct {
	*clitest.Process

	t     *testing.T
	links int // of the consent page that were printed
}

func startPasting(t *testing.T, path string) *pasting {
	t.Helper()
	return &pasting{clitest.StartProgram(t, "--config", path, "login", "alice", "--paste"), t, 0}
}

// nextLink waits for a new link to the consent page.
func (p *pasting) nextLink() (link string) {
	p.t.Helper()
	p.links++
	clitest.Must(p.t, clitest.WaitFor(p.t.Context(), fmt.Sprintf("link %d", p.links), func() bool {
		var found []string
		for line := range strings.Lines(p.Stdout.String()) {
			if line = strings.TrimSpace(line); strings.Contains(line, "/oauth2_user/authorize2?") {
				found = append(found, line)
			}
		}
		if len(found) >= p.links {
			link = found[p.links-1]
		}
		return link != ""
	}))
	return link
}

// paste pastes a line and waits for what the program says.
func (p *pasting) paste(line, want string) {
	p.t.Helper()
	_, err := fmt.Fprintln(p.Stdin, line)
	clitest.Must(p.t, err)
	_, err = p.Stdout.WaitForLine(p.t.Context(), want)
	clitest.Must(p.t, err)
}

func (p *pasting) consent(link, decision string) string {
	p.t.Helper()
	landed, err := clitest.Consent(p.t.Context(), link, "Alice", decision)
	clitest.Must(p.t, err)
	return landed
}

// Whatever is pasted first: the program says what is wrong, and asks again.
func TestPasteIsAskedForAgain(t *testing.T) {
	t.Parallel()
	o := clitest.Start(t)
	path := o.Configure(t, t.TempDir(), "[Alice]", "[weight_kg]")
	for name, test := range map[string]struct {
		mistake func(p *pasting, link string) string
		want    string
		newLink bool
	}{
		"nothing":  {func(*pasting, string) string { return "" }, "Not a callback address: copy the whole address", false},
		"scribble": {func(*pasting, string) string { return "my shopping list" }, "Not a callback address", false},
		"other site": {
			func(*pasting, string) string { return "https://example.org/inbox?id=7" },
			"This is another address, without code=", false,
		},
		"consent page": {func(_ *pasting, link string) string { return link }, "This is the address of the Withings page", false},
		"denied":       {func(p *pasting, link string) string { return p.consent(link, "refuse") }, "Consent denied", true},
		"other sign-in": {
			func(p *pasting, link string) string { return p.consent(link, "allow") + "0" },
			"Unknown or already used sign-in link", true,
		},
		"late code": {
			func(p *pasting, link string) string {
				landed := p.consent(link, "allow")
				at := strings.Index(landed, "code=") + len("code=")
				return landed[:at] + "0123" + landed[at:] // as one that the API has forgotten
			},
			"The code was too old or already used: open the link again", true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startPasting(t, path)
			link := p.nextLink()
			p.paste(test.mistake(p, link), test.want)
			if test.newLink {
				link = p.nextLink()
			}
			p.paste(p.consent(link, "allow"), "Alice is signed in.")
			p.ExpectExit(t, 0)
			if text := p.Stdout.String() + p.Stderr.String(); strings.Contains(text, "shopping") {
				t.Errorf("it repeats what was pasted:\n%s", text)
			}
		})
	}
}

// A code that really is too old.
func TestPasteOfAnOldCode(t *testing.T) {
	t.Parallel()
	o := clitest.Start(t)
	p := startPasting(t, o.Configure(t, t.TempDir(), "[Alice]", "[weight_kg]"))
	landed := p.consent(p.nextLink(), "allow")
	o.Cloud.Advance(31 * time.Second)
	p.paste(landed, "The code was too old or already used")
	p.paste(p.consent(p.nextLink(), "allow"), "Alice is signed in.")
	p.ExpectExit(t, 0)
}

func TestPasteGivesUp(t *testing.T) {
	t.Parallel()
	o := clitest.Start(t)
	p := startPasting(t, o.Configure(t, t.TempDir(), "[Alice]", "[weight_kg]"))
	p.nextLink()
	for range 5 {
		_, err := fmt.Fprintln(p.Stdin, "hello")
		clitest.Must(t, err)
	}
	p.ExpectExit(t, 1)
	for _, want := range []string{"gave up after 5 attempts, nothing was changed", "vitals2mqtt login alice --paste"} {
		if !strings.Contains(p.Stderr.String(), want) {
			t.Errorf("nothing about %q in %s", want, p.Stderr)
		}
	}
}
