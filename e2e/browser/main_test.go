//go:build e2e

package browser_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"go.uber.org/goleak"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/e2e/browser"
	"vitals2mqtt/web"
)

// suite is what the tests share: one Chromium, in which each test has tabs of
// its own, and one demo, which tests only read.
type suite struct {
	chromium *browser.Chromium
	demo     string // its address
	cloud    string // that of its cloud
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
	demo := clitest.Launch(nil, "demo", "--seed=1") //nolint:contextcheck // interrupted, as a person would
	stops = append(stops, func(ctx context.Context) error {
		demo.Interrupts <- os.Interrupt
		_, err := demo.Wait(ctx)
		return err
	})
	for name, address := range map[string]*string{"page": &s.demo, "cloud": &s.cloud} {
		line, err := demo.Stdout.WaitForLine(ctx, name+"  ")
		if err != nil {
			return stop, fmt.Errorf("%w\n%s", err, demo.Stderr)
		}
		*address = strings.Trim(strings.TrimPrefix(line, name), " /")
	}
	return stop, waitForValues(ctx, s.demo)
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

// waitForValues waits until a program shows values of everybody, and has read
// their past.
func waitForValues(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute) // years of history, on a machine with other work
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for !hasValues(ctx, address) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("waiting for the values of everybody at %s: %w", address, ctx.Err())
		}
	}
	return nil
}

func hasValues(ctx context.Context, address string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/api/overview", http.NoBody)
	if err != nil {
		return false
	}
	reply, err := clitest.Browser().Do(request)
	if err != nil {
		return false
	}
	defer func() { _ = reply.Body.Close() }()
	var overview web.Overview
	err = json.NewDecoder(reply.Body).Decode(&overview)
	return err == nil && len(overview.Profiles) > 0 && !slices.ContainsFunc(overview.Profiles, func(p web.Profile) bool {
		return !p.HistoryRead || len(p.Values) == 0
	})
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
