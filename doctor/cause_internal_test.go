package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"

	"vitals2mqtt/internal/failure"
	"vitals2mqtt/withings"
)

// An error is classified by its type, however deep it is wrapped.
func TestCauseOf(t *testing.T) {
	t.Parallel()
	remote := func(text string) error { return &net.OpError{Op: "remote error", Err: errors.New(text)} }
	dial := func(errno syscall.Errno) error {
		return &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", errno)}
	}
	certificate := &x509.Certificate{DNSNames: []string{"a.lan"}}
	for _, row := range []struct {
		err        error
		code, text string
	}{
		{context.Canceled, "stopped", ""},
		{context.DeadlineExceeded, "timeout", ""},
		{os.ErrDeadlineExceeded, "timeout", ""},
		{&net.DNSError{Name: "broker.lan", IsNotFound: true}, "host_not_found", "DNS lookup of broker.lan failed"},
		{&net.DNSError{Name: "broker.lan"}, "dns_failure", ""},
		{x509.UnknownAuthorityError{}, "certificate_unknown_authority", ""},
		{x509.HostnameError{Certificate: certificate, Host: "b.lan"}, "certificate_name", "a.lan, not b.lan"},
		{x509.CertificateInvalidError{Reason: x509.Expired}, "certificate_expired", ""},
		{x509.CertificateInvalidError{Reason: x509.TooManyIntermediates}, "certificate_invalid", ""},
		{&tls.CertificateVerificationError{Err: errors.New("x")}, "certificate_invalid", ""},
		{&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, "certificate_unknown_authority", ""},
		{tls.RecordHeaderError{}, "not_tls", ""},
		{http.ErrSchemeMismatch, "not_tls", ""},
		{remote("tls: certificate required"), "client_certificate_required", ""},
		{remote("tls: handshake failure"), "tls_failure", ""},
		{dial(syscall.ECONNREFUSED), "connection_refused", ""},
		{dial(syscall.ENETUNREACH), "network_unreachable", ""},
		{dial(syscall.EHOSTUNREACH), "no_route", ""},
		{dial(syscall.EADDRINUSE), "address_in_use", ""},
		{dial(syscall.EADDRNOTAVAIL), "address_not_local", ""},
		{dial(syscall.ECONNRESET), "connection_closed", ""},
		{io.EOF, "connection_closed", ""},
		{syscall.EROFS, "read_only", ""},
		{syscall.ENOSPC, "disk_full", ""},
		{os.ErrPermission, "permission_denied", ""},
		{os.ErrNotExist, "not_found", ""},
		{errNotDirectory, "not_a_directory", ""},
		{errors.New("b.lan is odd"), "other", "b.lan is odd"},
		{&withings.Error{Status: 601, HTTP: 200, Text: "slow down"}, "api_error", "status 601: slow down"},
		{&withings.Error{Status: withings.NoStatus, HTTP: 502}, "api_error", "HTTP 502"},
		{&withings.Error{Status: withings.NoStatus, Err: dial(syscall.ECONNREFUSED)}, "connection_refused", ""},
	} {
		got := causeOf(fmt.Errorf("outer: %w", &url.Error{Op: "Get", URL: "http://a", Err: row.err}))
		if got.Code != row.code || !strings.Contains(got.Text, row.text) || got.Text == "" {
			t.Errorf("%v: %+v, want %s", row.err, got, row.code)
		}
	}
	if c := causeOf(&withings.Error{Status: 601, HTTP: 200}); c.numbers["status"] != 601 || c.numbers["http"] != 200 {
		t.Errorf("%+v", c)
	}
}

// Each cause that decides about a remedy has one of its own.
func TestConnectAdvice(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, code := range []string{
		failure.Timeout, failure.HostNotFound, failure.Refused, failure.Closed, failure.NotTLS, failure.CertificateUnknown,
		failure.CertificateName, failure.CertificateExpired, failure.ClientCertificate, "other",
	} {
		advice := connectAdvice("mqtt://b.lan", cause{Cause: failure.Cause{Code: code}})
		if other, twice := seen[advice]; twice {
			t.Errorf("%s and %s have the same remedy", code, other)
		}
		seen[advice] = code
	}
	for scheme, want := range map[string]string{
		"mqtt":  "mqtts://",
		"mqtts": "instead of mqtts",
		"ssl":   "instead of mqtts",
		"wss":   "WebSocket",
	} {
		closed := cause{Cause: failure.Cause{Code: failure.Closed}}
		if advice := connectAdvice(scheme+"://b.lan", closed); !strings.Contains(advice, want) {
			t.Errorf("%s: %s", scheme, advice)
		}
	}
	for code, want := range map[string]bool{
		"certificate_name": true,
		"not_tls":          true,
		"tls_failure":      true,
		"timeout":          false,
	} {
		if (failure.Cause{Code: code}).IsTLS() != want {
			t.Errorf("%s is about TLS: %v", code, !want)
		}
	}
}

// The portal accepts https with a name on the usual port.
func TestCallbackCode(t *testing.T) {
	t.Parallel()
	const vendor = "https://wbsapi.withings.net"
	for _, row := range []struct {
		url, api string
		signedIn bool
		want     Code
	}{
		{"https://example.org/", vendor, false, "callback_valid"},
		{"https://example.org:443/", vendor, false, "callback_valid"},
		{"https://example.org/", vendor, true, "callback_needed_later"},
		{"https://example.org:8443/", vendor, false, "callback_port"},
		{"https://example.org:8443/", "http://127.0.0.1:1", false, "callback_valid"},
		{"https://192.0.2.7/", vendor, false, "callback_private"},
		{"http://localhost/", vendor, false, "callback_private"},
		{"http://127.0.0.1/", "http://127.0.0.1:1", false, "callback_valid"},
		{"http://home.lan/", "http://127.0.0.1:1", false, "callback_not_https"},
		{"example.org", vendor, true, "callback_invalid"},
		{"://", vendor, false, "callback_invalid"},
	} {
		if got := callbackCode(row.url, row.api, row.signedIn); got != row.want {
			t.Errorf("%s at %s: %s, want %s", row.url, row.api, got, row.want)
		}
	}
}
