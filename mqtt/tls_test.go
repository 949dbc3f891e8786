// SPDX-License-Identifier: MIT

package mqtt_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"vitals2mqtt/mqtt"
	"vitals2mqtt/mqtt/broker"
)

// authority is an invented certificate authority.
type authority struct {
	folder string
	cert   *x509.Certificate
	key    *ecdsa.PrivateKey
}

// clock: TLS judges validity by it
func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{folder: t.TempDir()}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "test authority"},
		IsCA:                  true,
		BasicConstraintsValid: true,
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(time.Hour),
		KeyUsage:              x509.KeyUsageCertSign,
	}
	a.key = newKey(t)
	der, err := x509.CreateCertificate(rand.Reader, template, template, &a.key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	a.write(t, "ca.pem", "CERTIFICATE", der)
	return a
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func (a *authority) file(name string) string { return filepath.Join(a.folder, name) }

func (a *authority) write(t *testing.T, name, kind string, der []byte) {
	t.Helper()
	if err := os.WriteFile(a.file(name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
}

// issue signs a certificate and leaves NAME.pem and NAME.key.
func (a *authority) issue(t *testing.T, name string) tls.Certificate {
	t.Helper()
	key := newKey(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2),
		Subject:      pkix.Name{CommonName: name},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore:    time.Now().Add(-time.Hour), // clock: TLS judges validity by it
		NotAfter:     time.Now().Add(time.Hour),  // clock: TLS judges validity by it
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	a.write(t, name+".pem", "CERTIFICATE", der)
	a.write(t, name+".key", "EC PRIVATE KEY", secret)
	pair, err := tls.LoadX509KeyPair(a.file(name+".pem"), a.file(name+".key"))
	if err != nil {
		t.Fatal(err)
	}
	return pair
}

// startTLSProxy puts TLS in front of a broker, and asks clients for a
// certificate.
func startTLSProxy(t *testing.T, a *authority, to string) (address string) {
	t.Helper()
	clients := x509.NewCertPool()
	clients.AddCert(a.cert)
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		MinVersion:   tls.VersionTLS12,
		Certificates: []tls.Certificate{a.issue(t, "server")},
		ClientAuth:   tls.RequireAndVerifyClientCert,
		ClientCAs:    clients,
	})
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	group.Go(func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := (&net.Dialer{}).DialContext(context.WithoutCancel(t.Context()), "tcp", to)
			if err != nil {
				_ = near.Close()
				continue
			}
			for _, pair := range [][2]net.Conn{{near, far}, {far, near}} {
				group.Go(func() {
					_, _ = io.Copy(pair[0], pair[1])
					_ = pair[0].Close()
					_ = pair[1].Close()
				})
			}
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		group.Wait()
	})
	return listener.Addr().String()
}

func TestTLS(t *testing.T) {
	t.Parallel()
	b := startBroker(t, broker.Options{})
	a, other := newAuthority(t), newAuthority(t)
	address := "mqtts://" + startTLSProxy(t, a, b.Addr())
	a.issue(t, "client")
	other.issue(t, "client")
	for name, row := range map[string]struct {
		ca, cert *authority
		insecure bool
		works    bool
	}{
		"own authority and certificate":    {ca: a, cert: a, works: true},
		"wrong authority":                  {ca: other, cert: a},
		"no authority":                     {cert: a},
		"no client certificate":            {ca: a},
		"certificate of another authority": {ca: a, cert: other},
		"insecure":                         {cert: a, insecure: true, works: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var ca, cert, key string
			if row.ca != nil {
				ca = row.ca.file("ca.pem")
			}
			if row.cert != nil {
				cert, key = row.cert.file("client.pem"), row.cert.file("client.key")
			}
			config, err := mqtt.LoadTLS(ca, cert, key, row.insecure)
			if err != nil {
				t.Fatal(err)
			}
			err = mqtt.CheckConnection(t.Context(), mqtt.Options{
				URL:        address,
				ClientID:   "tls",
				StateTopic: stateTopic,
				TLS:        config,
			})
			if (err == nil) != row.works {
				t.Errorf("%v, should work: %v", err, row.works)
			}
		})
	}
}

func TestLoadTLSRejectsInvalidFiles(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	a.issue(t, "client")
	if err := os.WriteFile(a.file("invalid.pem"), []byte("invalid"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, files := range map[string][3]string{
		"missing authority": {a.file("nothing.pem"), "", ""}, "invalid authority": {a.file("invalid.pem"), "", ""},
		"certificate without key": {"", a.file("client.pem"), ""},
		"invalid certificate":     {"", a.file("invalid.pem"), a.file("client.key")},
	} {
		if _, err := mqtt.LoadTLS(files[0], files[1], files[2], false); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if config, err := mqtt.LoadTLS("", "", "", false); config != nil || err != nil {
		t.Errorf("nothing configured gave %v, %v", config, err)
	}
}
