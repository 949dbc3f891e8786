package broker

import (
	"maps"
	"sync"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"
)

// retainedHook follows what is retained, and keeps the library from reading its own retainedHook
// for a new subscription while a retained message is put in: it does so without a
// lock (https://github.com/mochi-mqtt/server/issues/200). What is left to the
// library are the delayed wills of MQTT 5.
type retainedHook struct {
	mochi.HookBase

	// scan is held for writing from the hook before a retained message is put in to
	// the hook after it, and for reading while a subscriber is given what there is.
	scan     sync.RWMutex
	scanning sync.Map // of *mochi.Client, those that hold scan

	mu       sync.Mutex
	retained map[string]string
}

// ID implements mochi.Hook.
func (*retainedHook) ID() string { return "tree" }

// Provides implements mochi.Hook.
func (*retainedHook) Provides(hook byte) bool {
	switch hook {
	case mochi.OnPublish, mochi.OnWill, mochi.OnRetainMessage, mochi.OnPacketSent, mochi.OnPacketProcessed:
		return true
	}
	return false
}

// OnPublish implements mochi.Hook. It must be the last one that is asked: the
// library puts a retained message in right after it.
func (t *retainedHook) OnPublish(_ *mochi.Client, packet packets.Packet) (packets.Packet, error) {
	if packet.FixedHeader.Retain {
		t.scan.Lock()
	}
	return packet, nil
}

// OnWill implements mochi.Hook, as OnPublish does.
func (t *retainedHook) OnWill(_ *mochi.Client, will mochi.Will) (mochi.Will, error) {
	if will.Retain && will.WillDelayInterval == 0 {
		t.scan.Lock()
	}
	return will, nil
}

// OnRetainMessage implements mochi.Hook: an empty payload is a removal.
func (t *retainedHook) OnRetainMessage(_ *mochi.Client, packet packets.Packet, _ int64) {
	if packet.Connect.WillProperties.WillDelayInterval == 0 {
		t.scan.Unlock()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(packet.Payload) == 0 {
		delete(t.retained, packet.TopicName)
		return
	}
	t.retained[packet.TopicName] = string(packet.Payload)
}

// OnPacketSent implements mochi.Hook: a subscription that is acknowledged is given
// what is retained next. Until then nothing is held, as the acknowledgement waits
// for whoever does not read.
func (t *retainedHook) OnPacketSent(client *mochi.Client, packet packets.Packet, _ []byte) {
	if packet.FixedHeader.Type == packets.Suback {
		t.scan.RLock()
		t.scanning.Store(client, nil)
	}
}

// OnPacketProcessed implements mochi.Hook.
func (t *retainedHook) OnPacketProcessed(client *mochi.Client, packet packets.Packet, _ error) {
	if packet.FixedHeader.Type != packets.Subscribe {
		return
	}
	if _, holds := t.scanning.LoadAndDelete(client); holds {
		t.scan.RUnlock()
	}
}

func (t *retainedHook) snapshot() map[string]string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return maps.Clone(t.retained)
}
