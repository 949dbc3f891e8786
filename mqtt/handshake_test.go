// SPDX-License-Identifier: MIT

package mqtt_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/internal/failure"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/mqtt/broker"
)

// startListener serves connections one after the other.
func startListener(t *testing.T, serve func(net.Conn)) (address string) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			serve(conn)
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		<-done
	})
	return listener.Addr().String()
}

// reset closes a connection so that the other side loses what it has not read:
// an alert, for example.
func reset(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// probeCause returns the class of the error with which a probe ends.
func probeCause(t *testing.T, url string, config *tls.Config) failure.Cause {
	t.Helper()
	_, err := mqtt.Probe(t.Context(), mqtt.Options{URL: url, ClientID: "doctor", TLS: config}, mqtt.ProbeOptions{
		ScratchTopic: "v/doctor/1",
		EchoTimeout:  time.Second,
	})
	if err == nil {
		t.Fatal("the probe succeeded")
	}
	return failure.CauseOf(err)
}

// trust returns a configuration that trusts an authority.
func (a *authority) trust(certificates ...tls.Certificate) *tls.Config {
	roots := x509.NewCertPool()
	roots.AddCert(a.cert)
	return &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots, Certificates: certificates}
}

// A broker that wants a client certificate is recognized by its request, also
// when its alert does not arrive.
func TestClientCertificateIsNamedWithoutAlert(t *testing.T) {
	t.Parallel()
	a, other := newAuthority(t), newAuthority(t)
	own := other.issue(t, "client")
	server := a.issue(t, "server")
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		// The handshake succeeds with any certificate or none; then the
		// connection is gone.
		address := startListener(t, func(conn net.Conn) {
			session := tls.Server(conn, &tls.Config{
				MinVersion:   version,
				MaxVersion:   version,
				Certificates: []tls.Certificate{server},
				ClientAuth:   tls.RequestClientCert,
			})
			if session.HandshakeContext(t.Context()) == nil {
				_, _ = session.Read(make([]byte, 1))
			}
			reset(conn)
		})
		if got := probeCause(t, "mqtts://"+address, a.trust()); got.Code != failure.ClientCertificate {
			t.Errorf("%#x without a certificate: %+v", version, got)
		}
		if got := probeCause(t, "mqtts://"+address, a.trust(own)); got.Code != failure.ClientCertificateRefused {
			t.Errorf("%#x with a certificate: %+v", version, got)
		}
	}
}

// With a real refusal, alert and end of the connection race.
func TestClientCertificateIsNamedEveryTime(t *testing.T) {
	t.Parallel()
	a, other := newAuthority(t), newAuthority(t)
	b := startBroker(t, broker.Options{})
	address := "mqtts://" + startTLSProxy(t, a, b.Addr())
	own := other.issue(t, "client")
	for range 20 {
		if got := probeCause(t, address, a.trust()); got.Code != failure.ClientCertificate {
			t.Fatalf("without a certificate: %+v", got)
		}
		if got := probeCause(t, address, a.trust(own)); got.Code != failure.ClientCertificateRefused {
			t.Fatalf("with a certificate of another authority: %+v", got)
		}
	}
}

// What a port speaks is tried out before the other protocol is recommended.
func TestPortsOfTheOtherProtocol(t *testing.T) {
	t.Parallel()
	a, b := newAuthority(t), startBroker(t, broker.Options{})
	hangUp := startListener(t, func(conn net.Conn) { _, _ = conn.Read(make([]byte, 1)) })
	tlsPort := startListener(t, func(conn net.Conn) {
		session := tls.Server(conn, &tls.Config{
			MinVersion:   tls.VersionTLS12,
			Certificates: []tls.Certificate{a.issue(t, "server")},
		})
		_ = session.HandshakeContext(t.Context())
	})
	// A broker closes what does not begin with CONNECT; one that answers with
	// text is recognized by the first bytes.
	plain := startListener(t, func(conn net.Conn) {
		first := make([]byte, 1)
		if _, err := io.ReadFull(conn, first); err == nil && first[0] == 0x10 {
			_, _ = conn.Write([]byte("\x20\x02\x00\x05"))
		}
	})
	for url, want := range map[string]string{
		"mqtts://" + plain:    failure.NotTLS,
		"mqtts://" + hangUp:   failure.ClosedInHandshake,
		"mqtts://" + b.Addr(): failure.NotTLS,
		"mqtt://" + tlsPort:   failure.TLSExpected,
		"mqtt://" + hangUp:    failure.Closed,
	} {
		if got := probeCause(t, url, nil); got.Code != want {
			t.Errorf("%s: %+v, want %s", url, got, want)
		}
	}
}

// The page shows why there is no connection, in a few words.
func TestStatusHasTheCauseInAFewWords(t *testing.T) {
	t.Parallel()
	refusing := startListener(t, func(conn net.Conn) {
		_, _ = conn.Read(make([]byte, 1))
		_, _ = conn.Write([]byte("\x20\x02\x00\x02"))
	})
	for url, want := range map[string]string{
		"mqtt://127.0.0.1:1":  "connection refused",
		"mqtt://" + refusing:  "refused by the broker: identifier rejected",
		"mqtts://127.0.0.1:1": "connection refused",
		"ws://127.0.0.1:1/ws": "connection refused",
	} {
		c, _ := client(t, mqtt.Options{URL: url}, nil)
		waitUntil(t, "a failure of "+url, func() bool { return c.Status().LastError != "" })
		if got := c.Status().LastError; !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q, want %q", url, got, want)
		}
	}
}
