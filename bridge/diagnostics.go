package bridge

import (
	"errors"
	"time"

	"vitals2mqtt/withings"
)

// diagnosticKeys are the keys of the diagnostics of a profile.
func diagnosticKeys(push bool) []string {
	keys := []string{"authorization", "sync_problem", "last_sync", "held_back"}
	if push {
		keys = append(keys, "push")
	}
	return keys
}

// applicationProblem is the key of a problem of the whole program among the
// problems of a profile.
const applicationProblem = "application"

// profileProblems holds what can be wrong with an account.
type profileProblems struct {
	endpoints    endpointTable
	saveError    string
	tokenUnsaved bool // the newest token is in memory only
}

// texts describes the problems, by endpoint, "state", "token" or "application".
func (p profileProblems) texts() map[string]string {
	texts := map[string]string{}
	for endpoint, health := range p.endpoints {
		switch {
		case health.failure == nil:
		case errors.Is(health.failure, withings.ErrApplication): // once, with the same text as in bridge/health
			texts[applicationProblem] = withings.ErrApplication.Error()
		default:
			texts[string(endpoint)] = health.failure.Error()
		}
	}
	if p.saveError != "" {
		texts["state"] = p.saveError
	}
	if p.tokenUnsaved {
		texts["token"] = "could not store the newest token; a restart would require signing in again"
	}
	return texts
}

func authorizationDiagnostic(profile Profile, needsSignIn bool) map[string]any {
	diagnostic := map[string]any{"value": onOff(needsSignIn)}
	if needsSignIn {
		diagnostic["reason"] = "sign in again: vitals2mqtt login " + profile.Slug
		if profile.SignInURL != "" {
			diagnostic["sign_in_url"] = profile.SignInURL
		}
	}
	return diagnostic
}

func problemDiagnostic(problems profileProblems) map[string]any {
	texts := problems.texts()
	diagnostic := map[string]any{"value": onOff(len(texts) > 0)}
	for name, text := range texts {
		diagnostic[name] = text
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
