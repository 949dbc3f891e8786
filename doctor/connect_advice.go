// SPDX-License-Identifier: MIT

package doctor

import (
	"strings"

	"vitals2mqtt/internal/failure"
)

// connectAdvice is what to do when there is no connection to the broker. It
// depends on the class of the error alone. Where the class leaves several
// causes, it says what is known and what to check.
func connectAdvice(address string, c cause) string {
	if c.Code == failure.Closed {
		return closedAdvice(address)
	}
	if advice, ok := adviceByCause()[c.Code]; ok {
		return advice
	}
	return "the broker's log may say more; mqtt.url must be its address"
}

func adviceByCause() map[string]string {
	const network = "check the network of this machine or container, and the address in mqtt.url"
	return map[string]string{
		failure.Refused: "nothing is listening: check that the broker is running and the port is correct. " +
			"Mosquitto 2 listens on its own machine only, unless its configuration has a listener line",
		failure.HostNotFound:       "host name not found: try the IP address in mqtt.url",
		failure.DNSFailure:         "check the DNS server of this machine or container, or use the IP address in mqtt.url",
		failure.NetworkUnreachable: network,
		failure.NoRoute:            network + "; a firewall can cause this too",
		failure.Timeout:            "no answer: check for a firewall, or a wrong address in mqtt.url",

		failure.CertificateUnknown: "set mqtt.tls.ca_file to the certificate authority of the broker",
		failure.CertificateName:    "mqtt.url must name the broker as its certificate does",
		failure.CertificateWithoutNames: "the certificate needs a subjectAltName, a common name is not enough: make a new one " +
			"for the broker (openssl: -addext subjectAltName=DNS:NAME or IP:ADDRESS, as in mqtt.url)",
		failure.CertificateExpired: "the broker's certificate has expired: renew it there",
		failure.CertificateInvalid: "the broker's certificate does not verify: `openssl s_client -connect HOST:PORT` shows it",
		failure.ClientCertificate: "the broker requests a client certificate: set mqtt.tls.cert_file and key_file, " +
			"to one that its authority has signed",
		failure.ClientCertificateRefused: "the broker does not accept the certificate in mqtt.tls.cert_file: " +
			"it must be signed by an authority that the broker trusts, and be valid today",
		failure.TLSFailure: "the broker refuses the TLS handshake: its log has the reason",

		failure.NotTLS:      "that port is not encrypted: use mqtt:// instead of mqtts://, or the other port (usually 8883)",
		failure.TLSExpected: "that port is encrypted: use mqtts:// instead of mqtt://, or the other port (usually 1883)",
		failure.ClosedInHandshake: "the port neither completes a TLS handshake nor speaks MQTT without: " +
			"check the port in mqtt.url (usually 8883 with TLS), and the broker's log",
		failure.RefusedByBroker: "the broker is there and refuses the connection for this reason; its log may say more",
	}
}

// closedAdvice is about a connection that is closed without a word.
func closedAdvice(address string) string {
	const log = "the broker's log has the reason (a limit or an access list), unless "
	switch scheme, _, _ := strings.Cut(address, "://"); scheme {
	case "mqtts", "ssl":
		return "the TLS handshake succeeds, then the connection is closed: " + log + "the port is not for MQTT"
	case "ws", "wss":
		return "the connection is closed immediately: " + log + "the port is not for WebSocket; " +
			"mqtt:// and port 1883 are the usual way"
	}
	return "the connection is closed immediately, and the port does not speak TLS either: " + log +
		"the port is not for MQTT"
}
