// SPDX-License-Identifier: MIT

package mqtt

import (
	"bytes"
	"strings"

	paho "github.com/eclipse/paho.mqtt.golang"
)

// maxMessageSize bounds incoming messages, in bytes: far more than a request or
// a discovery document has.
const maxMessageSize = 1 << 20

// handler handles the messages that match a filter.
type handler struct {
	filter string
	fn     func(Message)
}

func copyMessage(m paho.Message) Message {
	return Message{Topic: m.Topic(), Payload: bytes.Clone(m.Payload()), Retained: m.Retained()}
}

// topicMatches reports whether a topic matches an MQTT filter.
func topicMatches(filter, topic string) bool {
	filters, levels := strings.Split(filter, "/"), strings.Split(topic, "/")
	for i, level := range filters {
		if level == "#" {
			return true
		}
		if i >= len(levels) || level != "+" && level != levels[i] {
			return false
		}
	}
	return len(filters) == len(levels)
}
