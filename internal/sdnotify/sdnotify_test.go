// SPDX-License-Identifier: MIT

//go:build unix

package sdnotify_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"vitals2mqtt/internal/sdnotify"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The library reads the environment of the process, so these tests are serial.

func TestNotificationsReachSocket(t *testing.T) { //nolint:paralleltest // listen sets the environment
	manager := listen(t)
	for _, row := range []struct {
		name string
		tell func() error
		want string
	}{
		{"ready", func() error { return sdnotify.Ready("") }, `^READY=1$`},
		{"ready with a status", func() error { return sdnotify.Ready("2 profiles") }, `^READY=1\nSTATUS=2 profiles$`},
		{
			"status with two lines", func() error { return sdnotify.Ready("two\nSTOPPING=1") },
			`^READY=1\nSTATUS=two STOPPING=1$`,
		},
		{"reloading", sdnotify.Reloading, `^RELOADING=1\nMONOTONIC_USEC=[1-9][0-9]*\n?$`},
		{"stopping", sdnotify.Stopping, `^STOPPING=1$`},
	} {
		if err := row.tell(); err != nil {
			t.Errorf("%s: %v", row.name, err)
		}
		if got := read(t, manager); !regexp.MustCompile(row.want).MatchString(got) {
			t.Errorf("%s: %q, want %s", row.name, got, row.want)
		}
	}
}

func TestNoSocketIsNoError(t *testing.T) {
	t.Setenv("NOTIFY_SOCKET", "")
	t.Setenv("WATCHDOG_USEC", "")
	asked := false
	err := errors.Join(sdnotify.Ready("x"), sdnotify.Reloading(), sdnotify.Stopping(),
		sdnotify.RunWatchdog(t.Context(), func() bool { asked = true; return true }))
	if err != nil || asked {
		t.Error(err, asked)
	}
}

func TestUnreachableSocketFails(t *testing.T) {
	t.Setenv("NOTIFY_SOCKET", filepath.Join(t.TempDir(), "gone"))
	if err := sdnotify.Ready(""); err == nil {
		t.Error("a message without a receiver is no error")
	}
}

// A keep-alive is sent at once and after each half interval, and none when not
// alive.
func TestWatchdogNotifiesWhileAlive(t *testing.T) {
	manager := listen(t)
	t.Setenv("WATCHDOG_USEC", "2000")
	t.Setenv("WATCHDOG_PID", strconv.Itoa(os.Getpid()))
	var asked atomic.Int64
	dead := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- sdnotify.RunWatchdog(ctx, func() bool {
			switch asked.Add(1) {
			case 1, 2, 3:
				return true
			case 6:
				close(dead)
			}
			return false
		})
	}()
	for range 3 {
		if got := read(t, manager); got != "WATCHDOG=1" {
			t.Errorf("%q, want a keep-alive", got)
		}
	}
	<-dead
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := sdnotify.Stopping(); err != nil {
		t.Error(err)
	}
	if got := read(t, manager); got != "STOPPING=1" {
		t.Errorf("%q was sent although not alive", got)
	}
}

func TestWatchdogInterval(t *testing.T) { //nolint:paralleltest // t.Setenv
	for _, row := range []struct {
		usec, pid string
		want      time.Duration
		bad       bool
	}{
		{"", "", 0, false},
		{"120000000", "", 2 * time.Minute, false},
		{"120000000", "1", 0, false}, // another process, such as our parent
		{"soon", "", 0, true},
		{"-1", "", 0, true},
	} {
		t.Setenv("WATCHDOG_USEC", row.usec)
		t.Setenv("WATCHDOG_PID", row.pid)
		if got, err := sdnotify.WatchdogInterval(); got != row.want || (err != nil) != row.bad {
			t.Errorf("%q, %q: %s, %v", row.usec, row.pid, got, err)
		}
	}
	if err := sdnotify.RunWatchdog(t.Context(), nil); err == nil {
		t.Error("an invalid interval is no error")
	}
}

// listen is systemd's end of the socket.
func listen(t *testing.T) *net.UnixConn {
	t.Helper()
	path := filepath.Join(t.TempDir(), "notify")
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = manager.Close() })
	t.Setenv("NOTIFY_SOCKET", path)
	return manager
}

// clock: a deadline of a real socket
func read(t *testing.T, manager *net.UnixConn) string {
	t.Helper()
	if err := manager.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	message := make([]byte, 4096)
	n, err := manager.Read(message)
	if err != nil {
		t.Fatal(err)
	}
	return string(message[:n])
}
