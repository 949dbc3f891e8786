// SPDX-License-Identifier: MIT

//go:build unix

package daemon_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/cli/clitest"
)

// systemd is notified of the start, keep-alives, a reload and the stop, without
// the names of profiles.
func TestSystemdNotifications(t *testing.T) {
	folder := t.TempDir()
	socket := filepath.Join(folder, "notify")
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	clitest.Must(t, err)
	t.Cleanup(func() { _ = manager.Close() })
	t.Setenv("NOTIFY_SOCKET", socket)
	t.Setenv("WATCHDOG_USEC", "20000")
	o := clitest.Start(t)
	path := filepath.Join(folder, "config.yaml")
	clitest.WriteFile(t, path, o.Config("[Alice]", "all"))

	daemon := clitest.StartProgram(t, "--config", path, "run")
	expectNotification(t, manager, "READY=1\nSTATUS=1 profile")
	expectNotification(t, manager, "WATCHDOG=1")
	expectNotification(t, manager, "WATCHDOG=1")
	clitest.WriteFile(t, path, o.Config("[Alice, Bob]", "all"))
	expectNotification(t, manager, "RELOADING=1\nMONOTONIC_USEC=")
	expectNotification(t, manager, "READY=1\nSTATUS=2 profiles")
	expectNotification(t, manager, "WATCHDOG=1")
	daemon.Interrupts <- os.Interrupt
	expectNotification(t, manager, "STOPPING=1")
	daemon.ExpectExit(t, 0)
}

// expectNotification waits for a message with a prefix; only keep-alives may
// come before it.
func expectNotification(t *testing.T, manager *net.UnixConn, want string) {
	t.Helper()
	clitest.Must(t, manager.SetReadDeadline(time.Now().Add(clitest.WaitTimeout))) // clock: a deadline of a real socket
	message := make([]byte, 4096)
	for {
		n, err := manager.Read(message)
		if err != nil {
			t.Fatalf("waiting for %q: %v", want, err)
		}
		got := string(message[:n])
		switch {
		case strings.Contains(got, "Alice"):
			t.Fatalf("got %q, which names a profile", got)
		case strings.HasPrefix(got, want):
			return
		case got != "WATCHDOG=1":
			t.Fatalf("got %q, want %q", got, want)
		}
	}
}
