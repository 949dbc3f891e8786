// SPDX-License-Identifier: MIT

package mirror

import "vitals2mqtt/transfer"

// The size of a request: what the databases recommend, and little enough to be
// kept in memory twice.
const (
	maxLines = 5000
	maxBytes = 1 << 20
)

// batch are lines that are sent together, and the sequence number of the last
// change in them.
type batch struct {
	body     []byte
	lines    int
	sequence int64
}

func (b *batch) isFull() bool { return b.lines >= maxLines || len(b.body) >= maxBytes }

// add adds the line of a change, if it makes one.
func (b *batch) add(line transfer.LineProtocol, change Change) {
	length := len(b.body)
	if b.body = line.Append(b.body, change.Item); len(b.body) > length {
		b.lines++
	}
	b.sequence = change.Sequence
}

func (b *batch) reset() { b.body, b.lines = b.body[:0], 0 }
