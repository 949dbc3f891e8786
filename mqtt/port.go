// SPDX-License-Identifier: MIT

package mqtt

import (
	"context"
	"crypto/tls"
	"net"
	"time"

	"vitals2mqtt/internal/failure"
)

// portTimeout bounds finding out what a port speaks.
const portTimeout = 3 * time.Second

// explainPort finds out what a port speaks that closed a connection without a
// word: a guess would send the user to the wrong place. Nothing secret is sent.
func (c *connector) explainPort(ctx context.Context, err error) error {
	address, ok := c.tcpAddress()
	if !ok {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, portTimeout)
	defer cancel()
	switch code := failure.CauseOf(err).Code; {
	case code == failure.Closed && !c.isSecure() && speaksTLS(ctx, address):
		return failure.As(failure.TLSExpected, "", err)
	case code == failure.ClosedInHandshake && speaksPlainMQTT(ctx, address):
		return failure.As(failure.NotTLS, "", err)
	}
	return err
}

// speaksTLS reports whether a port answers a TLS handshake, with whatever
// certificate.
func speaksTLS(ctx context.Context, address string) bool {
	dialer := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}} //nolint:gosec // nothing is sent
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		code := failure.CauseOf(err).Code // an alert is an answer as well
		return code == failure.ClientCertificate || code == failure.TLSFailure
	}
	_ = conn.Close()
	return true
}

// connectPacket is an MQTT 3.1.1 CONNECT of a client without a name.
const connectPacket = "\x10\x0c\x00\x04MQTT\x04\x02\x00\x0a\x00\x00"

// speaksPlainMQTT reports whether a port answers an unencrypted CONNECT, with
// whatever result.
func speaksPlainMQTT(ctx context.Context, address string) bool {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	answer := make([]byte, 1)
	const connack = 0x20
	if _, err := conn.Write([]byte(connectPacket)); err != nil {
		return false
	}
	n, _ := conn.Read(answer)
	return n == 1 && answer[0] == connack
}
