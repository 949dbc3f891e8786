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
	nameCloud         = "client id and secret"
	nameClock         = "clock"
	nameCallback      = "callback address"
	nameSignIn        = "sign-in"
	nameScopes        = "consent"
	nameBroker        = "broker"
	nameRights        = "broker permissions"
	nameSize          = "message size"
	nameBridge        = "bridge"
	namePresence      = "Home Assistant"
	nameDocuments     = "discovery documents"
	nameNotify        = "notifications"
	nameSubscriptions = "subscriptions"
)

// table lists the checks in their order: what others rest on comes first.
func table() []check {
	return []check{
		{nameConfiguration, nil, configuration},
		{nameFolder, []string{nameConfiguration}, stateFolder},
		{namePage, []string{nameConfiguration}, page},
		{nameCloud, []string{nameConfiguration}, cloud},
		{nameClock, []string{nameCloud}, clock},
		{nameSignIn, []string{nameConfiguration, nameFolder}, signIns},
		{nameScopes, []string{nameConfiguration, nameFolder}, scopes},
		{nameCallback, []string{nameConfiguration}, callback},
		{nameBroker, []string{nameConfiguration}, broker},
		{nameRights, []string{nameBroker}, rights},
		{nameSize, []string{nameRights}, messageSize},
		{nameBridge, []string{nameBroker, nameFolder}, bridge},
		{namePresence, []string{nameBroker}, presence},
		{nameDocuments, []string{nameBroker, nameFolder}, documents},
		{nameNotify, []string{nameConfiguration, nameFolder}, notifications},
		{nameSubscriptions, []string{nameNotify, nameCloud}, subscriptions},
	}
}

func configuration(_ context.Context, e *exam) []Finding {
	var findings []Finding
	for _, problem := range e.Problems {
		findings = append(findings, remark(Fail, problem).kind(Configuration))
	}
	if e.Config == nil {
		if len(findings) == 0 {
			findings = append(findings, fail("there is none", "vitals2mqtt init writes one").kind(Configuration))
		}
		return findings
	}
	number := strconv.Itoa(len(e.People)) + " profiles"
	findings = append(findings, Finding{Level: OK, Text: e.Source + ", " + number, Terse: number})
	for _, warning := range e.Warnings {
		findings = append(findings, remark(Warn, warning))
	}
	return findings
}

func remark(level Level, r Remark) Finding {
	return Finding{Level: level, Text: r.Text, Terse: r.Terse}
}
