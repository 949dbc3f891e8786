// SPDX-License-Identifier: MIT

// Package failure says in a few words why a connection, a TLS handshake or a
// file operation failed. It knows no error of this program's own, and no remedy.
package failure

import (
	"slices"
	"strings"
)

// Cause is the class of an error.
type Cause struct {
	// Code is stable: one of the constants, or another of the table.
	Code string
	// Text is for the user; it can contain names and addresses.
	Text string
}

// IsTLS reports whether the certificate or the handshake is at fault.
func (c Cause) IsTLS() bool {
	return strings.HasPrefix(c.Code, "certificate_") || slices.Contains([]string{
		NotTLS, ClientCertificate, ClientCertificateRefused, TLSFailure, ClosedInHandshake,
	}, c.Code)
}

// The causes that decide about a remedy.
const (
	Other              = "other"
	Timeout            = "timeout"
	HostNotFound       = "host_not_found"
	DNSFailure         = "dns_failure"
	NetworkUnreachable = "network_unreachable"
	NoRoute            = "no_route"
	Refused            = "connection_refused"
	Closed             = "connection_closed"
	NotTLS             = "not_tls"
	TLSFailure         = "tls_failure"
	ClientCertificate  = "client_certificate_required"

	CertificateUnknown = "certificate_unknown_authority"
	CertificateName    = "certificate_name"
	CertificateExpired = "certificate_expired"
	CertificateInvalid = "certificate_invalid"
	// CertificateWithoutNames is a certificate with a common name only.
	CertificateWithoutNames = "certificate_without_names"
)

// The causes that no error shows, but As gives.
const (
	ClientCertificateRefused = "client_certificate_refused"
	ClosedInHandshake        = "connection_closed_in_handshake"
	TLSExpected              = "tls_expected"
	// RefusedByBroker is a refusal by MQTT, for other reasons than the credentials.
	RefusedByBroker = "refused_by_broker"
)
