// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// otherClient is the command of another client for the cloud, with a home of
// its own, and started at the simulated cloud.
type otherClient struct {
	*testbed

	python, distribution, command string
	home                          string
	env                           []string
}

// newOtherClient installs a client. In its environment, HOME becomes its home.
func newOtherClient(h *testbed, distribution, command string, env ...string) *otherClient {
	h.t.Helper()
	c := &otherClient{
		testbed:      h,
		python:       filepath.Join(installFolder(h.t, distribution), "venv", "bin", "python"),
		distribution: distribution,
		command:      command,
		home:         h.t.TempDir(),
	}
	// It prints local times without a zone. Wide, since some wrap their output.
	c.env = append([]string{"HOME=HOME", "TZ=UTC", "COLUMNS=1000", "NO_COLOR=1"}, env...)
	for i, line := range c.env {
		c.env[i] = strings.ReplaceAll(line, "=HOME", "="+c.home)
	}
	return c
}

// start starts its command.
func (c *otherClient) start(args ...string) *process {
	c.t.Helper()
	return c.startScript("elsewhere.py", append([]string{c.distribution, c.command}, args...)...)
}

// startScript starts a script of this folder with the client's Python.
func (c *otherClient) startScript(script string, args ...string) *process {
	c.t.Helper()
	python := []string{"PYTHONDONTWRITEBYTECODE=1", c.python, "-u", "clients/" + script, c.cloud.APIURL}
	return start(c.t, "env", slices.Concat(c.env, python, args)...)
}

// run runs the command to its end, which must be a good one.
func (c *otherClient) run(args ...string) string {
	c.t.Helper()
	return c.finished(c.start(args...))
}

func (c *otherClient) finished(p *process) string {
	c.t.Helper()
	if code := p.wait(); code != 0 {
		c.t.Fatalf("%s ended with %d:\n%s", c.command, code, strings.Join(tail(p.output(), 30), "\n"))
	}
	return strings.Join(p.output(), "\n")
}

// file is a file in its home.
func (c *otherClient) file(name string) string {
	c.t.Helper()
	text, err := os.ReadFile(filepath.Join(c.home, name))
	if err != nil {
		c.t.Fatal(err)
	}
	return string(text)
}

// write puts a file into its home.
func (c *otherClient) write(name, text string) {
	c.t.Helper()
	if err := os.WriteFile(filepath.Join(c.home, name), []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// allow consents on the page whose link a client printed, and returns the URL
// that it leads to.
func (c *otherClient) allow(person string, p *process) string {
	c.t.Helper()
	_, link, _ := strings.Cut(p.line("/oauth2_user/authorize2?"), c.cloud.APIURL)
	return c.consent(person, c.cloud.APIURL+strings.TrimRight(strings.Fields(link)[0], "&"))
}

// published is what this program publishes of a person.
type published struct {
	tree map[string]string
	base string
}

// value is the value of a key.
func (p published) value(key string) string { return p.tree[p.base+key] }

// publishes signs a person in, has this program publish once, and returns what
// is retained.
func (h *testbed) publishes(t *testing.T, person string) published {
	t.Helper()
	text, err := os.ReadFile(h.config)
	if err != nil {
		t.Fatal(err)
	}
	h.write(filepath.Base(h.config), strings.Replace(string(text), "[Alice, Bob]", "["+person+"]", 1))
	h.mosquitto()
	subscriber := h.subscribe()
	if code := h.login(person).wait(); code != 0 {
		t.Fatalf("login ended with %d", code)
	}
	if code := h.program("once").wait(); code != 0 {
		t.Fatalf("once ended with %d", code)
	}
	// A broker delivers in order: after this message there is nothing more.
	host, port, _ := strings.Cut(h.broker, ":")
	start(t, "mosquitto_pub", "-h", host, "-p", port, "-u", "vitals", "-P", "s3cret-broker", "-t", "vitals2mqtt/end",
		"-m", "end").wait()
	await(t, "the last message", func() bool { return subscriber.messages()["vitals2mqtt/end"] != "" })
	return published{subscriber.messages(), "vitals2mqtt/" + strings.ToLower(person) + "/"}
}
