// SPDX-License-Identifier: MIT

package doctor

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"vitals2mqtt/discovery"
)

// checkHomeAssistant reads Home Assistant's birth message.
func checkHomeAssistant(_ context.Context, r *run) []Finding {
	home := r.Config.HomeAssistant
	if !home.Discovery {
		return []Finding{found("discovery_disabled")}
	}
	if home.BirthTopic == "" {
		return []Finding{found("birth_disabled")}
	}
	payload, known := r.retained(home.BirthTopic)
	code := Code("birth_mismatch")
	switch {
	case !known:
		code = "birth_unknown"
	case payload == home.BirthPayload:
		code = "homeassistant_online"
	case payload == "offline":
		code = "homeassistant_offline"
	}
	return []Finding{found(code).detail("topic", home.BirthTopic)}
}

// documentOrigin is the part of a discovery document that identifies its
// publisher.
type documentOrigin struct {
	Origin struct {
		Name string `json:"name"`
	} `json:"origin"`
	Availability []struct {
		Topic string `json:"topic"`
	} `json:"availability"`
}

// checkDocuments looks for documents that are not updated any more.
func checkDocuments(_ context.Context, r *run) []Finding {
	if !r.Config.HomeAssistant.Discovery {
		return []Finding{found("discovery_disabled")}
	}
	if r.Site.Identity.Instance == "" {
		return []Finding{found("documents_unknown")}
	}
	ours, orphaned, others := 0, 0, 0
	var former []string
	for _, m := range r.broker.RetainedMessages {
		if _, document := r.Site.Tree.DocumentID(m.Topic); !document {
			continue
		}
		own, isOwn := discovery.ParseOwn(r.Site, m.Topic, m.Payload)
		var document documentOrigin
		switch {
		case isOwn && r.isOrphaned(own):
			orphaned++
		case isOwn:
			ours++
		case json.Unmarshal(m.Payload, &document) != nil || document.Origin.Name != "vitals2mqtt":
		case r.isStillPublished(m.Topic):
		case document.isBelow(r.Site.Tree.BridgeState()):
			former = append(former, m.Topic)
		default:
			others++
		}
	}
	var findings []Finding
	if orphaned > 0 {
		findings = append(findings, found("documents_orphaned").number("count", orphaned))
	}
	if len(former) > 0 {
		findings = append(findings, found("documents_duplicate").number("count", len(former)).
			detail("examples", firstFew(former)))
	}
	running, _ := r.daemonRunning()
	switch {
	case ours == 0 && running:
		findings = append(findings, found("documents_missing"))
	case ours == 0 && len(findings) == 0:
		findings = append(findings, found("documents_none"))
	case len(findings) == 0 && others > 0:
		findings = append(findings, found("documents_ok_shared").number("count", ours).number("others", others))
	case len(findings) == 0:
		findings = append(findings, found("documents_ok").number("count", ours))
	}
	return findings
}

// isOrphaned reports whether a document of ours is about a removed profile.
func (r *run) isOrphaned(own discovery.StaleDocument) bool {
	for _, topic := range own.Topics() {
		name, ok := r.Site.Tree.Parse(topic)
		isNamed := func(p Profile) bool { return p.Slug == name.Profile }
		if ok && name.Profile != "" && !slices.ContainsFunc(r.Profiles, isNamed) {
			return true
		}
	}
	return false
}

// isStillPublished reports whether this configuration may publish a document on
// this topic: then it must not be cleared, whatever published it last.
func (r *run) isStillPublished(topic string) bool {
	id, _ := r.Site.Tree.DocumentID(topic)
	switch {
	case strings.HasPrefix(id, discovery.DeviceID("")):
		return true // a device has the same id in every installation
	case strings.HasPrefix(id, discovery.Site{}.BridgeID()):
		return false
	case r.notSignedIn() > 0:
		return true // it may belong to a profile that is not signed in yet
	}
	for _, token := range r.tokens {
		if id == discovery.ProfileID(token.UserID) {
			return true
		}
	}
	return false
}

// isBelow reports whether the availability of a document depends on a state
// topic.
func (o documentOrigin) isBelow(state string) bool {
	for _, row := range o.Availability {
		if strings.EqualFold(row.Topic, state) {
			return true
		}
	}
	return false
}
