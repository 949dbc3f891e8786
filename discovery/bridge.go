// SPDX-License-Identifier: MIT

package discovery

import "vitals2mqtt/topics"

// BridgeDocument returns the document of the bridge itself. Publish it before
// all others: they refer to its device, and Home Assistant creates a device
// without a name for a reference to an unknown one.
func BridgeDocument(s Site) Document {
	id := s.BridgeID()
	components := map[string]object{}
	for _, row := range bridgeRows(s) {
		c := s.newComponent(id, programName, row)
		switch row.Key {
		case keyBridgeState:
			// Without availability, to be off instead of unavailable.
			c["state_topic"], c["payload_on"], c["payload_off"] = s.Tree.BridgeState(), "online", "offline"
		case keyRequests:
			c["state_topic"], c["value_template"] = s.Tree.BridgeHealth(), memberTemplate(keyRequests)
			setBridgeAvailability(c, s)
		case keyProblem:
			c["state_topic"], c["json_attributes_topic"] = s.Tree.BridgeHealth(), s.Tree.BridgeHealth()
			c["value_template"], c["json_attributes_template"] = problemTemplate, topFindingTemplate
			setBridgeAvailability(c, s)
		case keyUpdate:
			c["state_topic"], c["value_template"] = s.Tree.BridgeInfo(), updateTemplate
			c["title"] = programName
			setBridgeAvailability(c, s)
		case keyRefresh:
			c["command_topic"], c["payload_press"] = s.Tree.Request(topics.Refresh), "{}"
			setBridgeAvailability(c, s)
		}
		components[row.Key] = c
	}
	return Document{id: id, components: components, root: object{
		"device": s.Identity.device(id, programName, "Bridge"),
		"origin": s.Identity.origin(),
		"qos":    1,
	}}
}
