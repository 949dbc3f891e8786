package doctor

import (
	"context"
	"strconv"
)

// The names of the checks, as people see them.
const (
	nameConfiguration = "configuration"
	nameFolder        = "state folder"
	namePage          = "page"
	nameCredentials   = "client id and secret"
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

// checks lists the checks in their order: what others rest on comes first.
func checks() []check {
	return []check{
		{nameConfiguration, nil, checkConfiguration},
		{nameFolder, []string{nameConfiguration}, checkStateFolder},
		{namePage, []string{nameConfiguration}, checkPage},
		{nameCredentials, []string{nameConfiguration}, checkCredentials},
		{nameClock, []string{nameCredentials}, checkClock},
		{nameSignIn, []string{nameConfiguration, nameFolder}, checkSignIns},
		{nameConsent, []string{nameConfiguration, nameFolder}, checkConsents},
		{nameCallback, []string{nameConfiguration}, checkCallback},
		{nameBroker, []string{nameConfiguration}, checkBroker},
		{namePermissions, []string{nameBroker}, checkPermissions},
		{nameMessageSize, []string{namePermissions}, checkMessageSize},
		{nameBridge, []string{nameBroker, nameFolder}, checkBridge},
		{nameHomeAssistant, []string{nameBroker}, checkHomeAssistant},
		{nameDocuments, []string{nameBroker, nameFolder}, checkDocuments},
		{nameNotifications, []string{nameConfiguration, nameFolder}, checkNotifications},
		{nameSubscriptions, []string{nameNotifications, nameCredentials}, checkSubscriptions},
	}
}

func checkConfiguration(_ context.Context, e *run) []Finding {
	var findings []Finding
	for _, problem := range e.Problems {
		findings = append(findings, configFinding(Fail, problem).withKind(Configuration))
	}
	if e.Config == nil {
		if len(findings) == 0 {
			findings = append(findings, fail("there is none", "vitals2mqtt init writes one").withKind(Configuration))
		}
		return findings
	}
	number := strconv.Itoa(len(e.Profiles)) + " profiles"
	findings = append(findings, Finding{Level: OK, Text: e.Source + ", " + number, Redacted: number})
	for _, warning := range e.Warnings {
		findings = append(findings, configFinding(Warn, warning))
	}
	return findings
}

func configFinding(level Level, r ConfigMessage) Finding {
	return Finding{Level: level, Text: r.Text, Redacted: r.Redacted}
}
