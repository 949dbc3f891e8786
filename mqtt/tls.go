// SPDX-License-Identifier: MIT

package mqtt

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"

	"vitals2mqtt/internal/fileaccess"
)

// maxCertificateSize bounds the files of a TLS configuration.
const maxCertificateSize = 1 << 20

// LoadTLS reads the files of a TLS configuration: the CA certificate of the
// broker, and a client certificate with its key for brokers that require one.
// All may be "". With insecure any certificate is accepted, so that anyone on
// the network path can read and change everything. It returns nil if there is
// nothing to configure.
func LoadTLS(caFile, certFile, keyFile string, insecure bool) (*tls.Config, error) {
	if caFile == "" && certFile == "" && keyFile == "" && !insecure {
		return nil, nil //nolint:nilnil // nil is the system's trust, and means so to crypto/tls
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: insecure} //nolint:gosec // warned about
	if caFile != "" {
		text, err := fileaccess.Read(caFile, maxCertificateSize)
		if err != nil {
			return nil, fileaccess.Wrap("reading the CA certificate", caFile, err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("%s contains no PEM certificate", caFile)
		}
	}
	if (certFile == "") != (keyFile == "") {
		return nil, errors.New("a client certificate needs both cert_file and key_file")
	}
	if certFile != "" {
		pair, err := loadKeyPair(certFile, keyFile)
		if err != nil {
			return nil, fmt.Errorf("reading the client certificate: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

func loadKeyPair(certFile, keyFile string) (tls.Certificate, error) {
	cert, err := fileaccess.Read(certFile, maxCertificateSize)
	if err != nil {
		return tls.Certificate{}, fileaccess.Wrap("reading cert_file", certFile, err)
	}
	key, err := fileaccess.Read(keyFile, maxCertificateSize)
	if err != nil {
		return tls.Certificate{}, fileaccess.Wrap("reading key_file", keyFile, err)
	}
	return tls.X509KeyPair(cert, key)
}
