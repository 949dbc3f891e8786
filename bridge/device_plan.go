package bridge

import "vitals2mqtt/discovery"

// devicePlan is what is to be published of a device.
type devicePlan struct {
	id       string
	values   []retainedMessage
	clears   []string // topics that must not hold anything
	document discovery.Document
	publish  bool // the document is to be published
	remove   bool // no profile has the device any more, and its document is removed
}

// retainedMessage is a retained payload and its topic.
type retainedMessage struct {
	topic   string
	payload []byte
}

func (p *devicePlan) addValue(topic string, payload []byte) {
	p.values = append(p.values, retainedMessage{topic, payload})
}
