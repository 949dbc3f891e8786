package doctor

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"vitals2mqtt/discovery"
)

// maxReportAge is after how long a daemon that reports every minute is late.
const maxReportAge = 5 * time.Minute

// checkBridge compares the daemon here with the one that the broker hears.
func checkBridge(_ context.Context, e *run) []Finding {
	state, known := e.retained(e.Site.Tree.BridgeState())
	health, _ := e.retained(e.Site.Tree.BridgeHealth())
	var report healthReport
	if json.Unmarshal([]byte(health), &report) != nil {
		report.UpdatedAt = time.Time{}
	}
	age := e.Now().Sub(report.UpdatedAt)
	switch {
	case e.folder.InUse && state != "online":
		return []Finding{fail("a daemon runs here, but this broker does not hear from it",
			"was the configuration changed since it started? Its log says which broker it talks to")}
	case e.folder.InUse && age > maxReportAge:
		return []Finding{warn("the daemon is online, but has not reported for "+humanDuration(age), "see its log; restart it")}
	case e.folder.InUse && state == "online" && e.isOtherInstallation():
		return []Finding{warn("a second installation publishes below "+e.Site.Tree.Base+"/: when one of the two stops, both seem offline",
			"stop one of the two, or give it another mqtt.base_topic")}
	case e.folder.InUse:
		return append([]Finding{passed("the broker hears from the daemon")}, report.findings()...)
	case state == "online" && age < maxReportAge:
		return []Finding{warn("somebody published below "+e.Site.Tree.Base+"/ a moment ago, but no daemon runs here",
			"unless that was `vitals2mqtt once`: a second one elsewhere has the same mqtt.base_topic; stop it or change one of the two")}
	case !known:
		return []Finding{skipped("no daemon has published here yet")}
	}
	return []Finding{passed("what lies on the broker is from a former run")}
}

// healthReport is what of the daemon's own report counts here.
type healthReport struct {
	UpdatedAt time.Time `json:"updated_at"`
	Problems  []struct {
		Code   string `json:"code"`
		Text   string `json:"text"`
		Remedy string `json:"remedy"`
	} `json:"problems"`
}

// findings are what the daemon says is wrong with the program as a whole.
func (r healthReport) findings() []Finding {
	var findings []Finding
	for _, p := range r.Problems {
		finding := fail("the daemon says: "+p.Text, p.Remedy)
		finding.Redacted = "the daemon reports " + p.Code
		findings = append(findings, finding)
	}
	return findings
}

// isOtherInstallation says that what tells installations apart is not ours.
func (e *run) isOtherInstallation() bool {
	info, _ := e.retained(e.Site.Tree.BridgeInfo())
	var from struct {
		Instance string `json:"instance"`
	}
	ours := e.Site.Identity.Instance
	return json.Unmarshal([]byte(info), &from) == nil && from.Instance != "" && ours != "" && from.Instance != ours
}

// checkMessageSize compares the largest document with what the broker takes.
func checkMessageSize(_ context.Context, e *run) []Finding {
	accepted, tried, largest := e.broker.AcceptedSize, e.probeOptions().MaxSize, e.LargestDocument
	if accepted == 0 {
		return []Finding{skipped("how large a message may be could not be measured")}
	}
	for _, m := range e.broker.RetainedMessages {
		if _, ours := discovery.ParseOwn(e.Site, m.Topic, m.Payload); ours {
			largest = max(largest, len(m.Payload))
		}
	}
	limit := "the broker accepts messages of up to " + strconv.Itoa(accepted) + " bytes"
	if accepted == tried {
		limit = "the broker accepts messages of " + strconv.Itoa(accepted) + " bytes"
	}
	document := "the largest discovery document has " + strconv.Itoa(largest)
	switch {
	case largest == 0:
		return []Finding{passed(limit)}
	case largest > accepted:
		return e.withEmbeddedRemedy([]Finding{fail(limit+"; "+document+", and does not get through",
			"raise the limit (mosquitto: max_packet_size and message_size_limit), or configure fewer keys")})
	}
	return []Finding{passed(limit + "; " + document)}
}
