// SPDX-License-Identifier: MIT

//go:build e2e

package browser_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"go.uber.org/goleak"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/e2e/browser"
)

// suite is what the tests share: one Chromium, in which each test has tabs of
// its own, and the programs of all views, which tests only read.
type suite struct {
	chromium *browser.Chromium
	programs *browser.Programs
	demo     string // the address of the demo
	axe      string // the script of axe-core
}

var shared suite //nolint:gochecknoglobals // started once, by TestMain

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	ctx := context.Background()
	stop, err := shared.start(ctx)
	code := 1
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "browser tests:", err)
	} else {
		code = m.Run()
	}
	if err := stop(ctx); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "browser tests:", err)
		return 1
	}
	if err := goleak.Find(); err != nil && code == 0 {
		_, _ = fmt.Fprintln(os.Stderr, "leaked goroutines:", err)
		return 1
	}
	return code
}

// start starts everything; stop must be called also after an error.
func (s *suite) start(ctx context.Context) (stop func(context.Context) error, err error) {
	var stops []func(context.Context) error
	stop = func(ctx context.Context) (err error) {
		for _, stop := range stops {
			err = errors.Join(err, stop(ctx))
		}
		return err
	}
	if s.axe, err = axe(ctx); err != nil {
		return stop, err
	}
	if s.chromium, err = browser.Start(ctx); err != nil {
		return stop, err
	}
	stops = append(stops, func(context.Context) error { s.chromium.Close(); return nil })
	if os.Getenv(installedVariable) != "" {
		return stop, nil // the only program is one that runs already
	}
	if s.programs, err = browser.StartPrograms(ctx, "../.."); err != nil {
		return stop, err
	}
	stops = append(stops, s.programs.Stop)
	s.demo = s.programs.Address(browser.View{State: browser.Demo})
	return stop, nil
}

// axe returns the script of axe-core, which it installs if need be.
func axe(ctx context.Context) (string, error) {
	install := exec.CommandContext(ctx, "bash", "axe")
	install.Stderr = os.Stderr
	path, err := install.Output()
	if err != nil {
		return "", fmt.Errorf("installing axe-core: %w", err)
	}
	script, err := os.ReadFile(strings.TrimSpace(string(path)))
	return string(script), err
}

// tab opens a tab that the end of the test closes.
func tab(t *testing.T, screen browser.Screen) *browser.Tab {
	t.Helper()
	opened, err := shared.chromium.Open(screen)
	clitest.Must(t, err)
	t.Cleanup(opened.Close)
	return opened
}

// visit opens an address in a tab of its own.
func visit(t *testing.T, screen browser.Screen, address string) *browser.Tab {
	t.Helper()
	opened := tab(t, screen)
	clitest.Must(t, opened.Go(address))
	return opened
}

// ask evaluates an expression in the page, with what inspect.js offers.
func ask[T any](t *testing.T, page *browser.Tab, expression string) T {
	t.Helper()
	value, err := browser.Ask[T](page, expression)
	clitest.Must(t, err)
	return value
}

// follow does something that leads to another page, and returns its HTTP status.
func follow(t *testing.T, page *browser.Tab, action chromedp.Action[chromedp.Void]) int {
	t.Helper()
	status, err := page.Follow(action)
	clitest.Must(t, err)
	return status
}

// none fails for each of the findings.
func none(t *testing.T, what string, findings []string) {
	t.Helper()
	for _, finding := range findings {
		t.Errorf("%s: %s", what, finding)
	}
}
