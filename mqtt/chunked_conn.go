// SPDX-License-Identifier: MIT

package mqtt

import (
	"bufio"
	"net"
	"sync"
	"time"
)

const (
	// chunkSize is how many bytes are written at a time: a slow connection moves a
	// chunk well within chunkTimeout, a stalled one does not.
	chunkSize    = 8 << 10
	chunkTimeout = 10 * time.Second
	// minBytesPerSecond is the least throughput a connection must have. What it
	// buffers is accepted at once, and acknowledged only after it got through.
	minBytesPerSecond = 2 << 10
)

// chunkedConn is the connection to a broker. A deadline for a whole message
// would end every long one on a slow connection, so each chunk that is written
// has its own. It reads what has arrived at once: paho asks for a message in
// three parts, the first two of them bytes. It has one reader at a time.
type chunkedConn struct {
	net.Conn

	onProgress func() // called after each chunk that was written
	in         *bufio.Reader

	mu sync.Mutex // keeps the chunks of two messages apart
}

func newChunkedConn(conn net.Conn, onProgress func()) *chunkedConn {
	return &chunkedConn{Conn: conn, onProgress: onProgress, in: bufio.NewReader(conn)}
}

// Read implements net.Conn.
func (w *chunkedConn) Read(into []byte) (int, error) { return w.in.Read(into) }

// Write implements net.Conn.
func (w *chunkedConn) Write(data []byte) (written int, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for rest := data; len(rest) > 0; rest = data[written:] {
		if err := w.Conn.SetWriteDeadline(time.Now().Add(chunkTimeout)); err != nil {
			return written, err
		}
		n, err := w.Conn.Write(rest[:min(chunkSize, len(rest))])
		written += n
		if err != nil {
			return written, err
		}
		w.onProgress()
	}
	return written, w.Conn.SetWriteDeadline(time.Time{})
}

// SetWriteDeadline implements net.Conn; Write sets its own.
func (*chunkedConn) SetWriteDeadline(time.Time) error { return nil }
