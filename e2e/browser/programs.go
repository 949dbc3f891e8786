// SPDX-License-Identifier: MIT

package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"vitals2mqtt/cli"
	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/web"
)

// Programs are the programs whose pages are opened: one for each state in which
// somebody meets the page. Their owner stops them.
type Programs struct {
	addresses map[State]string
	cloud     string
	stops     []func(context.Context) error
}

// StartPrograms starts the programs and waits until the demo shows the values of
// everybody, and has read their past. The folder is that of the repository.
func StartPrograms(ctx context.Context, repository string) (*Programs, error) {
	p := &Programs{addresses: map[State]string{}}
	err := p.startDemo(ctx)
	if err == nil {
		err = p.startLocked(ctx)
	}
	if err == nil {
		err = p.startNew(ctx, repository)
	}
	if err == nil {
		err = waitFor(ctx, "the values of everybody", func() bool { return hasValues(ctx, p.addresses[Demo]) })
	}
	if err != nil {
		return nil, errors.Join(err, p.Stop(ctx))
	}
	return p, nil
}

// Address is where a view is.
func (p *Programs) Address(view View) string { return p.addresses[view.State] + view.Path }

// Cloud is the address of the demo's simulated cloud.
func (p *Programs) Cloud() string { return p.cloud }

// Stop stops the programs, the last started first.
func (p *Programs) Stop(ctx context.Context) (err error) {
	for _, stop := range slices.Backward(p.stops) {
		err = errors.Join(err, stop(ctx))
	}
	return err
}

// launch starts a program, which set may change.
func (p *Programs) launch(set func(*cli.Program), args ...string) *clitest.Process {
	program := clitest.Launch(set, args...)
	p.stops = append(p.stops, func(ctx context.Context) error {
		program.Interrupts <- os.Interrupt
		_, err := program.Wait(ctx)
		return err
	})
	return program
}

func (p *Programs) startDemo(ctx context.Context) error {
	demo := p.launch(nil, "demo", "--seed=1", "--speed=0.0001") //nolint:contextcheck // ended by a signal, as by a person
	address := func(name string) (string, error) {
		line, err := demo.Stdout.WaitForLine(ctx, name+"  ")
		if err != nil {
			return "", fmt.Errorf("%w\n%s", err, demo.Stderr)
		}
		return strings.Trim(strings.TrimPrefix(line, name), " /"), nil
	}
	var err error
	if p.addresses[Demo], err = address("page"); err == nil {
		p.cloud, err = address("cloud")
	}
	return err
}

// startLocked starts a program whose page has a password.
func (p *Programs) startLocked(ctx context.Context) error {
	harness, err := clitest.New() //nolint:contextcheck // its Stop ends it
	if err != nil {
		return err
	}
	p.stops = append(p.stops, func(context.Context) error { return harness.Stop() })
	folder, listen, err := p.place(ctx)
	if err != nil {
		return err
	}
	file := filepath.Join(folder, "config.yaml")
	text := harness.Config("[Alice, Bob]", "all", "web: {listen: "+listen+", password: "+Password+"}")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return err
	}
	p.launch(nil, "--config", file, "run") //nolint:contextcheck // ended by a signal, as by a person
	p.addresses[Locked] = "http://" + listen
	return p.waitForPage(ctx, Locked)
}

// startNew starts a program that has no configuration yet.
func (p *Programs) startNew(ctx context.Context, repository string) error {
	example, err := os.ReadFile(filepath.Join(repository, "config.example.yaml")) //nolint:gosec // that of the program
	if err != nil {
		return err
	}
	folder, listen, err := p.place(ctx)
	if err != nil {
		return err
	}
	//nolint:contextcheck // ended by a signal, as by a person
	p.launch(func(program *cli.Program) {
		program.Example = example
		program.Environ = []string{"V2M_WEB_LISTEN=" + listen, "V2M_STATE_DIR=" + filepath.Join(folder, "state")}
	}, "--config", filepath.Join(folder, "config.yaml"), "run")
	p.addresses[New] = "http://" + listen
	return p.waitForPage(ctx, New)
}

// place returns an empty folder, which is removed at the end, and an address of
// this machine on which nothing listens.
func (p *Programs) place(ctx context.Context) (folder, listen string, err error) {
	if folder, err = os.MkdirTemp("", "vitals2mqtt-browser-"); err != nil {
		return "", "", err
	}
	p.stops = append(p.stops, func(context.Context) error { return os.RemoveAll(folder) })
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", "", err
	}
	return folder, listener.Addr().String(), listener.Close()
}

func (p *Programs) waitForPage(ctx context.Context, state State) error {
	return waitFor(ctx, "the page "+string(state), func() bool {
		reply, err := get(ctx, p.addresses[state]+"/healthz")
		return err == nil && reply.Body.Close() == nil
	})
}

// hasValues reports whether a program shows values of everybody, and has read
// their past.
func hasValues(ctx context.Context, address string) bool {
	reply, err := get(ctx, address+"/api/overview")
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

func get(ctx context.Context, address string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	return clitest.Browser().Do(request)
}

// waitFor waits until a condition holds: reading years of history takes a while
// on a machine with other work.
func waitFor(ctx context.Context, what string, condition func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for !condition() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w", what, ctx.Err())
		}
	}
	return nil
}
