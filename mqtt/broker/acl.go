package broker

import (
	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"
)

// aclHook deny the way other brokers do in MQTT 3.1.1: the message is confirmed
// and thrown away.
type aclHook struct {
	mochi.HookBase

	allow           func(topic string, write bool) bool
	discardRetained bool
}

// ID implements mochi.Hook.
func (*aclHook) ID() string { return "rights" }

// Provides implements mochi.Hook.
func (*aclHook) Provides(hook byte) bool {
	return hook == mochi.OnACLCheck || hook == mochi.OnPublish || hook == mochi.OnWill
}

// OnACLCheck implements mochi.Hook: a subscription that is denied is told so.
func (r *aclHook) OnACLCheck(_ *mochi.Client, topic string, write bool) bool {
	return write || r.allow == nil || r.allow(topic, false)
}

// OnPublish implements mochi.Hook.
func (r *aclHook) OnPublish(_ *mochi.Client, packet packets.Packet) (packets.Packet, error) {
	if r.allow != nil && !r.allow(packet.TopicName, true) {
		return packet, packets.CodeSuccessIgnore
	}
	if r.discardRetained {
		packet.FixedHeader.Retain = false
	}
	return packet, nil
}

// OnWill implements mochi.Hook: a will that is denied goes where nobody listens.
func (r *aclHook) OnWill(_ *mochi.Client, will mochi.Will) (mochi.Will, error) {
	if r.allow != nil && !r.allow(will.TopicName, true) {
		will.TopicName, will.Retain = "$SYS/denied", false
	}
	will.Retain = will.Retain && !r.discardRetained
	return will, nil
}
