package mqtt

import (
	"net"
	"sync"
	"time"
)

const (
	// chunk is how much is written at a time, in bytes: a slow line moves it well
	// within writeTime, and a line that is stuck does not.
	chunk = 8 << 10
	// writeTime bounds the writing of one chunk.
	writeTime = 10 * time.Second
	// slowest is what a line must carry at least, in bytes per second. What it
	// buffers is taken at once, and confirmed only when it has gone through.
	slowest = 2 << 10
)

// wire is the connection to a broker. Time that is given to a whole message
// would end every long one on a slow line, so each piece has its own.
type wire struct {
	net.Conn

	moved func() // is called when something got through

	mu sync.Mutex // pieces of two messages must not mix
}

// Write implements net.Conn.
func (w *wire) Write(data []byte) (written int, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for piece := data; len(piece) > 0; piece = data[written:] {
		if err := w.Conn.SetWriteDeadline(time.Now().Add(writeTime)); err != nil {
			return written, err
		}
		n, err := w.Conn.Write(piece[:min(chunk, len(piece))])
		written += n
		if err != nil {
			return written, err
		}
		w.moved()
	}
	return written, w.Conn.SetWriteDeadline(time.Time{})
}

// SetWriteDeadline implements net.Conn; Write sets its own.
func (*wire) SetWriteDeadline(time.Time) error { return nil }
