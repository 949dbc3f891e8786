// SPDX-License-Identifier: MIT

package bridge

import "testing"

func TestOutboxSendsOneAtATime(t *testing.T) {
	t.Parallel()
	var o outbox
	if o.startNext() != nil {
		t.Error("an empty outbox has something to send")
	}
	o.add(&outboxEvent{payload: []byte("1")})
	o.add(&outboxEvent{payload: []byte("2")})
	first := o.startNext()
	if first == nil || string(first.payload) != "1" || o.startNext() != nil {
		t.Errorf("the first event is %v, or another one is sent with it", first)
	}
	if !o.confirm(first) || o.confirm(first) {
		t.Error("the first event is not confirmed exactly once")
	}
	if next := o.startNext(); next == nil || string(next.payload) != "2" {
		t.Errorf("the next event is %v", next)
	}
}

func TestFullOutboxKeepsTheOneBeingSent(t *testing.T) {
	t.Parallel()
	var o outbox
	for range maxOutbox {
		if o.add(&outboxEvent{}) != nil {
			t.Fatal("dropped too early")
		}
	}
	second := o.events[1]
	sending := o.startNext()
	if dropped := o.add(&outboxEvent{}); dropped != second || len(o.events) != maxOutbox || o.events[0] != sending {
		t.Errorf("%d events, %v was dropped", len(o.events), dropped)
	}
}
