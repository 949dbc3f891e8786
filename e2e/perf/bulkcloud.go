package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"
)

// bulkCloud is a cloud with any number of accounts. It responds at once and
// over TLS, and counts; each account has three devices, of the same three
// models.
type bulkCloud struct {
	url      string
	certFile string // a file with the certificate to trust

	// years is how many years of history each account has, 0 for two weeks of
	// weighings.
	years int

	handshakes  atomic.Int64
	requests    atomic.Int64
	polls       atomic.Int64 // each requests measures once
	deviceLists atomic.Int64 // of devices

	server *http.Server
	ended  chan error
}

// newBulkCloud starts the cloud with so many years of history; folder is where
// its certificate is kept.
func newBulkCloud(ctx context.Context, folder string, years int) (*bulkCloud, error) {
	c := &bulkCloud{certFile: filepath.Join(folder, "trust.pem"), years: years, ended: make(chan error, 1)}
	certificate, err := selfSigned(c.certFile)
	if err != nil {
		return nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c.url = "https://" + listener.Addr().String()
	c.server = &http.Server{
		Handler:           http.HandlerFunc(c.answer),
		ReadHeaderTimeout: waitTimeout,
		// Clients that stop during a handshake are expected.
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
		TLSConfig: &tls.Config{
			Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
		},
		ConnState: func(_ net.Conn, state http.ConnState) {
			if state == http.StateNew {
				c.handshakes.Add(1)
			}
		},
	}
	go func() { c.ended <- c.server.ServeTLS(listener, "", "") }()
	return c, nil
}

func (c *bulkCloud) close() error {
	err := c.server.Close()
	if ended := <-c.ended; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	return err
}

// answer returns the measures, nights and devices of the token's account, and no
// other data.
func (c *bulkCloud) answer(w http.ResponseWriter, r *http.Request) {
	c.requests.Add(1)
	body := map[string]any{"series": []any{}, "activities": []any{}, "goals": map[string]any{}}
	person, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer access-")
	switch r.PostFormValue("action") {
	case "getmeas":
		c.polls.Add(1)
		body["updatetime"], body["timezone"], body["measuregrps"] = time.Now().Unix(), "Europe/Berlin", []any{}
		switch {
		case c.years > 0:
			addPage(body, "measuregrps", c.years*groupsPerYear, groupsPerPage, r, bulkGroup)
		case r.PostFormValue("lastupdate") == "" && r.PostFormValue("startdate") == "":
			body["measuregrps"] = twoWeeksOfWeights(time.Now())
		}
	case "getsummary":
		addPage(body, "series", c.years*nightsPerYear, nightsPerPage, r, bulkNight)
	case "getdevice":
		c.deviceLists.Add(1)
		body["devices"] = threeDevices(person, time.Now())
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"status": 0, "body": body})
}

// twoWeeksOfWeights is one weighing a day.
func twoWeeksOfWeights(now time.Time) []any {
	var groups []any
	for day := range 14 {
		at := now.Add(-time.Duration(day)*24*time.Hour - time.Hour).Unix()
		var measures []any
		for _, kind := range []int{1, 5, 6, 8, 76, 77, 88} {
			measures = append(measures, map[string]any{"type": kind, "unit": -3, "value": 20000 + 10*day + kind})
		}
		groups = append(groups, map[string]any{
			"grpid": at, "attrib": 0, "category": 1, "date": at, "created": at + 30, "modified": at + 30, "measures": measures,
		})
	}
	return groups
}

func threeDevices(person string, now time.Time) []any {
	var devices []any
	for _, model := range []struct{ name, kind string }{
		{"Body Cardio", "Scale"}, {"BPM Connect", "Blood Pressure Monitor"}, {"Aura Sensor V2", "Sleep Monitor"},
	} {
		devices = append(devices, map[string]any{
			"type": model.kind, "model": model.name, "battery": "high", "deviceid": person + " " + model.name,
			"last_session_date": now.Add(-time.Hour).Truncate(time.Hour).Unix(),
		})
	}
	return devices
}

// selfSigned makes a certificate for this machine, and a file to trust it by.
func selfSigned(trust string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "perf"},
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, err
	}
	err = os.WriteFile(trust, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}), 0o600)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("storing the certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, nil
}
