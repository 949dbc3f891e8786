package mqtt

import (
	"context"
	"crypto/tls"
	"net"
	"sync/atomic"
	"time"

	"vitals2mqtt/internal/failure"
)

// handshake is what is known about the TLS handshake of a connection. A broker
// that refuses a client closes the connection, and the alert that says why is
// lost if data of ours is still on its way: what was asked for is certain.
type handshake struct {
	secure     bool // the URL asks for TLS
	configured bool // there is a client certificate

	requested atomic.Bool // the broker asked for one
	done      atomic.Bool
}

// watch returns a configuration that chooses the client certificate as without
// it, and records that one was requested.
func (h *handshake) watch(config *tls.Config) *tls.Config {
	if config == nil {
		config = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	config = config.Clone()
	ours := config.Certificates
	h.configured = len(ours) > 0
	config.GetClientCertificate = func(request *tls.CertificateRequestInfo) (*tls.Certificate, error) {
		h.requested.Store(true)
		for i := range ours {
			if request.SupportsCertificate(&ours[i]) == nil {
				return &ours[i], nil
			}
		}
		return &tls.Certificate{}, nil // none
	}
	return config
}

// explain gives an error the class that follows from the handshake.
func (h *handshake) explain(err error) error {
	code := failure.CauseOf(err).Code
	isRefused := code == failure.ClientCertificate || code == failure.TLSFailure
	switch {
	case !isHangUp(err) && !isRefused:
		return err
	case h.requested.Load() && h.configured:
		return failure.As(failure.ClientCertificateRefused, "", err)
	case h.requested.Load():
		return failure.As(failure.ClientCertificate, "", err)
	case h.secure && !h.done.Load() && isHangUp(err):
		return failure.As(failure.ClosedInHandshake, "", err)
	}
	return err
}

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
