// SPDX-License-Identifier: MIT

package doctor_test

import (
	"fmt"
	"strings"
	"time"

	"vitals2mqtt/discovery"
	"vitals2mqtt/mqtt/broker"
)

// daemonCases are what a running daemon reports, and what it cannot publish.
func daemonCases() map[string]failureCase {
	return map[string]failureCase{
		"a second installation": {
			sabotage: func(s *harness) {
				s.daemon.Set(s.input.Site.Tree.BridgeInfo(), []byte(`{"version":"1","instance":"4567cdef"}`))
				s.flush()
			},
			code: "second_installation", text: "below vitals2mqtt/", remedy: "base_topic",
		},
		"a problem that the daemon reports on the broker alone": {
			sabotage: func(s *harness) {
				s.daemon.Set(s.input.Site.Tree.BridgeHealth(), fmt.Appendf(nil,
					`{"updated_at":%q,"verdict":{"findings":[`+
						`{"level":"failed","code":"not_retained","text":"9 topics are gone","remedy":"look at it"}]}}`,
					time.Now().UTC().Format(time.RFC3339))) // clock: the daemon reports by the real one
				s.flush()
				s.reportAs(false, nil)
			},
			code: "not_retained", text: "9 topics are gone", remedy: "look at it",
		},
		"a document that is too large for the broker": {
			setup:    setup{broker: broker.Options{MaxPacketSize: 20_000}},
			sabotage: func(s *harness) { s.input.LargestDocument = 40_000 },
			code:     "message_size_exceeded", text: "the largest discovery document has 40000", remedy: "max_packet_size",
		},
		"a large document that the broker took": {
			setup: setup{broker: broker.Options{MaxPacketSize: 1 << 20}},
			sabotage: func(s *harness) {
				own := discovery.BridgeDocument(s.input.Site)
				long := strings.Replace(string(own.JSON()), "{", "{"+strings.Repeat(" ", 20_000), 1)
				s.daemon.Set(own.Topic(s.input.Site.Tree), []byte(long))
				s.flush()
			},
			code: "message_size_sufficient", text: "messages of 131072 bytes; the largest discovery document has 2",
		},
	}
}
