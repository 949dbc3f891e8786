// SPDX-License-Identifier: MIT

package mqtt

import (
	"crypto/tls"
	"errors"
	"io"
	"sync/atomic"
	"syscall"

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

// isHangUp reports whether the other side closed the connection without an
// answer.
func isHangUp(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}
