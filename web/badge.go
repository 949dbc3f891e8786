// SPDX-License-Identifier: MIT

package web

import (
	"slices"
	"strings"

	"vitals2mqtt/health"
)

// The states of a profile. The bridge publishes only the first two.
const (
	stateOnline    = "online"
	stateOffline   = "offline"
	stateStarting  = "starting"
	stateSignIn    = "sign-in needed"
	stateAttention = "needs attention"
	stateNoBroker  = "no broker" // data is fetched but not published
)

// profileBadge returns the state of a profile as the page shows it, and its
// level, from the findings about it.
func profileBadge(published string, found []health.Status, connected bool) (string, health.Level) {
	serious := health.WithoutTransient(found)
	isStarting := slices.ContainsFunc(found, func(s health.Status) bool { return s.Code == health.CodeStarting })
	switch {
	case len(health.SignInFindings(found)) > 0:
		return stateSignIn, health.Failed
	case len(serious) == 0 && isStarting:
		return stateStarting, health.Attention
	case len(serious) == 0 && !connected:
		return stateNoBroker, health.Failed
	case len(serious) == 0: // without notifications, polling still fetches everything
		return stateOnline, health.OK
	case published == stateOffline:
		return stateOffline, serious[0].Level
	}
	return stateAttention, serious[0].Level
}

// joinFindings joins the serious findings with their remedies.
func joinFindings(found []health.Status) string {
	var sentences []string
	for _, f := range health.WithoutTransient(found) {
		sentences = append(sentences, strings.TrimSpace(f.Text+" "+f.Remedy))
	}
	return strings.Join(sentences, " ")
}
