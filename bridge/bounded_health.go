// SPDX-License-Identifier: MIT

package bridge

import (
	"time"

	"vitals2mqtt/health"
)

// maxReportedProfiles and maxReportedFindings are how many of them bridge/health
// has at most: every change sends all of it to every subscriber.
const (
	maxReportedProfiles = 20
	maxReportedFindings = 20
)

// minHealthInterval is the least time between two health reports for each
// maxReportedProfiles profiles: to judge more of them takes longer.
const minHealthInterval = time.Second

// boundedHealth makes the health report for bridge/health.
type boundedHealth struct{ *Bridge }

// interval is the least time between two reports.
func (b boundedHealth) interval() time.Duration {
	return minHealthInterval * time.Duration(1+(len(b.pollers)-1)/maxReportedProfiles)
}

// report returns the report with a verdict that was just made. With more than
// maxReportedProfiles, it has those with the most serious findings.
func (b boundedHealth) report(verdict health.Verdict) Health {
	if len(b.pollers) <= maxReportedProfiles {
		return b.HealthOf(verdict)
	}
	report := newHealth(b.requests, verdict)
	for _, finding := range verdict.Findings {
		if p, ok := b.bySlug[finding.Profile]; ok && len(report.Profiles) < maxReportedProfiles {
			report.Profiles[p.Slug] = p.health()
		}
	}
	report.ProfilesOmitted = len(b.pollers) - len(report.Profiles)
	if all := report.Verdict.Findings; len(all) > maxReportedFindings {
		report.Verdict.Findings = all[:maxReportedFindings]
		report.FindingsOmitted = len(all) - maxReportedFindings
	}
	return report
}
