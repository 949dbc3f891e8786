package broker

import (
	"maps"
	"sync"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"
)

// tree follows what is retained. The library's own tree cannot be read while
// somebody publishes: it is scanned without its lock.
type tree struct {
	mochi.HookBase

	mu   sync.Mutex
	held map[string]string
}

// ID implements mochi.Hook.
func (*tree) ID() string { return "tree" }

// Provides implements mochi.Hook.
func (*tree) Provides(hook byte) bool { return hook == mochi.OnRetainMessage }

// OnRetainMessage implements mochi.Hook: an empty payload is a removal.
func (t *tree) OnRetainMessage(_ *mochi.Client, packet packets.Packet, _ int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(packet.Payload) == 0 {
		delete(t.held, packet.TopicName)
		return
	}
	t.held[packet.TopicName] = string(packet.Payload)
}

func (t *tree) read() map[string]string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return maps.Clone(t.held)
}
