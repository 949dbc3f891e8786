// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// testbed is the stripped program, a simulated cloud in another process, and the
// tokens of two people.
type testbed struct {
	module     string
	folder     string
	binary     string
	progress   io.Writer
	brokerName string
	cloud      *cloud   // nil until signIn
	awake      *process // nil until stayAwake
	tokens     string   // a state folder that holds nothing but tokens
	files      int      // made so far, for their names
	began      time.Time

	canAskEverything map[string]bool // by binary: it has the setting withings.polling
}

// people are those of the simulator.
var people = [...]string{"Alice", "Bob"} //nolint:gochecknoglobals // there are no constant arrays

// newTestbed builds the program, and nothing else yet.
func newTestbed(ctx context.Context, progress io.Writer) (_ *testbed, err error) {
	module, err := moduleFolder(ctx)
	if err != nil {
		return nil, err
	}
	h := &testbed{
		module: module, progress: progress, brokerName: brokerName(ctx), began: time.Now(),
		canAskEverything: map[string]bool{},
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.close(ctx))
		}
	}()
	if h.folder, err = os.MkdirTemp("", "vitals2mqtt-perf-"); err != nil {
		return nil, fmt.Errorf("making a folder: %w", err)
	}
	h.binary = filepath.Join(h.folder, "vitals2mqtt")
	args := []string{"build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", h.binary, "."}
	build := exec.CommandContext(ctx, "go", args...) //nolint:gosec // ours
	build.Dir, build.Env = module, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, out)
	}
	return h, nil
}

// signIn starts the simulated cloud and signs all its people in, once. The cloud
// serves the measurements after this one as well, and ends with the testbed.
func (h *testbed) signIn(ctx context.Context) (err error) {
	if h.tokens != "" {
		return nil
	}
	lasting := context.WithoutCancel(ctx)
	if h.cloud, err = h.startCloud(lasting, peopleCloud); err != nil {
		return err
	}
	if h.tokens, err = h.signedIn(ctx); err != nil { // the next measurement tries again
		err = errors.Join(err, h.cloud.close(lasting))
		h.cloud = nil
	}
	return err
}

// signedIn signs the people in, and returns the folder of their tokens.
func (h *testbed) signedIn(ctx context.Context) (tokens string, err error) {
	// How much a poll reads depends on the sleep of the last hours: both have
	// just woken up, which is the most there can be.
	for _, name := range people {
		if err := h.cloud.control(ctx, "night", `{"person":"`+name+`"}`); err != nil {
			return "", err
		}
	}
	visit, err := h.newInstallation(ctx, h.binary, options{cloud: h.cloud, broker: "127.0.0.1:1", names: people[:]})
	if err != nil {
		return "", err
	}
	for _, name := range people {
		if err := h.login(ctx, visit, name); err != nil {
			return "", fmt.Errorf("signing %s in: %w", name, err)
		}
	}
	return filepath.Join(visit.state, "tokens"), nil
}

func (h *testbed) close(ctx context.Context) (err error) {
	ctx = context.WithoutCancel(ctx)
	if h.cloud != nil {
		err = h.cloud.close(ctx)
	}
	return errors.Join(err, h.sleep(ctx), os.RemoveAll(h.folder))
}

// say prints a line of progress, with the time since the start.
func (h *testbed) say(format string, args ...any) {
	since := time.Since(h.began).Round(time.Second)
	_, _ = fmt.Fprintf(h.progress, "%6s  %s\n", since, fmt.Sprintf(format, args...))
}

// moduleFolder is where go.mod is.
func moduleFolder(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("run it inside the repository: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

// freePort is a loopback address on which nothing listens.
func freePort(ctx context.Context) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}
