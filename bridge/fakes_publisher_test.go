// SPDX-License-Identifier: MIT

package bridge_test

import (
	"bytes"
	"fmt"
)

// SetBuilt sets what can be built again, and checks that it is the same.
func (r *fakePublisher) SetBuilt(topic string, payload []byte, build func() []byte) {
	if again := build(); !bytes.Equal(again, payload) {
		payload = fmt.Appendf(nil, "built %s, and again as %s", payload, again)
	}
	r.Set(topic, payload)
}

// SendConfirmed confirms at once, in its own goroutine, as a connection does.
func (r *fakePublisher) SendConfirmed(topic string, payload []byte, confirmed func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.offline {
		return
	}
	r.sent = append(r.sent, topic+" "+string(payload))
	if r.withholdConfirmations {
		r.unconfirmed = append(r.unconfirmed, confirmed)
		return
	}
	r.confirming++
	go func() {
		confirmed()
		r.mu.Lock()
		defer r.mu.Unlock()
		r.confirming--
		r.notifyChanged()
	}()
}

// waitConfirmed waits until everything that was sent is confirmed.
func (r *fakePublisher) waitConfirmed() {
	for {
		r.mu.Lock()
		confirming, changed := r.confirming, r.changed
		r.mu.Unlock()
		if confirming == 0 {
			return
		}
		<-changed
	}
}
