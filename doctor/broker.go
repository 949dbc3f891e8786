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

// checkBroker connects and tries everything out; the checks after it judge what was
// found.
func checkBroker(ctx context.Context, e *run) []Finding {
	address := e.Config.MQTT.URL
	if address == config.Embedded {
		if running, err := e.daemonRunning(); err != nil || !running {
			e.failed[nameBroker] = true
			return []Finding{skipped("it is inside the daemon, which does not run")}
		}
		if _, port, err := net.SplitHostPort(e.Config.MQTT.Listen); err == nil && port == "0" {
			e.failed[nameBroker] = true
			return []Finding{skipped("it is inside the daemon, on a port that is another at every start (mqtt.listen)")}
		}
	}
	var err error
	e.broker, err = e.Broker(ctx, e.probeOptions())
	if err == nil {
		return []Finding{passed("connected to " + address)}
	}
	findings := e.withEmbeddedRemedy([]Finding{connectFailure(address, err)})
	if len(e.broker.NotCleared) > 0 {
		findings = append(findings, leftoverWarning(e.broker.NotCleared))
	}
	return findings
}

// withEmbeddedRemedy has another cure for what is wrong with the daemon's withEmbeddedRemedy broker: no other
// program's settings can be the reason.
func (e *run) withEmbeddedRemedy(findings []Finding) []Finding {
	for i := range findings {
		if e.Config.MQTT.URL == config.Embedded && findings[i].Level == Fail {
			findings[i].Remedy = "the broker is inside the daemon: see the daemon's log, and restart it after every change of mqtt"
		}
	}
	return findings
}

// connectFailure says why there is no connection.
func connectFailure(address string, err error) Finding {
	switch {
	case errors.Is(err, mqtt.ErrWillRefused): // may have come in the form of a refusal
		return fail(address+" refuses connections with a retained last will",
			"allow retained messages at the broker (mosquitto: retain_available true)").withKind(Broker)
	case errors.Is(err, mqtt.ErrNotAuthorized):
		return fail(address+" does not accept mqtt.username and mqtt.password",
			"compare them with the broker's; Home Assistant's Mosquitto add-on takes the users of Home Assistant itself").withKind(Broker)
	}
	return fail(address, connectRemedy(address, err)).withError(errorText(err), err).withKind(Broker)
}

func leftoverWarning(topics []string) Finding {
	return warn("a trial message may still lie on "+strings.Join(topics, ", "), "it does no harm, and the next run clears it")
}

// errorText leaves out what the error's kind says already.
func errorText(err error) string {
	return strings.TrimPrefix(strings.TrimPrefix(err.Error(), mqtt.ErrUnreachable.Error()+": "), "network Error : ")
}

// connectRemedy knows the usual reasons for which there is no connection.
func connectRemedy(address string, err error) string {
	closedEarly := "the broker hangs up at once: perhaps that port is encrypted (mqtts://), or is not MQTT at all"
	switch scheme, _, _ := strings.Cut(address, "://"); scheme {
	case "mqtts", "ssl":
		closedEarly = "it hangs up at once: perhaps that port is not encrypted; mqtt:// instead of mqtts://, or the other port (8883)"
	case "ws", "wss":
		closedEarly = "it hangs up at once: perhaps that port does not speak websocket; mqtt:// and port 1883 are the usual way"
	}
	for _, row := range []struct{ part, cure string }{
		{"connection refused", "nothing listens there: is the broker running, and is the port right? Mosquitto 2 listens on its own " +
			"machine only, unless its configuration has a listener line"},
		{"no such host", "no machine of that name is known: try its IP address in mqtt.url"},
		{"certificate signed by unknown authority", "name the authority that signed the broker's certificate in mqtt.tls.ca_file"},
		{"certificate is valid for", "mqtt.url must name the broker as its certificate does"},
		{"certificate is not valid", "mqtt.url must name the broker as its certificate does"},
		{"cannot validate certificate", "mqtt.url must name the broker as its certificate does"},
		{"certificate required", "the broker wants a certificate of ours: mqtt.tls.cert_file and key_file"},
		{"certificate has expired", "the broker's certificate has expired: renew it there"},
		{"first record does not look like a TLS", "that port is not encrypted: mqtt:// instead of mqtts://, or the other port (8883)"},
		{"EOF", closedEarly},
		{"reset by peer", closedEarly},
	} {
		if strings.Contains(err.Error(), row.part) {
			return row.cure
		}
	}
	if errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "timeout") {
		return "no answer: a firewall in between, or a wrong address in mqtt.url"
	}
	return "check mqtt.url, and that the broker runs"
}

// checkPermissions judges what came back.
func checkPermissions(_ context.Context, e *run) []Finding {
	return e.withEmbeddedRemedy(e.permissionFindings())
}

func (e *run) permissionFindings() []Finding {
	found, tree := e.broker, e.Site.Tree
	var findings []Finding
	const acl = " in its access list (mosquitto: topic readwrite "
	missing := func(what, cure string) { findings = append(findings, fail(what, cure)) }
	for _, filter := range found.DeniedFilters {
		if !strings.Contains(filter, "/bridge/doctor/") && !slices.Contains(e.probeOptions().Echoes, filter) {
			missing("the broker does not let us subscribe to "+filter, "allow it"+acl+filter+")")
		}
	}
	if !found.Published {
		missing("what we publish below "+tree.Base+"/ does not come back, though the broker confirmed it",
			"allow reading and writing of "+tree.AllFilter()+acl+tree.AllFilter()+")")
		return findings // the rest follows from that
	}
	if !found.Retained {
		missing("the broker does not keep retained messages: after a restart Home Assistant would know nothing",
			"allow retained messages at the broker (mosquitto: retain_available true)")
	}
	if !found.WillDelivered {
		missing("our last will is not heard: a dead daemon would seem alive", "allow writing of "+tree.BridgeState()+acl+tree.AllFilter()+")")
	}
	if len(found.Denied) > 0 {
		missing("discovery documents do not get through below "+tree.Discovery+"/: Home Assistant would see nothing",
			"allow reading and writing of "+tree.DocumentFilter()+acl+tree.DocumentFilter()+")")
	}
	if len(found.NotCleared) > 0 {
		findings = append(findings, leftoverWarning(found.NotCleared))
	}
	if len(findings) == 0 {
		findings = append(findings, passed("publish, retain, subscribe and last will work, seen by reading our own messages back"))
	}
	return findings
}

// retained is what was retained on a topic.
func (e *run) retained(topic string) (string, bool) {
	for _, m := range e.broker.RetainedMessages {
		if m.Topic == topic {
			return string(m.Payload), true
		}
	}
	return "", false
}
