// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// counts are what a cloud has seen of a client.
type counts struct {
	Requests   int64            `json:"requests"`
	Calls      map[string]int64 `json:"calls"` // requests by action
	Handshakes int64            `json:"handshakes"`
	HTTP2      int64            `json:"http2"` // of the requests
	Bytes      int64            `json:"bytes"` // of the bodies of responses
	Polls      int64            `json:"polls"` // each requests measures once
	// LongestGap is the longest time between two polls of an account since the
	// last time that gaps were watched, and Polled how many accounts have been
	// polled since then.
	LongestGap time.Duration `json:"longest_gap"`
	Polled     int           `json:"polled"`
}

// perPoll divides by the number of polls between two counts.
func (c counts) perPoll(before counts, of func(counts) int64) float64 {
	return float64(of(c)-of(before)) / float64(c.Polls-before.Polls)
}

// counter counts for each client, which its user agent names.
type counter struct {
	mu      sync.Mutex
	clients map[string]*clientCounts
}

type clientCounts struct {
	counts

	lastPoll map[string]time.Time // by account
}

func newCounter() *counter { return &counter{clients: map[string]*clientCounts{}} }

// connection is in the context of the requests of a connection.
type connection struct{}

func newConnection(ctx context.Context) context.Context {
	return context.WithValue(ctx, connection{}, new(atomic.Bool))
}

// isFirst reports whether a request is the first of its connection.
func isFirst(ctx context.Context) bool {
	used, ok := ctx.Value(connection{}).(*atomic.Bool)
	return ok && !used.Swap(true)
}

// clientLocked is the record of a client. k.mu must be held.
func (k *counter) clientLocked(agent string) *clientCounts {
	name, _, _ := strings.Cut(agent, "/")
	c, known := k.clients[name]
	if !known {
		c = &clientCounts{counts: counts{Calls: map[string]int64{}}, lastPoll: map[string]time.Time{}}
		k.clients[name] = c
	}
	return c
}

// counted counts the requests of clients, not those of the measuring program.
func (k *counter) counted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/perf/") || strings.HasPrefix(r.URL.Path, "/control/") {
			next.ServeHTTP(w, r)
			return
		}
		call := strings.TrimPrefix(r.URL.Path, "/") + " " + r.PostFormValue("action")
		sized := &sizedWriter{ResponseWriter: w}
		next.ServeHTTP(sized, r)
		k.mu.Lock()
		defer k.mu.Unlock()
		c := k.clientLocked(r.UserAgent())
		c.Requests++
		c.Calls[call]++
		c.Bytes += sized.size
		if r.ProtoMajor == 2 {
			c.HTTP2++
		}
		if isFirst(r.Context()) {
			c.Handshakes++
		}
		if call == "measure getmeas" && r.PostFormValue("offset") == "" {
			c.poll(r.Header.Get("Authorization"), time.Now())
		}
	})
}

func (c *clientCounts) poll(account string, now time.Time) {
	c.Polls++
	if last, again := c.lastPoll[account]; again {
		c.LongestGap = max(c.LongestGap, now.Sub(last))
	}
	c.lastPoll[account] = now
}

// answer returns the counts of a client, and begins to look for gaps anew.
func (k *counter) answer(w http.ResponseWriter, r *http.Request) {
	k.mu.Lock()
	defer k.mu.Unlock()
	c := k.clientLocked(r.FormValue("client"))
	c.Polled = len(c.lastPoll)
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(c.counts)
	if r.FormValue("gaps") != "" {
		c.LongestGap = 0
		clear(c.lastPoll)
	}
}

// sizedWriter counts the bytes of a body.
type sizedWriter struct {
	http.ResponseWriter

	size int64
}

func (w *sizedWriter) Write(data []byte) (int, error) {
	n, err := w.ResponseWriter.Write(data)
	w.size += int64(n)
	return n, err
}

// Unwrap is for http.ResponseController.
func (w *sizedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
