// SPDX-License-Identifier: MIT

package failure

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"syscall"
)

const withoutNames = "certificate has no subjectAltName"

// The causes of files and addresses of this machine that decide about a remedy.
const (
	AddressInUse     = "address_in_use"
	AddressNotLocal  = "address_not_local"
	PermissionDenied = "permission_denied"
)

// Causes lists every class but Other, with its usual text.
func Causes() []Cause {
	all := []Cause{
		{HostNotFound, "DNS lookup failed"},
		{CertificateName, "certificate is for another name"},
		{CertificateWithoutNames, withoutNames},
	}
	for _, row := range causes() {
		all = append(all, Cause{row.code, row.text})
	}
	return all
}

type causeRow struct {
	code, text string
	// is recognizes an error; nil is for classes that As gives.
	is func(error) bool
}

// causes is the table of the classes, the more specific first.
func causes() []causeRow {
	is := func(targets ...error) func(error) bool {
		return func(err error) bool {
			for _, target := range targets {
				if errors.Is(err, target) {
					return true
				}
			}
			return false
		}
	}
	return []causeRow{
		{"stopped", "stopped", is(context.Canceled)},
		{DNSFailure, "DNS server does not respond", isType[*net.DNSError]},
		{Timeout, "timeout", isTimeout},
		{CertificateUnknown, "certificate signed by unknown authority", isType[x509.UnknownAuthorityError]},
		{CertificateExpired, "certificate has expired", isExpired},
		{CertificateInvalid, "certificate not trusted", isCertificateError},
		{NotTLS, "the port does not use TLS", func(err error) bool {
			return errors.Is(err, http.ErrSchemeMismatch) || isType[tls.RecordHeaderError](err)
		}},
		{ClientCertificate, "client certificate required", isAlert("tls: certificate required")},
		{ClientCertificateRefused, "client certificate refused", nil},
		{TLSFailure, "TLS handshake refused", isAlert("")},
		{ClosedInHandshake, "connection closed during the TLS handshake", nil},
		{RefusedByBroker, "refused by the broker", nil},
		{TLSExpected, "the port expects TLS", nil},
		{Refused, "connection refused", is(syscall.ECONNREFUSED)},
		{NetworkUnreachable, "network is unreachable", is(syscall.ENETUNREACH)},
		{NoRoute, "no route to host", is(syscall.EHOSTUNREACH)},
		{AddressInUse, "address already in use", is(syscall.EADDRINUSE)},
		{AddressNotLocal, "not an address of this machine", is(syscall.EADDRNOTAVAIL)},
		{"read_only", "read-only file system", is(syscall.EROFS)},
		{"disk_full", "no space left on device", is(syscall.ENOSPC)},
		{PermissionDenied, "permission denied", is(fs.ErrPermission)},
		{"not_found", "no such file or directory", is(fs.ErrNotExist)},
		{"not_a_directory", "not a directory", is(syscall.ENOTDIR)},
		{Closed, "connection closed", is(io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE, net.ErrClosed)},
	}
}

func isType[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

func isTimeout(err error) bool {
	network, ok := errors.AsType[net.Error](err)
	return ok && network.Timeout() || errors.Is(err, context.DeadlineExceeded)
}

func isExpired(err error) bool {
	invalid, ok := errors.AsType[x509.CertificateInvalidError](err)
	return ok && invalid.Reason == x509.Expired
}

func isCertificateError(err error) bool {
	return isType[x509.CertificateInvalidError](err) || isType[*tls.CertificateVerificationError](err)
}

// hasNames reports whether a certificate has a subjectAltName: a common name
// alone is accepted by nobody any more.
func hasNames(c *x509.Certificate) bool {
	return c == nil || len(c.DNSNames)+len(c.IPAddresses)+len(c.EmailAddresses)+len(c.URIs) > 0
}

// isAlert recognizes what the other side of a TLS connection reports; "" is any
// alert. crypto/tls exports neither type nor numbers of them.
func isAlert(text string) func(error) bool {
	return func(err error) bool {
		failed, ok := errors.AsType[*net.OpError](err)
		return ok && failed.Op == "remote error" && (text == "" || failed.Err.Error() == text)
	}
}
