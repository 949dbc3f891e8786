//go:build unix

package cli_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestSystemdIsTold plays systemd: it hears of the start, of signs of life, of a
// reload and of the end, and nothing about anybody.
func TestSystemdIsTold(t *testing.T) {
	folder := t.TempDir()
	socket := filepath.Join(folder, "notify")
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	must(t, err)
	t.Cleanup(func() { _ = manager.Close() })
	t.Setenv("NOTIFY_SOCKET", socket)
	t.Setenv("WATCHDOG_USEC", "20000")
	o := outsideFor(t)
	path := filepath.Join(folder, "config.yaml")
	o.configuration(t, path, o.broker.URL(), "[Alice]", "all")

	daemon := start(t, "--config", path, "run")
	hears(t, manager, "READY=1\nSTATUS=1 profiles")
	hears(t, manager, "WATCHDOG=1")
	hears(t, manager, "WATCHDOG=1")
	o.configuration(t, path, o.broker.URL(), "[Alice, Bob]", "all")
	hears(t, manager, "RELOADING=1\nMONOTONIC_USEC=")
	hears(t, manager, "READY=1\nSTATUS=2 profiles")
	hears(t, manager, "WATCHDOG=1")
	daemon.interrupts <- os.Interrupt
	hears(t, manager, "STOPPING=1")
	daemon.ends(t, 0)
}

// hears waits for a message that begins as wanted; only signs of life may come
// before it.
func hears(t *testing.T, manager *net.UnixConn, want string) {
	t.Helper()
	must(t, manager.SetReadDeadline(time.Now().Add(patience))) // clock: a deadline of a real socket
	message := make([]byte, 4096)
	for {
		n, err := manager.Read(message)
		if err != nil {
			t.Fatalf("waiting for %q: %v", want, err)
		}
		got := string(message[:n])
		switch {
		case strings.Contains(got, "Alice"):
			t.Fatalf("heard %q, which names somebody", got)
		case strings.HasPrefix(got, want):
			return
		case got != "WATCHDOG=1":
			t.Fatalf("heard %q, want %q", got, want)
		}
	}
}
