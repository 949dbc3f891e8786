// SPDX-License-Identifier: MIT

package doctor

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"

	"vitals2mqtt/config"
	"vitals2mqtt/mqtt"
)

// checkBroker connects and tests everything; the checks after it judge what was
// found.
func checkBroker(_ context.Context, r *run) []Finding {
	address := r.Config.MQTT.URL
	if address == config.Embedded {
		if running, err := r.daemonRunning(); err != nil || !running {
			r.failed[nameBroker] = true
			return []Finding{found("broker_embedded_stopped")}
		}
		if _, port, err := net.SplitHostPort(r.Config.MQTT.Listen); err == nil && port == "0" {
			r.failed[nameBroker] = true
			return []Finding{found("broker_embedded_port")}
		}
	}
	answer := r.brokerProbe()
	r.broker = answer.found
	err := answer.err
	if err == nil {
		return []Finding{found("broker_ok").detail("url", address)}
	}
	findings := r.withEmbeddedRemedy([]Finding{connectFailure(address, err)})
	if len(r.broker.NotCleared) > 0 {
		findings = append(findings, leftoverWarning(r.broker.NotCleared))
	}
	return findings
}

// withEmbeddedRemedy replaces the remedies of failures of the embedded broker:
// only the daemon can cause them.
func (r *run) withEmbeddedRemedy(findings []Finding) []Finding {
	for i := range findings {
		if r.Config.MQTT.URL == config.Embedded && findings[i].Level == Fail {
			findings[i].remedy = "embedded broker: check the daemon's log; restart it after changing mqtt"
		}
	}
	return findings
}

// connectFailure is why there is no connection.
func connectFailure(address string, err error) Finding {
	switch {
	case errors.Is(err, mqtt.ErrWillRefused): // may be a connection that was refused as well
		return found("broker_rejects_will").detail("url", address)
	case errors.Is(err, mqtt.ErrNotAuthorized):
		return found("broker_refused").detail("url", address)
	}
	return found("broker_unreachable").because(err).detail("url", address).
		detail("advice", connectAdvice(address, causeOf(err)))
}

func leftoverWarning(topics []string) Finding {
	return found("broker_leftovers").number("count", len(topics)).detail("topics", strings.Join(topics, ", "))
}

// checkPermissions reports which test messages did not come back.
func checkPermissions(_ context.Context, r *run) []Finding {
	return r.withEmbeddedRemedy(r.permissionFindings())
}

func (r *run) permissionFindings() []Finding {
	probed, tree := r.broker, r.Site.Tree
	var findings []Finding
	for _, filter := range probed.DeniedFilters {
		if !strings.Contains(filter, "/bridge/doctor/") && !slices.Contains(r.probeOptions().Echoes, filter) {
			findings = append(findings, found("subscribe_denied").detail("filter", filter))
		}
	}
	if !probed.Published { // the rest follows from that
		return append(findings, found("publish_denied").detail("base", tree.Base).detail("filter", tree.AllFilter()))
	}
	if !probed.Retained {
		findings = append(findings, found("retain_denied"))
	}
	if !probed.WillDelivered {
		findings = append(findings, found("will_denied").detail("topic", tree.BridgeState()).
			detail("filter", tree.AllFilter()))
	}
	if len(probed.Denied) > 0 {
		findings = append(findings, found("discovery_denied").detail("prefix", tree.Discovery).
			detail("filter", tree.DocumentFilter()))
	}
	if len(probed.NotCleared) > 0 {
		findings = append(findings, leftoverWarning(probed.NotCleared))
	}
	if len(findings) == 0 {
		findings = append(findings, found("permissions_ok"))
	}
	return findings
}

// retained is what was retained on a topic.
func (r *run) retained(topic string) (string, bool) {
	for _, m := range r.broker.RetainedMessages {
		if m.Topic == topic {
			return string(m.Payload), true
		}
	}
	return "", false
}
