// Package failure says in a few words why a connection, a TLS handshake or a
// file operation failed. It knows no error of this program's own, and no remedy.
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
	"strings"
	"syscall"
)

// Cause is the class of an error.
type Cause struct {
	// Code is stable: one of the constants, or another of the table.
	Code string
	// Text is for the user; it can contain names and addresses.
	Text string
}

// CauseOf classifies an error, however deep it is wrapped. Without a class, the
// text is the error's own and the code is Other.
func CauseOf(err error) Cause {
	if missing, ok := errors.AsType[*net.DNSError](err); ok && missing.IsNotFound {
		return Cause{Code: HostNotFound, Text: "DNS lookup of " + missing.Name + " failed"}
	}
	if name, ok := errors.AsType[x509.HostnameError](err); ok {
		return Cause{Code: CertificateName, Text: name.Error()}
	}
	for _, row := range causes() {
		if row.is(err) {
			return Cause{Code: row.code, Text: row.text}
		}
	}
	return Cause{Code: Other, Text: err.Error()}
}

// The causes that decide about a remedy.
const (
	Other              = "other"
	Timeout            = "timeout"
	HostNotFound       = "host_not_found"
	Refused            = "connection_refused"
	Closed             = "connection_closed"
	NotTLS             = "not_tls"
	CertificateUnknown = "certificate_unknown_authority"
	CertificateName    = "certificate_name"
	CertificateExpired = "certificate_expired"
	ClientCertificate  = "client_certificate_required"
)

// Causes lists every class but Other, with its usual text.
func Causes() []Cause {
	all := []Cause{{HostNotFound, "DNS lookup failed"}, {CertificateName, "certificate is for another name"}}
	for _, row := range causes() {
		all = append(all, Cause{row.code, row.text})
	}
	return all
}

type causeRow struct {
	code, text string
	is         func(error) bool
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
		{"dns_failure", "DNS server does not respond", isType[*net.DNSError]},
		{Timeout, "timeout", isTimeout},
		{CertificateUnknown, "certificate signed by unknown authority", isType[x509.UnknownAuthorityError]},
		{CertificateExpired, "certificate has expired", isExpired},
		{"certificate_invalid", "certificate not trusted", isCertificateError},
		{NotTLS, "not encrypted", func(err error) bool {
			return errors.Is(err, http.ErrSchemeMismatch) || isType[tls.RecordHeaderError](err)
		}},
		{ClientCertificate, "client certificate required", isAlert("tls: certificate required")},
		{"tls_failure", "TLS handshake failed", isAlert("")},
		{Refused, "connection refused", is(syscall.ECONNREFUSED)},
		{"network_unreachable", "network is unreachable", is(syscall.ENETUNREACH)},
		{"no_route", "no route to host", is(syscall.EHOSTUNREACH)},
		{"address_in_use", "address already in use", is(syscall.EADDRINUSE)},
		{"address_not_local", "not an address of this machine", is(syscall.EADDRNOTAVAIL)},
		{"read_only", "read-only file system", is(syscall.EROFS)},
		{"disk_full", "no space left on device", is(syscall.ENOSPC)},
		{"permission_denied", "permission denied", is(fs.ErrPermission)},
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

// isAlert recognizes what the other side of a TLS connection reports; "" is any
// alert. crypto/tls exports neither type nor numbers of them.
func isAlert(text string) func(error) bool {
	return func(err error) bool {
		failed, ok := errors.AsType[*net.OpError](err)
		return ok && failed.Op == "remote error" && (text == "" || failed.Err.Error() == text)
	}
}

// IsTLS reports whether the certificate or the handshake is at fault.
func (c Cause) IsTLS() bool {
	return strings.HasPrefix(c.Code, "certificate_") || c.Code == NotTLS || c.Code == ClientCertificate ||
		c.Code == "tls_failure"
}
