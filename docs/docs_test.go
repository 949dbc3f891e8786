// SPDX-License-Identifier: MIT

// Package docs_test runs the commands of the guides, and compares the names in
// them with the program.
package docs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"vitals2mqtt/cli"
	"vitals2mqtt/find"
)

// TestMain runs vitals2mqtt itself when a guide calls it, and replaces the
// tools that this machine lacks. Garbage is collected seldom: see clitest.Main.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	commands := map[string]func(){"vitals2mqtt": runProgram}
	for name, play := range fakeTools() {
		_, missing := exec.LookPath(name)
		if missing != nil || os.Getenv("V2M_STANDINS") != "" || filepath.Base(os.Args[0]) == name {
			commands[name] = play
		}
	}
	testscript.Main(leakCheck{m}, commands)
}

func runProgram() {
	example, err := os.ReadFile(os.Getenv("EXAMPLE"))
	if err != nil {
		panic(err)
	}
	p := cli.Program{
		Version: "0.0-test", Example: example, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Environ: os.Environ(),
		BrokerFinders: []find.Finder{}, // only the test's broker
	}
	p.Timing.Delivery, p.Timing.Echo = waitTimeout, waitTimeout
	os.Exit(p.Run(os.Args[1:]))
}

// guides are the pages whose blocks are run.
func guides() []string {
	return []string{
		"../README.md", "../CONTRIBUTING.md", "../SECURITY.md", "../CHANGELOG.md",
		"home-assistant.md", "node-red.md", "mqtt.md", "push.md", "migration.md", "metrics.md", "topics.md", "sensors.md",
		"configuration.md", "doctor.md", "simulator.md", "statistics.md", "history.md", "api.md",
		"mirror.md", "export.md", "report.md", "backup.md", "page.md", "setup.md", "security.md",
		mapPage, "install.md", "verify.md", "portal.md", "sign-in.md", "troubleshooting.md", "upgrade.md", "faq.md", "comparison.md",
	}
}

// check tests a block of one kind.
type check func(t *testing.T, s *harness, b block)

// checks are the kinds of blocks by the words after the fence. A block of any
// other kind fails, so that every block of a guide is tested.
func checks() map[string]check {
	return map[string]check{
		"sh":            checkShell,        // runs beside a daemon, exit code 0 or exit=N
		"sh stream":     checkStream,       // runs until it has printed something, then Ctrl-C
		"sh login":      checkLogin,        // waits for consent in a browser
		"sh paste":      checkPaste,        // the same by paste
		"sh init":       checkInit,         // the first command of all
		"yaml fill":     checkFill,         // goes into the file of init
		"sh ci":         checkContinuously, // .ci/run runs it
		"sh simulate":   checkSimulate,
		"sh control":    checkControl,
		"sh api":        checkAPI,
		"sql":           func(*testing.T, *harness, block) {}, // run in history/
		"sh archive":    checkArchive,
		"sh statistics": checkStatistics, // with a Home Assistant
		"sh verify":     checkVerify,     // with a release
		"sh systemd":    checkSystemd,
		"sh debian":     checkDebian,
		"sh service":    checkService,
		"sh container":  checkContainer,
		"sh compose":    checkCompose,
		"text":          func(*testing.T, *harness, block) {},
		// Registered in the developer portal: the cloud accepts only these callbacks.
		"text registered": func(*testing.T, *harness, block) {},
		"json":            checkJSON,

		"yaml config":                    checkConfig,
		"yaml home-assistant dashboard":  checkDashboard,
		"yaml home-assistant automation": checkAutomation,
		"yaml traefik":                   checkTraefik,
		"yaml cloudflared":               checkTunnel,
		"caddy":                          checkCaddy,
		"nginx":                          checkNginx,
		"toml telegraf":                  checkTelegraf,
	}
}

func TestGuides(t *testing.T) {
	t.Parallel()
	known := checks()
	for _, path := range guides() {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			page := read(t, path)
			s := &harness{t: t, page: page, startEmpty: strings.HasPrefix(path, "..")}
			for _, b := range page.blocks {
				kind, found := known[b.kind]
				if !found {
					t.Errorf("%s:%d: there is no check for blocks of the kind %q", path, b.line, b.kind)
					continue
				}
				kind(t, s, b)
			}
		})
	}
}

// TestEveryPageIsListed finds new guides that are not tested.
func TestEveryPageIsListed(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	// Results of measurements and lists of tests, for developers.
	others := []string{"performance.md", "interoperability.md", "reliability.md"}
	for _, path := range pages {
		if !slices.Contains(guides(), path) && !slices.Contains(others, path) {
			t.Errorf("%s is not in guides: its blocks are not tested", path)
		}
	}
}
