// SPDX-License-Identifier: MIT

package bridge

import "vitals2mqtt/discovery"

// devicePlan is what to publish and to clear for a device.
type devicePlan struct {
	id       string
	values   []retainedMessage
	clears   []string // topics
	document discovery.Document
	build    documentBuilder
	publish  bool // whether to publish the document
	remove   bool // whether to remove the document, because no profile has the device
}

// retainedMessage is a retained payload and its topic.
type retainedMessage struct {
	topic   string
	payload []byte
}

func (p *devicePlan) addValue(topic string, payload []byte) {
	p.values = append(p.values, retainedMessage{topic, payload})
}
