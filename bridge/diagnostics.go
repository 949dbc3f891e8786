// SPDX-License-Identifier: MIT

package bridge

import (
	"time"

	"vitals2mqtt/health"
)

// diagnosticKeys are the keys of the diagnostics of a profile.
func diagnosticKeys(push bool) []string {
	keys := []string{"authorization", "sync_problem", "last_sync", "held_back"}
	if push {
		keys = append(keys, "push")
	}
	return keys
}

// authorizationDiagnostic shows the findings that a sign-in mends.
func authorizationDiagnostic(profile Profile, findings []health.Status) map[string]any {
	diagnostic := map[string]any{"value": onOff(len(findings) > 0)}
	if len(findings) > 0 {
		first := findings[0]
		diagnostic["code"], diagnostic["reason"] = first.Code, first.Text
		diagnostic["remedy"] = first.Remedy
		if profile.SignInURL != "" {
			diagnostic["sign_in_url"] = profile.SignInURL
		}
	}
	return diagnostic
}

// problemDiagnostic shows the most serious of all other findings.
func problemDiagnostic(findings []health.Status) map[string]any {
	diagnostic := map[string]any{"value": onOff(len(findings) > 0)}
	if len(findings) == 0 {
		return diagnostic
	}
	first := findings[0]
	diagnostic["code"], diagnostic["reason"], diagnostic["remedy"] = first.Code, first.Text, first.Remedy
	if len(first.Endpoints) > 0 {
		diagnostic["endpoints"] = first.Endpoints
	}
	if !first.Since.IsZero() {
		diagnostic["since"] = formatTime(first.Since)
	}
	if more := len(findings) - 1; more > 0 {
		diagnostic["more"] = more
	}
	return diagnostic
}

func pushDiagnostic(state PushState, last time.Time) map[string]any {
	diagnostic := map[string]any{"value": onOff(state.Healthy)}
	if state.Problem != "" {
		diagnostic["reason"] = state.Problem
	}
	if !last.IsZero() {
		diagnostic["last_notification"] = formatTime(last)
	}
	return diagnostic
}

func onOff(value bool) string {
	if value {
		return on
	}
	return off
}
