package broker

import (
	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"
)

// rights deny the way other brokers do in MQTT 3.1.1: the message is confirmed
// and thrown away.
type rights struct {
	mochi.HookBase

	may     func(topic string, write bool) bool
	forgets bool
}

// ID implements mochi.Hook.
func (*rights) ID() string { return "rights" }

// Provides implements mochi.Hook.
func (*rights) Provides(hook byte) bool {
	return hook == mochi.OnACLCheck || hook == mochi.OnPublish || hook == mochi.OnWill
}

// OnACLCheck implements mochi.Hook: a subscription that is denied is told so.
func (r *rights) OnACLCheck(_ *mochi.Client, topic string, write bool) bool {
	return write || r.may == nil || r.may(topic, false)
}

// OnPublish implements mochi.Hook.
func (r *rights) OnPublish(_ *mochi.Client, packet packets.Packet) (packets.Packet, error) {
	if r.may != nil && !r.may(packet.TopicName, true) {
		return packet, packets.CodeSuccessIgnore
	}
	if r.forgets {
		packet.FixedHeader.Retain = false
	}
	return packet, nil
}

// OnWill implements mochi.Hook: a will that is denied goes where nobody listens.
func (r *rights) OnWill(_ *mochi.Client, will mochi.Will) (mochi.Will, error) {
	if r.may != nil && !r.may(will.TopicName, true) {
		will.TopicName, will.Retain = "$SYS/denied", false
	}
	will.Retain = will.Retain && !r.forgets
	return will, nil
}
