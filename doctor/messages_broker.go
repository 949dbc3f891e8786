// SPDX-License-Identifier: MIT

package doctor

// brokerMessages are about the broker, and what the daemon leaves on it.
func brokerMessages() []message {
	const acl = " in its access list (mosquitto: topic readwrite "
	const limit = "the broker accepts messages of {up_to}{accepted} bytes"
	return []message{
		skip("broker_embedded_stopped", "embedded broker: daemon is not running"),
		skip("broker_embedded_port", "embedded broker: port changes at every start (mqtt.listen)"),
		ok("broker_ok", "connected to {url}"),
		fail("broker_rejects_will", "{url} rejects a retained last will",
			"allow retained messages at the broker (mosquitto: retain_available true)").of(Broker),
		fail("broker_refused", "{url} rejected mqtt.username and mqtt.password",
			"compare them with the broker's; Home Assistant's Mosquitto add-on uses the users of Home Assistant").of(Broker),
		fail("broker_unreachable", "{url}: {cause}", "{advice}").of(Broker),
		warn("broker_leftovers", "test messages may remain on {topics}", "harmless; the next run removes them"),

		fail("subscribe_denied", "subscribe denied: {filter}", "allow it"+acl+"{filter})"),
		fail("publish_denied", "messages published below {base}/ are acknowledged but not delivered",
			"allow reading and writing of {filter}"+acl+"{filter})"),
		fail("retain_denied", "retained messages are not stored: Home Assistant would lose all values on restart",
			"allow retained messages at the broker (mosquitto: retain_available true)"),
		fail("will_denied", "last will is not delivered: a dead daemon would appear online",
			"allow writing of {topic}"+acl+"{filter})"),
		fail("discovery_denied", "discovery documents are not delivered below {prefix}/: Home Assistant would see nothing",
			"allow reading and writing of {filter}"+acl+"{filter})"),
		ok("permissions_ok", "publish, retain, subscribe and last will verified"),

		skip("message_size_unknown", "message size limit could not be measured"),
		ok("message_size_ok", limit),
		ok("message_size_sufficient", limit+"; the largest discovery document has {largest}"),
		fail("message_size_exceeded", limit+"; the largest discovery document has {largest}, which exceeds the limit",
			"raise the limit (mosquitto: max_packet_size and message_size_limit), or configure fewer keys"),

		ok("bridge_ok", "daemon is connected"),
		skip("bridge_none", "skipped: no daemon has published yet"),
		ok("bridge_earlier_run", "retained messages are from an earlier run"),
		fail("bridge_elsewhere", "a daemon is running, but publishes nothing to this broker",
			"restart it if the configuration changed; its log names the broker"),
		warn("bridge_silent", "daemon is online, but its last report is old: {age}", "see its log; restart it"),
		warn("second_installation", "a second installation publishes below {base}/: "+
			"when either stops, both appear offline",
			"stop one of the two, or set a different mqtt.base_topic"),
		warn("bridge_other_client", "another client published below {base}/ a moment ago, but no daemon is running here",
			"unless that was `vitals2mqtt once`: a second installation has the same mqtt.base_topic; "+
				"stop it or change one of the two"),
	}
}

// homeAssistantMessages are about Home Assistant and the documents for it.
func homeAssistantMessages() []message {
	return []message{
		skip("discovery_disabled", "discovery is disabled (homeassistant.discovery)"),
		skip("birth_disabled", "birth message is disabled (homeassistant.birth_topic)"),
		skip("birth_unknown", "unknown: no retained birth message on {topic}, which is the default. "+
			"To be sure, enable \"retain\" of the birth message in Home Assistant's MQTT options"),
		ok("homeassistant_online", "connected to this broker"),
		warn("homeassistant_offline", "offline on this broker", "start it, or check its MQTT integration"),
		warn("birth_mismatch", "the message on {topic} is not homeassistant.birth_payload",
			"set homeassistant.birth_payload to the payload in Home Assistant's MQTT options"),

		skip("documents_unknown", "skipped: no instance id in the state directory"),
		warn("documents_orphaned", "{count} belong to removed profiles", "removed at the next daemon start"),
		warn("documents_duplicate", "{count} are from an installation with the same base topic and another state directory, "+
			"so that Home Assistant shows devices twice",
			"if it is gone, clear each: mosquitto_pub -r -n -t TOPIC ({examples}); and keep state_dir over updates"),
		warn("documents_missing", "a daemon is running, but none of its documents is retained on this broker",
			"check that the broker stores retained messages, and that the daemon uses this configuration"),
		skip("documents_none", "none yet; published when the daemon starts"),
		ok("documents_ok", "{count}, all in use"),
		ok("documents_ok_shared", "{count}, all in use; {others} are of another vitals2mqtt with its own base topic"),
	}
}

// notificationMessages are about push notifications.
func notificationMessages() []message {
	const proxy = "let the proxy forward /notify/ without a password, a redirect or a login page"
	return []message{
		skip("push_disabled", "not configured (notifications.public_url); polling covers everything except bed presence"),
		skip("push_secret_missing", "secret address is created at the first daemon start"),
		fail("push_secret_invalid", "notification secret is invalid", "vitals2mqtt push rotate"),
		fail("push_url_invalid", "the URL for notifications cannot be used: {cause}",
			"notifications.public_url must be https with a name, such as https://vitals.example.org"),
		skip("push_untested", "skipped: needs a running daemon"),
		fail("push_listener_silent", "the notification listener does not respond on this machine: {cause}",
			"check notifications.listen (or web.listen); restart the daemon after `push rotate`"),
		ok("push_listener_ok", "the listener on this machine responds"),
		ok("push_public_ok", "public address leads to it"),
		fail("push_public_name", "host name in notifications.public_url not found", "fix the DNS entry, or the name"),
		fail("push_public_certificate", "certificate of notifications.public_url is not trusted: {cause}",
			"{advice}"),
		warn("push_public_unreachable", "notifications.public_url does not respond from here: {cause}",
			"many routers do not route back inside; try it from outside, for example over a phone's mobile network"),
		fail("push_public_elsewhere", "public address does not lead to this daemon: HTTP {http}",
			"check that the proxy forwards to this daemon, with the path unchanged"),
		fail("push_public_redirects", "public address responds with a redirect: HTTP {http}", proxy),
		fail("push_public_denied", "request denied before reaching the daemon: HTTP {http}", proxy),
		fail("push_public_bad_gateway", "the proxy does not reach the daemon: HTTP {http}",
			"route it to notifications.listen, or else to web.listen"),
		fail("push_public_status", "public address responds with HTTP {http}; Withings accepts only 200", proxy),

		skip("subscriptions_disabled", "not configured"),
		skip("subscriptions_pending", "created when the daemon runs"),
		skip("subscriptions_unknown", "Withings API not queried"),
		warn("subscriptions_missing", "{missing} of {wanted} are missing: {categories}",
			"the daemon repairs them every few hours, and at a restart; `push` in Home Assistant shows the reason"),
		skip("subscriptions_not_yet", "{missing} of {wanted} are missing; created when the daemon starts"),
		warn("subscriptions_former", "all active, and {former} of a former address", "removed at the next daemon start"),
		ok("subscriptions_ok", "all {wanted} active"),
	}
}
