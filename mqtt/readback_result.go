// SPDX-License-Identifier: MIT

package mqtt

import (
	"fmt"
	"time"
)

// readbackResult summarizes what the broker has retained.
type readbackResult struct {
	checked                            int      // topics that were judged on this connection
	denied                             int      // topics that may not be read
	missing                            int      // topics that are not there
	mismatched                         []string // the missing ones and those with another payload,
	truncated                          bool     // and probably others
	largestMatched, smallestMismatched int      // sizes in bytes
	since                              time.Time
}

// expectation is what the broker should have retained on a topic.
type expectation struct {
	content

	version  int
	keep     bool // kept becomes what was received
	kept     []byte
	received bool
	equal    bool
}

// record adds the outcome for a topic.
func (r *readbackResult) record(topic string, wanted *expectation) {
	size := wanted.size()
	if wanted.equal {
		r.largestMatched = max(r.largestMatched, size)
		return
	}
	if !wanted.received {
		r.missing++
	}
	r.mismatched = append(r.mismatched, topic)
	if r.smallestMismatched == 0 || size < r.smallestMismatched {
		r.smallestMismatched = size
	}
}

// problem describes what is wrong with the retained messages.
func (r *readbackResult) problem(filterFor func(topic string) string) (p Problem, exists bool) {
	p.Since = r.since
	switch {
	case r.checked == 0 && r.denied > 0:
		p.Code = "readback_denied"
		p.Text = "the broker does not allow reading the published topics, so retained messages cannot be verified"
		p.Remedy = "allow reading and writing these topics in the broker's ACL (see docs/mqtt.md)"
		return p, true
	case len(r.mismatched) == 0:
		return p, false
	}
	count := fmt.Sprintf("%d of %d topics", len(r.mismatched), r.checked)
	if r.truncated {
		count = "at least " + count
	}
	example := r.mismatched[0]
	if r.missing == 0 {
		p.Code = "retained_changed"
		p.Text = count + " hold a different payload than was published, for example " + example
		p.Remedy = "find the other client that writes there, or deny it in the broker's ACL"
		return p, true
	}
	filter := filterFor(example)
	p.Code = "not_retained"
	p.Text = count + " were published but are not retained on the broker, for example " + example
	p.Remedy = fmt.Sprintf("allow reading and writing %[1]s in the broker's ACL (Mosquitto: topic readwrite %[1]s)",
		filter)
	switch {
	case r.largestMatched == 0:
		p.Remedy += ", and enable retained messages (Mosquitto: retain_available true)"
	case r.smallestMismatched > r.largestMatched:
		p.Text += fmt.Sprintf("; only messages of %d bytes or more are affected", r.smallestMismatched)
		p.Remedy = fmt.Sprintf("raise the broker's message size limit (Mosquitto: message_size_limit), or a%s",
			p.Remedy[1:])
	}
	return p, true
}
