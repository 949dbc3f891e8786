// SPDX-License-Identifier: MIT

package withings_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/withings"
)

// benchServerEnv makes the test program the server of BenchmarkPoll: "1" over
// HTTP/1.1, "2" over HTTP/2.
const benchServerEnv = "V2M_BENCH_SERVER"

// serveBench answers until its input ends.
func serveBench(protocol string) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(nothing))
	}))
	s.EnableHTTP2 = protocol == "2"
	s.StartTLS()
	defer s.Close()
	_, _ = fmt.Fprintln(os.Stdout, s.URL)
	_ = pem.Encode(os.Stdout, &pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	_, _ = fmt.Fprintln(os.Stdout, "ready")
	_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
}

// startBenchServer starts the server in a process of its own.
func startBenchServer(b *testing.B, protocol string) (url string, roots *x509.CertPool) {
	b.Helper()
	command := exec.Command(os.Args[0]) //nolint:noctx // until its input ends
	command.Env = append(os.Environ(), benchServerEnv+"="+protocol)
	input, err := command.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = input.Close(); _ = command.Wait() })
	lines := bufio.NewScanner(output)
	lines.Scan()
	url = lines.Text()
	var certificate strings.Builder
	for lines.Scan() && lines.Text() != "ready" {
		_, _ = certificate.WriteString(lines.Text() + "\n")
	}
	roots = x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(certificate.String()))
	return url, roots
}

// BenchmarkPoll makes the eight requests of a poll over TLS: user and system time
// of this process alone, and the live memory that the open connection takes.
// With a handshake each, the connection is closed after the poll; resumed, its
// TLS session is kept.
func BenchmarkPoll(b *testing.B) {
	for _, row := range []struct {
		name, protocol     string
		handshake, resumed bool
	}{
		{"HTTP1", "1", false, false},
		{"HTTP2", "2", false, false},
		{"HTTP1Handshake", "1", true, false},
		{"HTTP2Handshake", "2", true, false},
		{"HTTP1Resumed", "1", true, true},
		{"HTTP2Resumed", "2", true, true},
	} {
		b.Run(row.name, func(b *testing.B) {
			url, roots := startBenchServer(b, row.protocol)
			carrier, ok := withings.NewTransport(20, 5*time.Minute).(*http.Transport)
			if !ok {
				b.Fatal("another transport than the standard one")
			}
			defer carrier.CloseIdleConnections()
			carrier.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
			if row.resumed {
				carrier.TLSClientConfig.ClientSessionCache = tls.NewLRUClientSessionCache(1)
			}
			client, err := withings.New(withings.Options{
				ClientID: clientID, ClientSecret: secret.New(clientSecret), APIURL: url, Transport: carrier, PerMinute: 100_000_000,
			})
			if err != nil {
				b.Fatal(err)
			}
			a := client.Account(profile, newMemoryStore(newToken(1, 1000*time.Hour)))
			pollOnce(b, a)
			carrier.CloseIdleConnections()
			before := liveBytes()
			pollOnce(b, a)
			if row.handshake {
				carrier.CloseIdleConnections()
			}
			kept := liveBytes() - before
			b.ReportAllocs()
			began := processTime(b)
			for b.Loop() {
				pollOnce(b, a)
				if row.handshake {
					carrier.CloseIdleConnections()
				}
			}
			b.ReportMetric(float64((processTime(b)-began).Microseconds())/float64(b.N), "cpu-µs/op")
			b.ReportMetric(float64(kept), "kept-B")
		})
	}
}

func pollOnce(b *testing.B, a *withings.Account) {
	b.Helper()
	now, ctx := time.Unix(1_800_000_000, 0), context.Background()
	var group sync.WaitGroup
	for _, call := range []func() error{
		func() error { _, err := firstPage(a.Measures(ctx, now, 0)); return err },
		func() error { _, err := firstPage(a.Nights(ctx, now, 0)); return err },
		func() error { _, err := a.Stages(ctx, now.Add(-time.Hour), now); return err },
		func() error { _, err := firstPage(a.ActivitiesBetween(ctx, now, now)); return err },
		func() error { _, err := a.Intraday(ctx, now.Add(-time.Hour), now); return err },
		func() error { _, err := firstPage(a.Workouts(ctx, now, 0)); return err },
		func() error { _, err := a.Devices(ctx); return err },
		func() error { _, err := a.Goals(ctx); return err },
	} {
		group.Go(func() {
			if err := call(); err != nil {
				b.Error(err)
			}
		})
	}
	group.Wait()
}

func liveBytes() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
