// SPDX-License-Identifier: MIT

package failure

import (
	"crypto/x509"
	"errors"
	"net"
)

// CauseOf classifies an error, however deep it is wrapped. Without a class, the
// text is the error's own and the code is Other.
func CauseOf(err error) Cause {
	if k, ok := errors.AsType[*known](err); ok {
		return k.cause
	}
	if missing, ok := errors.AsType[*net.DNSError](err); ok && missing.IsNotFound {
		return Cause{Code: HostNotFound, Text: "DNS lookup of " + missing.Name + " failed"}
	}
	if name, ok := errors.AsType[x509.HostnameError](err); ok && !hasNames(name.Certificate) {
		return Cause{Code: CertificateWithoutNames, Text: withoutNames}
	} else if ok {
		return Cause{Code: CertificateName, Text: name.Error()}
	}
	for _, row := range causes() {
		if row.is != nil && row.is(err) {
			return Cause{Code: row.code, Text: row.text}
		}
	}
	return Cause{Code: Other, Text: err.Error()}
}

// known is an error of which more is known than it says.
type known struct {
	cause Cause
	err   error
}

// Error implements error.
func (k *known) Error() string { return k.cause.Text + ": " + k.err.Error() }

// Unwrap returns the error itself.
func (k *known) Unwrap() error { return k.err }

// As gives an error the class that is known where it occurs. An empty text is
// the usual one of the class.
func As(code, text string, err error) error {
	for _, c := range Causes() {
		if c.Code == code && text == "" {
			text = c.Text
		}
	}
	return &known{cause: Cause{Code: code, Text: text}, err: err}
}
