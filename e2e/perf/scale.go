package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

// scaleResult is what one number of profiles costs.
type scaleResult struct {
	profiles   int
	restart    time.Duration // CPU of a start with state, first polls included
	handshakes float64       // a poll
	idleStop   time.Duration // SIGTERM to exit, when nothing was under way
	busyStop   time.Duration // the same during the first polls
}

// scale measures the cost of many profiles, for each number of them; stops
// omits what takes long.
func scale(ctx context.Context, counts []string, stops bool, out, progress io.Writer) (err error) {
	h, err := newBuildOnlyTestbed(ctx, progress)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	_, _ = fmt.Fprint(out, machine(h.brokerName)+"\n"+
		"| profiles | CPU of a restart, first polls included | TLS handshakes a poll | SIGTERM to exit, idle "+
		"| SIGTERM to exit, during the first polls |\n"+
		"| --- | --- | --- | --- | --- |\n")
	for _, count := range counts {
		n, err := strconv.Atoi(count)
		if err != nil || n < 1 {
			return fmt.Errorf("invalid number of profiles %q", count)
		}
		_, _ = fmt.Fprintf(progress, "%d profiles …\n", n)
		s, err := h.measureScale(ctx, n, stops)
		if err != nil {
			return fmt.Errorf("%d profiles: %w", n, err)
		}
		if stops {
			_, _ = fmt.Fprintf(out, "| %d | – | – | – | %.2f s |\n", s.profiles, s.busyStop.Seconds())
			continue
		}
		_, _ = fmt.Fprintf(out, "| %d | %.2f s | %.2f | %.2f s | %.2f s |\n",
			s.profiles, s.restart.Seconds(), s.handshakes, s.idleStop.Seconds(), s.busyStop.Seconds())
	}
	return nil
}

// measureScale fills the state folder of n profiles, and starts and stops them.
func (h *testbed) measureScale(ctx context.Context, n int, stops bool) (s scaleResult, err error) {
	s.profiles = n
	c, err := newBulkCloud(ctx, h.folder, 0)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	var broker subscribedBroker
	stopBroker, err := broker.startBroker(ctx, h)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, stopBroker(ctx)) }()
	at, err := h.newLargeInstallation(ctx, c, broker.address, n)
	if err != nil {
		return s, err
	}
	if _, s.busyStop, err = h.runOnce(ctx, c, at, n/2); err != nil || stops { // with no state but tokens
		return s, err
	}
	if _, _, err = h.runOnce(ctx, c, at, n); err != nil {
		return s, err
	}
	handshakes, polls := c.handshakes.Load(), c.polls.Load()
	s.restart, s.idleStop, err = h.runOnce(ctx, c, at, n)
	s.handshakes = float64(c.handshakes.Load()-handshakes) / float64(c.polls.Load()-polls)
	return s, err
}

// runOnce starts the daemon, waits until it has fetched the devices of that
// many profiles, and, when that is all, until it is idle. It returns the CPU
// time until then, and how long the shutdown took.
func (h *testbed) runOnce(
	ctx context.Context, c *bulkCloud, at installation, many int,
) (cpu, stop time.Duration, err error) {
	before, all := c.deviceLists.Load(), many == at.profiles
	p, err := start(ctx, "env", "SSL_CERT_FILE="+c.certFile, h.binary, "--config", at.config, "run")
	if err != nil {
		return 0, 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Minute)
	defer cancel()
	for c.deviceLists.Load()-before < int64(many) && err == nil {
		err = sleepContext(ctx, time.Millisecond)
	}
	if all && err == nil {
		cpu, err = awaitIdle(ctx, p)
	}
	asked := time.Now()
	err = errors.Join(err, p.stopWithin(ctx, 20*time.Minute))
	return cpu, time.Since(asked), err
}

// awaitIdle waits until a process is nearly idle for two seconds, and
// returns the CPU time it has used.
func awaitIdle(ctx context.Context, p *process) (time.Duration, error) {
	last, err := cpuTime(p.pid())
	for err == nil {
		if err = sleepContext(ctx, 2*time.Second); err != nil {
			return 0, p.failure("does not become idle")
		}
		now, failed := cpuTime(p.pid())
		if failed == nil && now-last < 20*time.Millisecond {
			return now, nil
		}
		last, err = now, failed
	}
	return 0, err
}

// newLargeInstallation is an installation of n profiles, all signed in.
func (h *testbed) newLargeInstallation(ctx context.Context, c *bulkCloud, broker string, n int) (installation, error) {
	h.installations++
	folder := filepath.Join(h.folder, fmt.Sprintf("home-%d", h.installations))
	at := installation{config: filepath.Join(folder, "config.yaml"), state: filepath.Join(folder, "state"), profiles: n}
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("person%d", i)
	}
	text := fmt.Sprintf(`withings:
  client_id: perf
  client_secret: perf
  api_url: %s
  account_url: %s
  schedule: "@every 12h"
  requests_per_minute: 100000
  profiles: [%s]
mqtt: {url: "mqtt://%s"}
web: {enabled: false}
state_dir: %s
`, c.url, c.url, strings.Join(names, ", "), broker, at.state)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return installation{}, err
	}
	if err := os.WriteFile(at.config, []byte(text), 0o600); err != nil {
		return installation{}, err
	}
	store, err := tokenstore.New(at.state)
	if err != nil {
		return installation{}, err
	}
	for i, name := range names {
		err := store.Save(ctx, name, withings.Token{
			UserID:  strconv.Itoa(1000 + i),
			Access:  secret.New("access-" + name),
			Refresh: secret.New("refresh-" + name),
			Expiry:  time.Now().Add(24 * time.Hour),
			Scopes:  []string{"user.info", "user.metrics", "user.activity"},
		})
		if err != nil {
			return installation{}, err
		}
	}
	return at, nil
}
