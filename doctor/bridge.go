// SPDX-License-Identifier: MIT

package doctor

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"vitals2mqtt/discovery"
	"vitals2mqtt/health"
)

// maxReportAge is when the report of a daemon, which is published every minute,
// is late.
const maxReportAge = 5 * time.Minute

// checkBridge compares the daemon here with the one on the broker.
func checkBridge(_ context.Context, r *run) []Finding {
	state, known := r.retained(r.Site.Tree.BridgeState())
	published, _ := r.retained(r.Site.Tree.BridgeHealth())
	var report healthReport
	if json.Unmarshal([]byte(published), &report) != nil {
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
	case r.folder.InUse:
		return append([]Finding{found("bridge_ok")}, r.unreported(report)...)
	case state == "online" && age < maxReportAge:
		return []Finding{found("bridge_other_client").detail("base", base)}
	case !known:
		return []Finding{found("bridge_none")}
	}
	return []Finding{found("bridge_earlier_run")}
}

// healthReport is what the check uses of the daemon's own report.
type healthReport struct {
	UpdatedAt time.Time      `json:"updated_at"`
	Verdict   health.Verdict `json:"verdict"`
}

// unreported are the findings of a report that the daemon could not be asked
// for.
func (r *run) unreported(report healthReport) []Finding {
	var findings []Finding
	// The report is up to a minute old: what is usual after a start may have passed.
	for _, s := range health.WithoutTransient(report.Verdict.Findings) {
		isSame := func(known health.Status) bool { return known.Code == s.Code && known.Profile == s.Profile }
		if !r.asked && !slices.ContainsFunc(r.reported, isSame) {
			findings = append(findings, r.reportedFinding(s))
		}
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
