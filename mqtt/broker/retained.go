// SPDX-License-Identifier: MIT

package broker

import (
	"maps"
	"sync"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"
)

// retainedHook tracks what is retained, and keeps the library from reading its
// retained messages for a new subscription while one is being stored, which it
// does without a lock (https://github.com/mochi-mqtt/server/issues/200). It
// does not cover the delayed wills of MQTT 5.
type retainedHook struct {
	mochi.HookBase

	// scan is held for writing from the hook before a retained message is stored
	// to the hook after it, and for reading while retained messages are sent to a
	// subscriber.
	scan     sync.RWMutex
	scanning sync.Map // the *mochi.Client that hold scan

	mu       sync.Mutex
	retained map[string]string
}

// ID implements mochi.Hook.
func (*retainedHook) ID() string { return "retained" }

// Provides implements mochi.Hook.
func (*retainedHook) Provides(hook byte) bool {
	switch hook {
	case mochi.OnPublish, mochi.OnWill, mochi.OnRetainMessage, mochi.OnPacketSent, mochi.OnPacketProcessed:
		return true
	}
	return false
}

// OnPublish implements mochi.Hook. It must be the last of its kind: the library
// stores a retained message right after it.
func (h *retainedHook) OnPublish(_ *mochi.Client, packet packets.Packet) (packets.Packet, error) {
	if packet.FixedHeader.Retain {
		h.scan.Lock()
	}
	return packet, nil
}

// OnWill implements mochi.Hook, as OnPublish does.
func (h *retainedHook) OnWill(_ *mochi.Client, will mochi.Will) (mochi.Will, error) {
	if will.Retain && will.WillDelayInterval == 0 {
		h.scan.Lock()
	}
	return will, nil
}

// OnRetainMessage implements mochi.Hook: an empty payload is a removal.
func (h *retainedHook) OnRetainMessage(_ *mochi.Client, packet packets.Packet, _ int64) {
	if packet.Connect.WillProperties.WillDelayInterval == 0 {
		h.scan.Unlock()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(packet.Payload) == 0 {
		delete(h.retained, packet.TopicName)
		return
	}
	h.retained[packet.TopicName] = string(packet.Payload)
}

// OnPacketSent implements mochi.Hook: retained messages follow the
// acknowledgement of a subscription. scan is not held before, because the
// acknowledgement waits for a client that does not read.
func (h *retainedHook) OnPacketSent(client *mochi.Client, packet packets.Packet, _ []byte) {
	if packet.FixedHeader.Type == packets.Suback {
		h.scan.RLock()
		h.scanning.Store(client, nil)
	}
}

// OnPacketProcessed implements mochi.Hook.
func (h *retainedHook) OnPacketProcessed(client *mochi.Client, packet packets.Packet, _ error) {
	if packet.FixedHeader.Type != packets.Subscribe {
		return
	}
	if _, holds := h.scanning.LoadAndDelete(client); holds {
		h.scan.RUnlock()
	}
}

func (h *retainedHook) snapshot() map[string]string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return maps.Clone(h.retained)
}
