// SPDX-License-Identifier: MIT

package failure_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	"vitals2mqtt/internal/failure"
)

// A certificate with a common name only matches no name at all: it is the
// certificate that has to be replaced, not the name in the URL.
func TestCertificateWithoutNames(t *testing.T) {
	t.Parallel()
	onlyCommonName := &x509.Certificate{Subject: pkix.Name{CommonName: "broker.lan"}}
	named := &x509.Certificate{DNSNames: []string{"other.lan"}}
	for _, row := range []struct {
		certificate *x509.Certificate
		host, code  string
	}{
		{onlyCommonName, "broker.lan", failure.CertificateWithoutNames},
		{onlyCommonName, "192.0.2.7", failure.CertificateWithoutNames},
		{named, "broker.lan", failure.CertificateName},
		{named, "192.0.2.7", failure.CertificateName},
	} {
		got := failure.CauseOf(fmt.Errorf("dial: %w", x509.HostnameError{Certificate: row.certificate, Host: row.host}))
		if got.Code != row.code || !got.IsTLS() {
			t.Errorf("%v for %s: %+v", row.certificate.DNSNames, row.host, got)
		}
	}
}

// What is known where an error occurs goes before what the error says.
func TestKnownClass(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("connecting: %w", failure.As(failure.TLSExpected, "", io.EOF))
	if got := failure.CauseOf(err); got.Code != failure.TLSExpected || got.Text != "the port expects TLS" {
		t.Errorf("%+v", got)
	}
	if !errors.Is(err, io.EOF) || err.Error() != "connecting: the port expects TLS: EOF" {
		t.Errorf("%v", err)
	}
	if got := failure.CauseOf(failure.As(failure.RefusedByBroker, "busy", io.EOF)); got.Text != "busy" {
		t.Errorf("%+v", got)
	}
}

func TestCodesAreUnique(t *testing.T) {
	t.Parallel()
	var codes []string
	for _, c := range failure.Causes() {
		if slices.Contains(codes, c.Code) || c.Text == "" {
			t.Errorf("%+v", c)
		}
		codes = append(codes, c.Code)
	}
}
