// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"time"

	"vitals2mqtt/simulator"
)

// cloudCommand is the argument with which the program runs as the cloud.
const cloudCommand = "cloud"

// cloudInfo is the line that a cloud prints once it responds.
type cloudInfo struct {
	URL          string `json:"url"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
}

// serveCloud is a cloud in a process of its own, until the standard input ends:
// the simulated one for YEARS "people", else one for any number of accounts that
// have so many years of history. It responds over TLS, with HTTP/2 to those who
// want it, and stores the certificate to trust in the file TRUST.
func serveCloud(ctx context.Context, years, trust string, in io.Reader, out io.Writer) error {
	certificate, err := selfSigned(trust)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	info := cloudInfo{URL: "https://" + listener.Addr().String(), ClientID: "perf", ClientSecret: "perf"}
	mux := http.NewServeMux()
	if years == peopleCloud {
		// The quota is lifted so that many polls fit into little time.
		c := simulator.New(simulator.Options{Seed: 1, Knobs: simulator.Knobs{PerMinute: -1}})
		info.ClientID, info.ClientSecret = c.ClientID(), c.ClientSecret()
		mux.Handle("/", c)
		mux.Handle("/control/", c.Control())
		mux.HandleFunc("POST /perf/live", func(_ http.ResponseWriter, r *http.Request) {
			c.Live(r.Context(), time.Second) // one person after the other
		})
	} else {
		n, err := strconv.Atoi(years)
		if err != nil {
			return fmt.Errorf("invalid number of years %q", years)
		}
		mux.Handle("/", bulkCloud{years: n})
	}
	return serveCounted(ctx, mux, listener, certificate, func() error {
		if err := json.NewEncoder(out).Encode(info); err != nil { //nolint:gosec // an invented secret
			return err
		}
		_, err := io.Copy(io.Discard, in)
		return err
	})
}

// serveCounted serves and counts while another function runs.
func serveCounted(
	ctx context.Context, mux *http.ServeMux, listener net.Listener, certificate tls.Certificate, while func() error,
) error {
	count := newCounter()
	mux.HandleFunc("GET /perf/counts", count.answer)
	server := &http.Server{
		Handler:           count.counted(mux),
		ReadHeaderTimeout: waitTimeout,
		// Clients that stop during a handshake are expected.
		ErrorLog:    slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
		TLSConfig:   &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12},
		ConnContext: func(ctx context.Context, _ net.Conn) context.Context { return newConnection(ctx) },
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	ended := make(chan error, 1)
	go func() { ended <- server.ServeTLS(listener, "", "") }()
	err := while()
	err = errors.Join(err, server.Close())
	if failed := <-ended; !errors.Is(failed, http.ErrServerClosed) {
		err = errors.Join(err, failed)
	}
	return err
}
