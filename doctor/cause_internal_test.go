// SPDX-License-Identifier: MIT

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
	"slices"
	"strings"
	"syscall"
	"testing"

	"vitals2mqtt/health"
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
		{syscall.ENOTDIR, "not_a_directory", ""},
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

// Each class has a remedy of its own, except two for the network: what to do is
// never guessed from a text.
func TestConnectAdvice(t *testing.T) {
	t.Parallel()
	// What no connection to a broker ends with.
	local := []string{
		"stopped", "address_in_use", "address_not_local", "read_only", "disk_full", "permission_denied", "not_found",
		"not_a_directory",
	}
	fallback := connectAdvice("mqtt://b.lan", cause{Cause: failure.Cause{Code: failure.Other}})
	seen := map[string]string{}
	for _, c := range failure.Causes() {
		if slices.Contains(local, c.Code) {
			continue
		}
		advice := connectAdvice("mqtt://b.lan", cause{Cause: c})
		if other, twice := seen[advice]; twice || advice == fallback {
			t.Errorf("%s has no remedy of its own, but that of %q", c.Code, other)
		}
		seen[advice] = c.Code
	}
	closed := cause{Cause: failure.Cause{Code: failure.Closed}}
	for scheme, want := range map[string]string{
		"mqtt":  "does not speak TLS either",
		"mqtts": "TLS handshake succeeds",
		"ssl":   "TLS handshake succeeds",
		"wss":   "WebSocket",
	} {
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

// What to do about an address of the web follows from the class of the error.
func TestWebAdvice(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		advice func(cause) string
		code   string
		want   string
	}{
		{apiAdvice, failure.HostNotFound, "DNS server"},
		{apiAdvice, failure.CertificateExpired, "clock"},
		{apiAdvice, failure.CertificateUnknown, "ca-certificates"},
		{apiAdvice, failure.NotTLS, "login page"},
		{apiAdvice, failure.Refused, "internet access"},
		{publicCertificateAdvice, failure.CertificateExpired, "renew"},
		{publicCertificateAdvice, failure.CertificateName, "host name"},
		{publicCertificateAdvice, failure.CertificateUnknown, "intermediate"},
		{publicCertificateAdvice, failure.NotTLS, "serve https"},
		{publicCertificateAdvice, failure.ClientCertificate, "without a client certificate"},
		{publicCertificateAdvice, failure.CertificateInvalid, "openssl"},
		{listenAdvice, failure.AddressInUse, "another program"},
		{listenAdvice, failure.AddressNotLocal, "not of this machine"},
		{listenAdvice, failure.PermissionDenied, "1024"},
		{listenAdvice, failure.Other, "change web.listen"},
	} {
		if got := row.advice(cause{Cause: failure.Cause{Code: row.code}}); !strings.Contains(got, row.want) {
			t.Errorf("%s: %s, want %q", row.code, got, row.want)
		}
	}
}

// What the daemon advises does not send the reader of a report back to the
// doctor.
func TestReportedRemediesDoNotNameTheDoctor(t *testing.T) {
	t.Parallel()
	r := &run{}
	for _, d := range health.Codes() {
		f := r.reportedFinding(health.Status{Code: d.Code, Subject: d.Subject, Remedy: d.Remedy})
		if strings.Contains(f.Remedy(), "vitals2mqtt doctor") {
			t.Errorf("%s: %s", d.Code, f.Remedy())
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
