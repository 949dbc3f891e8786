// SPDX-License-Identifier: MIT

package mqtt

// changeSignal announces that Status has changed. Its receiver looks at it once,
// however often it was raised.
type changeSignal chan struct{}

func newChangeSignal() changeSignal { return make(changeSignal, 1) }

// raise announces a change. It does not block, and a nil signal does nothing.
func (s changeSignal) raise() {
	select {
	case s <- struct{}{}:
	default: // already announced, or nobody listens
	}
}
