package bridge

import "testing"

func TestOutboxSendsOneAtATime(t *testing.T) {
	t.Parallel()
	var o outbox
	if o.startNext() != nil {
		t.Error("an empty outbox has something to send")
	}
	o.add([]byte("1"))
	o.add([]byte("2"))
	first := o.startNext()
	if first == nil || string(first.Payload) != "1" || o.startNext() != nil {
		t.Errorf("the first event is %v, or another one is sent with it", first)
	}
	if !o.confirm(first) || o.confirm(first) {
		t.Error("the first event is not confirmed exactly once")
	}
	if next := o.startNext(); next == nil || string(next.Payload) != "2" {
		t.Errorf("the next event is %v", next)
	}
}

func TestFullOutboxKeepsTheOneBeingSent(t *testing.T) {
	t.Parallel()
	var o outbox
	for range maxOutbox {
		if o.add(nil) {
			t.Fatal("dropped too early")
		}
	}
	second := o.Events[1]
	sending := o.startNext()
	if !o.add(nil) || len(o.Events) != maxOutbox || o.Events[0] != sending || o.Events[1] == second || o.Dropped != 1 {
		t.Errorf("%d events, %d dropped", len(o.Events), o.Dropped)
	}
}
