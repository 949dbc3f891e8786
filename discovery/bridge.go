package discovery

import "vitals2mqtt/topics"

// Bridge returns the document of the bridge itself. Publish it before all
// others: they name its device, and Home Assistant makes up a nameless one
// when it has not met it.
func Bridge(s Site) Document {
	id := s.BridgeID()
	components := map[string]object{}
	for _, row := range bridgeRows() {
		c := describe(id, program, row)
		switch row.Key {
		case keyState:
			// No availability at all: it shall say "off", not "unavailable".
			c["state_topic"], c["payload_on"], c["payload_off"] = s.Tree.BridgeState(), "online", "offline"
		case keyRequests:
			c["state_topic"], c["value_template"] = s.Tree.BridgeHealth(), member(keyRequests)
			besideBridge(c, s)
		case keyRefresh:
			c["command_topic"], c["payload_press"] = s.Tree.Request(topics.Refresh), "{}"
			besideBridge(c, s)
		}
		components[row.Key] = c
	}
	return Document{id: id, prefix: s.Tree.Discovery, components: components, root: object{
		"device": s.Identity.device(id, program, "Bridge"),
		"origin": s.Identity.origin(),
		"qos":    1,
	}}
}
