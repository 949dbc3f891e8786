package mqtt

import (
	"net"
	"sync"
	"time"
)

const (
	// chunkSize is how much is written at a time, in bytes: a slow line moves it well
	// within writeTime, and a line that is stuck does not.
	chunkSize = 8 << 10
	// chunkTimeout bounds the writing of one chunk.
	chunkTimeout = 10 * time.Second
	// minBytesPerSecond is what a line must carry at least, in bytes per second. What it
	// buffers is taken at once, and confirmed only when it has gone through.
	minBytesPerSecond = 2 << 10
)

// chunkedConn is the connection to a broker. Time that is given to a whole message
// would end every long one on a slow line, so each piece has its own.
type chunkedConn struct {
	net.Conn

	onProgress func() // is called when something got through

	mu sync.Mutex // pieces of two messages must not mix
}

// Write implements net.Conn.
func (w *chunkedConn) Write(data []byte) (written int, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for piece := data; len(piece) > 0; piece = data[written:] {
		if err := w.Conn.SetWriteDeadline(time.Now().Add(chunkTimeout)); err != nil {
			return written, err
		}
		n, err := w.Conn.Write(piece[:min(chunkSize, len(piece))])
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
