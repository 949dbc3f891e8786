package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"

	"vitals2mqtt/withings"
)

// cause is an error, classified. Its code is one of causes, its text is for the
// user: it can contain names and addresses.
type cause struct {
	code, text string
	numbers    map[string]int
}

// causeOf classifies an error. Without a class, the text is the error's own.
func causeOf(err error) cause {
	failure, ours := errors.AsType[*withings.Error](err)
	if ours && (failure.Status != withings.NoStatus || failure.HTTP != 0) {
		c := cause{code: "api_error", numbers: map[string]int{"http": failure.HTTP}}
		parts := []string{failure.Class.String()}
		if failure.Status != withings.NoStatus {
			c.numbers["status"] = failure.Status
			parts = append(parts, "status "+strconv.Itoa(failure.Status))
		}
		if failure.HTTP != http.StatusOK {
			parts = append(parts, "HTTP "+strconv.Itoa(failure.HTTP))
		}
		c.text = strings.Join(parts, ", ")
		if failure.Text != "" {
			c.text += ": " + failure.Text
		} else if failure.Err != nil {
			c.text += ": " + failure.Err.Error()
		}
		return c
	}
	if missing, ok := errors.AsType[*net.DNSError](err); ok && missing.IsNotFound {
		return cause{code: causeHostNotFound, text: "DNS lookup of " + missing.Name + " failed"}
	}
	if name, ok := errors.AsType[x509.HostnameError](err); ok {
		return cause{code: causeCertificateName, text: name.Error()}
	}
	for _, row := range causes() {
		if row.is(err) {
			return cause{code: row.code, text: row.text}
		}
	}
	return cause{code: "other", text: err.Error()}
}

// The causes that decide about a remedy.
const (
	causeTimeout            = "timeout"
	causeHostNotFound       = "host_not_found"
	causeRefused            = "connection_refused"
	causeClosed             = "connection_closed"
	causeNotTLS             = "not_tls"
	causeCertificateUnknown = "certificate_unknown_authority"
	causeCertificateName    = "certificate_name"
	causeCertificateExpired = "certificate_expired"
	causeClientCertificate  = "client_certificate_required"
)

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
		{causeTimeout, "timeout", isTimeout},
		{causeCertificateUnknown, "certificate signed by unknown authority", isType[x509.UnknownAuthorityError]},
		{causeCertificateExpired, "certificate has expired", isExpired},
		{"certificate_invalid", "certificate not trusted", isCertificateError},
		{causeNotTLS, "not encrypted", func(err error) bool {
			return errors.Is(err, http.ErrSchemeMismatch) || isType[tls.RecordHeaderError](err)
		}},
		{causeClientCertificate, "client certificate required", isAlert("tls: certificate required")},
		{"tls_failure", "TLS handshake failed", isAlert("")},
		{causeRefused, "connection refused", is(syscall.ECONNREFUSED)},
		{"network_unreachable", "network is unreachable", is(syscall.ENETUNREACH)},
		{"no_route", "no route to host", is(syscall.EHOSTUNREACH)},
		{"address_in_use", "address already in use", is(syscall.EADDRINUSE)},
		{"address_not_local", "not an address of this machine", is(syscall.EADDRNOTAVAIL)},
		{"read_only", "read-only file system", is(syscall.EROFS)},
		{"disk_full", "no space left on device", is(syscall.ENOSPC)},
		{"permission_denied", "permission denied", is(fs.ErrPermission)},
		{"not_found", "no such file or directory", is(fs.ErrNotExist)},
		{"not_a_directory", "not a directory", is(errNotDirectory, syscall.ENOTDIR)},
		{causeClosed, "connection closed", is(io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE, net.ErrClosed)},
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

// isTLS reports whether the certificate or the handshake is at fault.
func (c cause) isTLS() bool {
	return strings.HasPrefix(c.code, "certificate_") || c.code == causeNotTLS || c.code == causeClientCertificate ||
		c.code == "tls_failure"
}
