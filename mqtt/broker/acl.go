// SPDX-License-Identifier: MIT

package broker

import (
	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"
)

// aclHook denies the way other brokers do in MQTT 3.1.1: the message is
// acknowledged and discarded.
type aclHook struct {
	mochi.HookBase

	allow           func(topic string, write bool) bool
	discardRetained bool
}

// ID implements mochi.Hook.
func (*aclHook) ID() string { return "acl" }

// Provides implements mochi.Hook.
func (*aclHook) Provides(hook byte) bool {
	return hook == mochi.OnACLCheck || hook == mochi.OnPublish || hook == mochi.OnWill
}

// OnACLCheck implements mochi.Hook: a denied subscription is reported to the
// client.
func (h *aclHook) OnACLCheck(_ *mochi.Client, topic string, write bool) bool {
	return write || h.allow == nil || h.allow(topic, false)
}

// OnPublish implements mochi.Hook.
func (h *aclHook) OnPublish(_ *mochi.Client, packet packets.Packet) (packets.Packet, error) {
	if h.allow != nil && !h.allow(packet.TopicName, true) {
		return packet, packets.CodeSuccessIgnore
	}
	if h.discardRetained {
		packet.FixedHeader.Retain = false
	}
	return packet, nil
}

// OnWill implements mochi.Hook: a denied will goes to a topic without
// subscribers.
func (h *aclHook) OnWill(_ *mochi.Client, will mochi.Will) (mochi.Will, error) {
	if h.allow != nil && !h.allow(will.TopicName, true) {
		will.TopicName, will.Retain = "$SYS/denied", false
	}
	will.Retain = will.Retain && !h.discardRetained
	return will, nil
}
