// SPDX-License-Identifier: MIT

package mqtt

import (
	"strings"
	"testing"
)

func TestBuiltPayloadIsKeptUntilDelivered(t *testing.T) {
	t.Parallel()
	const topic = "ha/device/x/config"
	document := strings.Repeat("x", 30_000)
	built := 0
	build := func() []byte { built++; return []byte(document) }
	o := newOutbox("v/state")
	o.set(topic, []byte(document), build)
	value, version := o.value(topic)
	if string(value.whole()) != document || built != 0 {
		t.Errorf("a payload of %d bytes before it was delivered, built %d times", len(value.whole()), built)
	}
	o.markPublished(topic, version)
	if held := o.entries[topic]; held.payload != nil || held.size() != len(document) {
		t.Errorf("%d of %d bytes are held of what was delivered", len(held.payload), held.size())
	}
	o.set(topic, []byte(document), build)
	if _, again := o.value(topic); again != version || !o.has(topic, []byte(document)) {
		t.Error("the same payload is another one")
	}
	if o.has(topic, []byte(document[1:]+"y")) || o.has(topic, nil) {
		t.Error("another payload is the same")
	}
	if retained, _ := o.counts(); retained != 1 || built != 0 {
		t.Errorf("%d topics, built %d times", retained, built)
	}
	o.startConnection()
	value, version = o.value(topic)
	if string(value.whole()) != document || built != 1 {
		t.Errorf("a payload of %d bytes for the next connection, built %d times", len(value.whole()), built)
	}
	o.markPublished(topic, version)
	o.set(topic, nil, nil)
	value, version = o.value(topic)
	if !value.isCleared() || value.whole() != nil {
		t.Error("not cleared")
	}
	o.markPublished(topic, version)
	if _, known := o.entries[topic]; known {
		t.Error("a cleared topic is still known")
	}
}
