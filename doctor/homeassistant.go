package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"vitals2mqtt/discovery"
)

// checkHomeAssistant looks for Home Assistant's birth message.
func checkHomeAssistant(_ context.Context, e *run) []Finding {
	home := e.Config.HomeAssistant
	if !home.Discovery {
		return []Finding{skipped("discovery is switched off (homeassistant.discovery)")}
	}
	if home.BirthTopic == "" {
		return []Finding{skipped("nobody listens for its start (homeassistant.birth_topic)")}
	}
	word, known := e.retained(home.BirthTopic)
	switch {
	case !known:
		return []Finding{skipped("cannot be seen from here: nothing is retained on " + home.BirthTopic + ", which is its default. " +
			"To be sure, switch \"retain\" of the birth message on in Home Assistant's MQTT options")}
	case word == home.BirthPayload:
		return []Finding{passed("it is connected to this broker")}
	case word == "offline":
		return []Finding{warn("it has said goodbye on this broker", "start it, or look at its MQTT integration")}
	}
	return []Finding{warn("what it says on "+home.BirthTopic+" is not what homeassistant.birth_payload expects",
		"set homeassistant.birth_payload to what Home Assistant's MQTT options have")}
}

// documentOrigin is as much of a discovery document as tells whose it is.
type documentOrigin struct {
	Origin struct {
		Name string `json:"name"`
	} `json:"origin"`
	Availability []struct {
		Topic string `json:"topic"`
	} `json:"availability"`
}

// checkDocuments looks for those that nobody keeps up any more.
func checkDocuments(_ context.Context, e *run) []Finding {
	if !e.Config.HomeAssistant.Discovery {
		return []Finding{skipped("discovery is switched off (homeassistant.discovery)")}
	}
	if e.Site.Identity.Instance == "" {
		return []Finding{skipped("no daemon has kept an id in the state folder, so whose they are cannot be told")}
	}
	ours, stale, former, elsewhere := 0, []string{}, []string{}, 0
	for _, m := range e.broker.RetainedMessages {
		if _, document := e.Site.Tree.DocumentID(m.Topic); !document {
			continue
		}
		own, mine := discovery.ParseOwn(e.Site, m.Topic, m.Payload)
		var whose documentOrigin
		switch {
		case mine && e.isOrphaned(own):
			stale = append(stale, m.Topic)
		case mine:
			ours++
		case json.Unmarshal(m.Payload, &whose) != nil || whose.Origin.Name != "vitals2mqtt":
		case e.isStillPublished(m.Topic): // on its way, not left over
		case whose.isBelow(e.Site.Tree.BridgeState()):
			former = append(former, m.Topic)
		default:
			elsewhere++
		}
	}
	var findings []Finding
	if len(stale) > 0 {
		findings = append(findings, warn(fmt.Sprintf("%d are about people who are not in the configuration any more", len(stale)),
			"the daemon removes them when it is started the next time"))
	}
	if len(former) > 0 {
		findings = append(findings, warn(fmt.Sprintf("%d are from an installation with the same base topic and another state "+
			"folder, so that Home Assistant shows devices twice", len(former)),
			"if it is gone for good, clear each: mosquitto_pub -r -n -t TOPIC ("+firstFew(former)+"); and keep state_dir over updates"))
	}
	running, _ := e.daemonRunning()
	switch {
	case ours == 0 && running:
		findings = append(findings, warn("a daemon runs, but none of its documents lies on this broker",
			"does the broker keep retained messages, and does the daemon use this configuration?"))
	case ours == 0 && len(findings) == 0:
		findings = append(findings, skipped("none yet: they come with the daemon"))
	case len(findings) == 0:
		findings = append(findings, passed(fmt.Sprintf("%d, all in use%s", ours, othersText(elsewhere))))
	}
	return findings
}

func othersText(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("; %d are of another vitals2mqtt with a base topic of its own", n)
}

// isOrphaned says whether a document of ours is about somebody who is gone.
func (e *run) isOrphaned(own discovery.StaleDocument) bool {
	for _, topic := range own.Topics() {
		name, ok := e.Site.Tree.Parse(topic)
		if ok && name.Profile != "" && !slices.ContainsFunc(e.Profiles, func(p Profile) bool { return p.Slug == name.Profile }) {
			return true
		}
	}
	return false
}

// isStillPublished says whether the present configuration writes, or may write, a document
// of its own on this topic: then it must not be cleared, whoever wrote it last.
func (e *run) isStillPublished(topic string) bool {
	id, _ := e.Site.Tree.DocumentID(topic)
	switch {
	case strings.HasPrefix(id, discovery.DeviceID("")):
		return true // a device has the same id in every installation
	case strings.HasPrefix(id, discovery.Site{}.BridgeID()):
		return false
	case e.notSignedIn() > 0:
		return true // it may be the one of somebody who has not signed in yet
	}
	for _, token := range e.tokens {
		if id == discovery.ProfileID(token.UserID) {
			return true
		}
	}
	return false
}

// isBelow says whether a document hangs on the state topic of our base.
func (o documentOrigin) isBelow(state string) bool {
	for _, row := range o.Availability {
		if strings.EqualFold(row.Topic, state) {
			return true
		}
	}
	return false
}
