// SPDX-License-Identifier: MIT

package mqtt

import (
	"bytes"
	"crypto/sha256"
)

// content is what a topic should have. A large payload that can be built again
// is kept only until the broker has it.
type content struct {
	payload []byte // nil to be cleared, and when it can be built
	built   *builtPayload
}

// builtPayload is what remains of a payload that can be built again.
type builtPayload struct {
	size   int // in bytes
	digest [sha256.Size]byte
	build  func() []byte
}

// newContent returns a payload; build is nil if it cannot be built again. An
// empty one is to be cleared.
func newContent(payload []byte, build func() []byte) content {
	switch {
	case len(payload) == 0:
		return content{}
	case build == nil:
		return content{payload: payload}
	}
	return content{payload, &builtPayload{len(payload), sha256.Sum256(payload), build}}
}

// size is that of the payload in bytes, 0 to be cleared.
func (c content) size() int {
	if c.built != nil {
		return c.built.size
	}
	return len(c.payload)
}

func (c content) isCleared() bool { return c.size() == 0 }

// is reports whether this is the payload.
func (c content) is(payload []byte) bool {
	switch {
	case len(payload) != c.size():
		return false
	case c.built != nil:
		return sha256.Sum256(payload) == c.built.digest
	}
	return bytes.Equal(payload, c.payload)
}

// whole returns the payload, nil to be cleared.
func (c content) whole() []byte {
	if c.payload == nil && c.built != nil {
		return c.built.build()
	}
	return c.payload
}

// release drops a payload that can be built again.
func (c *content) release() {
	if c.built != nil {
		c.payload = nil
	}
}
