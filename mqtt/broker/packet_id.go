// SPDX-License-Identifier: MIT

package broker

import (
	"sync"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"
)

// packetIDHook keeps the library from refusing a subscription whose packet id is
// that of a message on its way to the same client. Both sides number their
// packets on their own ([MQTT-2.3.1-4]), but the library has one list for both:
// whoever subscribes while messages with QoS 1 arrive is refused now and then,
// and an unsubscription has no effect.
//
// [MQTT-2.3.1-4]: https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html#_Toc398718025
type packetIDHook struct {
	mochi.HookBase

	pending sync.Map // the id, as uint16, of what a *mochi.Client has requested
}

// ID implements mochi.Hook.
func (*packetIDHook) ID() string { return "packet-id" }

// Provides implements mochi.Hook.
func (*packetIDHook) Provides(hook byte) bool {
	return hook == mochi.OnPacketRead || hook == mochi.OnPacketEncode || hook == mochi.OnDisconnect
}

// OnPacketRead implements mochi.Hook: it replaces the id by 0, which no message
// has. The library reads the next packet of a client when it has answered this
// one.
func (h *packetIDHook) OnPacketRead(client *mochi.Client, packet packets.Packet) (packets.Packet, error) {
	kind := packet.FixedHeader.Type
	if kind != packets.Subscribe && kind != packets.Unsubscribe || packet.PacketID == 0 {
		return packet, nil
	}
	h.pending.Store(client, packet.PacketID)
	packet.PacketID = 0
	packet.FixedHeader.Qos = 0 // the library refuses 0 with any other
	return packet, nil
}

// OnPacketEncode implements mochi.Hook: the answer has the id of the request.
func (h *packetIDHook) OnPacketEncode(client *mochi.Client, packet packets.Packet) packets.Packet {
	if kind := packet.FixedHeader.Type; kind != packets.Suback && kind != packets.Unsuback {
		return packet
	}
	pending, _ := h.pending.LoadAndDelete(client)
	if id, found := pending.(uint16); found {
		packet.PacketID = id
	}
	return packet
}

// OnDisconnect implements mochi.Hook: a request with mistakes has no answer.
func (h *packetIDHook) OnDisconnect(client *mochi.Client, _ error, _ bool) {
	h.pending.Delete(client)
}
