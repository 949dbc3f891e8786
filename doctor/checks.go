// SPDX-License-Identifier: MIT

package doctor

import (
	"context"
	"errors"
	"fmt"

	"vitals2mqtt/config"
	"vitals2mqtt/health"
)

// The names of the checks, as reports show them.
const (
	nameConfiguration = "configuration"
	nameFolder        = "state folder"
	nameArchive       = "archive"
	namePage          = "page"
	nameDaemon        = "daemon"
	nameCredentials   = "client id and secret" //nolint:gosec // the name of a check
	nameClock         = "clock"
	nameCallback      = "callback address"
	nameSignIn        = "sign-in"
	nameConsent       = "consent"
	nameBroker        = "broker"
	namePermissions   = "broker permissions"
	nameMessageSize   = "message size"
	nameBridge        = "bridge"
	nameHomeAssistant = "Home Assistant"
	nameDocuments     = "discovery documents"
	nameNotifications = "notifications"
	nameSubscriptions = "subscriptions"
)

// checks lists the checks in their order: what others depend on comes first.
func checks() []check {
	return []check{
		{name: nameConfiguration, run: checkConfiguration},
		{name: nameFolder, needs: []string{nameConfiguration}, run: checkStateFolder},
		{name: nameArchive, needs: []string{nameConfiguration, nameFolder}, run: checkArchive},
		{name: namePage, needs: []string{nameConfiguration}, run: checkPage},
		{
			name:        nameDaemon,
			needs:       []string{nameConfiguration, nameFolder},
			hasProfiles: true,
			run:         checkDaemon,
		},
		{
			name:   nameCredentials,
			needs:  []string{nameConfiguration},
			covers: credentialCodes(),
			run:    checkCredentials,
		},
		{
			name:   nameClock, // of the same response, even if it was a refusal
			needs:  []string{nameConfiguration},
			covers: clockCodes(),
			run:    checkClock,
		},
		{
			name:        nameSignIn,
			needs:       []string{nameConfiguration, nameFolder},
			covers:      signInCodes(),
			hasProfiles: true,
			run:         checkSignIns,
		},
		{
			name:        nameConsent,
			needs:       []string{nameConfiguration, nameFolder},
			hasProfiles: true,
			run:         checkConsents,
		},
		{name: nameCallback, needs: []string{nameConfiguration}, run: checkCallback},
		{
			name:   nameBroker,
			needs:  []string{nameConfiguration},
			covers: brokerCodes(),
			run:    checkBroker,
		},
		{name: namePermissions, needs: []string{nameBroker}, run: checkPermissions},
		{name: nameMessageSize, needs: []string{namePermissions}, run: checkMessageSize},
		{
			name:   nameBridge,
			needs:  []string{nameBroker, nameFolder},
			covers: []health.Code{health.CodeSecondInstallation},
			run:    checkBridge,
		},
		{
			name:   nameHomeAssistant,
			needs:  []string{nameBroker},
			covers: []health.Code{health.CodeHomeAssistantOffline},
			run:    checkHomeAssistant,
		},
		{name: nameDocuments, needs: []string{nameBroker, nameFolder}, run: checkDocuments},
		{name: nameNotifications, needs: []string{nameConfiguration, nameFolder}, run: checkNotifications},
		{
			name:        nameSubscriptions,
			needs:       []string{nameNotifications, nameCredentials},
			hasProfiles: true,
			run:         checkSubscriptions,
		},
	}
}

func checkConfiguration(_ context.Context, r *run) []Finding {
	if r.Config == nil {
		return r.loadFailures()
	}
	findings := []Finding{found("config_ok").number("profiles", len(r.Profiles)).
		detail("profile_count", countProfiles(len(r.Profiles))).detail("source", r.Source)}
	for _, warning := range r.Warnings {
		findings = append(findings, configFinding("config_warning", config.Problem(warning)))
	}
	return findings
}

// countProfiles is the number of profiles in words.
func countProfiles(n int) string {
	if n == 1 {
		return "1 profile"
	}
	return fmt.Sprintf("%d profiles", n)
}

// loadFailures are why there is no configuration.
func (r *run) loadFailures() []Finding {
	invalid, ok := errors.AsType[config.Errors](r.ConfigErr)
	switch {
	case r.AddOnErr != nil:
		return []Finding{found("addon_options_invalid").because(r.AddOnErr).detail("problem", r.AddOnErr.Error())}
	case r.ConfigErr == nil:
		return []Finding{found("config_none")}
	case !ok:
		return []Finding{found("config_unreadable").because(r.ConfigErr).detail("problem", r.ConfigErr.Error())}
	}
	var findings []Finding
	for _, problem := range invalid {
		findings = append(findings, configFinding("config_invalid", problem))
	}
	return findings
}

// configFinding is a problem of the configuration. Its facts name the key only
// as far as it is documented.
func configFinding(code Code, p config.Problem) Finding {
	f := found(code).detail("problem", p.String()).term("kind", string(p.Code))
	if key := p.Key(); key != "" {
		f = f.term("key", key)
	}
	if p.InEnvironment() {
		return f.term("source", "environment")
	}
	if p.Line > 0 {
		f = f.number("line", p.Line).number("column", p.Column)
	}
	return f
}
