package doctor

import (
	"context"
	"encoding/json"
	"time"

	"vitals2mqtt/discovery"
)

// maxReportAge is when the report of a daemon, which is published every minute,
// is late.
const maxReportAge = 5 * time.Minute

// checkBridge compares the daemon here with the one on the broker.
func checkBridge(_ context.Context, r *run) []Finding {
	state, known := r.retained(r.Site.Tree.BridgeState())
	health, _ := r.retained(r.Site.Tree.BridgeHealth())
	var report healthReport
	if json.Unmarshal([]byte(health), &report) != nil {
		report.UpdatedAt = time.Time{}
	}
	base, age := r.Site.Tree.Base, r.Now().Sub(report.UpdatedAt)
	switch {
	case r.folder.InUse && state != "online":
		return []Finding{found("bridge_elsewhere")}
	case r.folder.InUse && age > maxReportAge:
		return []Finding{found("bridge_silent").number("minutes", int(age.Minutes())).detail("age", humanDuration(age))}
	case r.folder.InUse && r.isOtherInstallation():
		return []Finding{found("second_installation").detail("base", base)}
	case r.folder.InUse && r.asked: // and has reported its problems
		return []Finding{found("bridge_ok")}
	case r.folder.InUse:
		return append([]Finding{found("bridge_ok")}, report.findings()...)
	case state == "online" && age < maxReportAge:
		return []Finding{found("bridge_other_client").detail("base", base)}
	case !known:
		return []Finding{found("bridge_none")}
	}
	return []Finding{found("bridge_earlier_run")}
}

// healthReport is what the check uses of the daemon's own report.
type healthReport struct {
	UpdatedAt time.Time `json:"updated_at"`
	Problems  []struct {
		Code   string `json:"code"`
		Text   string `json:"text"`
		Remedy string `json:"remedy"`
	} `json:"problems"`
}

// findings are the problems of the program as a whole.
func (r healthReport) findings() []Finding {
	var findings []Finding
	for _, p := range r.Problems {
		f := found("bridge_problem").detail("text", p.Text).detail("remedy", p.Remedy)
		if codePattern.MatchString(p.Code) {
			f = f.term("problem", p.Code)
		}
		findings = append(findings, f)
	}
	return findings
}

// isOtherInstallation reports whether the instance on the broker is not ours.
func (r *run) isOtherInstallation() bool {
	info, _ := r.retained(r.Site.Tree.BridgeInfo())
	var from struct {
		Instance string `json:"instance"`
	}
	ours := r.Site.Identity.Instance
	return json.Unmarshal([]byte(info), &from) == nil && from.Instance != "" && ours != "" && from.Instance != ours
}

// checkMessageSize compares the largest document with the broker's limit.
func checkMessageSize(_ context.Context, r *run) []Finding {
	accepted, tried, largest := r.broker.AcceptedSize, r.probeOptions().MaxSize, r.LargestDocument
	if accepted == 0 {
		return []Finding{found("message_size_unknown")}
	}
	for _, m := range r.broker.RetainedMessages {
		if _, ours := discovery.ParseOwn(r.Site, m.Topic, m.Payload); ours {
			largest = max(largest, len(m.Payload))
		}
	}
	code := Code("message_size_sufficient")
	switch {
	case largest == 0:
		code = "message_size_ok"
	case largest > accepted:
		code = "message_size_exceeded"
	}
	limit := "up to "
	if accepted == tried {
		limit = "" // the limit is higher
	}
	f := found(code).number("accepted", accepted).number("largest", largest).detail("up_to", limit)
	return r.withEmbeddedRemedy([]Finding{f})
}
