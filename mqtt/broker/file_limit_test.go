// SPDX-License-Identifier: MIT

//go:build unix

package broker

import (
	"net"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/rs/zerolog"
)

// The broker recovers from connections that use up all file descriptors. The
// test runs in a process of its own because of the limit.
func TestBrokerSurvivesTheFileLimit(t *testing.T) {
	t.Parallel()
	if os.Getenv("FILE_LIMIT_CHILD") == "" {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestBrokerSurvivesTheFileLimit$", "-test.v")
		child.Env = append(os.Environ(), "FILE_LIMIT_CHILD=1")
		if out, err := child.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	b, err := Start(Options{Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	limit := &syscall.Rlimit{Cur: 64, Max: 64}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, limit); err != nil {
		t.Fatal(err)
	}
	var dialer net.Dialer
	var idle []net.Conn
	for {
		conn, err := dialer.DialContext(t.Context(), "tcp", b.Addr())
		if err != nil {
			break
		}
		idle = append(idle, conn)
	}
	for err = nil; err == nil; { // until the broker has noticed too
		_, err = b.Failing()
		if len(idle) > 0 && err == nil { // its last connection may have used the last file
			_ = idle[0].Close()
			idle = idle[1:]
			if conn, err := dialer.DialContext(t.Context(), "tcp", b.Addr()); err == nil {
				idle = append(idle, conn)
			}
		}
	}
	t.Logf("the broker reports %v", err)
	for _, conn := range idle {
		_ = conn.Close()
	}
	conn, err := dialer.DialContext(t.Context(), "tcp", b.Addr())
	if err != nil {
		t.Fatal(err)
	}
	connect(t, conn, "a")
	ping(t, conn)
	_ = conn.Close()
	if err := b.Close(); err != nil {
		t.Error(err)
	}
}
