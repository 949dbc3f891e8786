// SPDX-License-Identifier: MIT

package bridge

import (
	"slices"
	"time"

	"vitals2mqtt/health"
)

// publishDiagnostics publishes the diagnostics of the account.
func (t *profileTopics) publishDiagnostics(now time.Time) {
	if last := t.endpoints.lastSuccess(); !last.IsZero() {
		t.setDiagnostic("last_sync", map[string]any{"value": formatTime(last)})
	}
	t.publishPush(now)
	t.setDiagnostic("held_back", map[string]any{"value": t.state.Sensors.HeldCount()})
}

// publishFindings publishes what the verdict says about the account.
func (t *profileTopics) publishFindings(findings []health.Status) {
	if t.findingsShown && slices.EqualFunc(t.findings, findings, health.Status.Equal) {
		return
	}
	t.findings, t.findingsShown = findings, true
	t.setDiagnostic("authorization", authorizationDiagnostic(t.profile, health.SignInFindings(findings)))
	t.setDiagnostic("sync_problem", problemDiagnostic(health.SyncFindings(findings)))
}

// publishPush publishes the state of the notifications, if there are any.
func (t *profileTopics) publishPush(now time.Time) {
	if t.push.isEnabled() {
		state, stats := t.push.report(now)
		t.setDiagnostic("push", pushDiagnostic(state, stats.Last))
	}
}

func (t *profileTopics) setDiagnostic(key string, value map[string]any) {
	t.set(t.site.Tree.Diagnostic(t.profile.Slug, key), encode(value))
}
