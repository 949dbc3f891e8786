// SPDX-License-Identifier: MIT

package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

const (
	// pingInterval is how often a page is told that the stream is alive: proxies
	// end connections that are silent, and live.js does not wait longer than 40 s.
	pingInterval = 15 * time.Second
	// eventTimeout is how long a page may take to receive an event.
	eventTimeout = 10 * time.Second
)

// events serves the stream of changes as server-sent events: "change" with the
// profile, and "ping". What has changed is read from the page itself.
type events struct {
	changes  *Changes
	guard    *guard
	stopping <-chan struct{}
}

func (e events) serve(w http.ResponseWriter, r *http.Request) {
	subscription, ok := e.changes.subscribe()
	if !ok {
		e.guard.refusals.count(refusedStream, "")
		w.Header().Set("Retry-After", "30")
		http.Error(w, "Too many pages are open.", http.StatusServiceUnavailable)
		return
	}
	defer e.changes.unsubscribe(subscription)
	header := w.Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("X-Accel-Buffering", "no") // nginx and Home Assistant pass it on at once
	stream := eventWriter{w, http.NewResponseController(w)}
	if stream.send("ping", struct{}{}) != nil || r.Method == http.MethodHead {
		return
	}
	ping := time.NewTicker(pingInterval)
	defer ping.Stop()
	for {
		var err error
		select {
		case <-r.Context().Done():
			return
		case <-e.stopping:
			return
		case <-ping.C:
			err = stream.send("ping", struct{}{})
		case <-subscription.wake:
			err = stream.sendChanges(e.changes.take(subscription))
		}
		if err != nil || !e.guard.isStillSignedIn(r) {
			return
		}
	}
}

// eventWriter writes server-sent events, see
// https://html.spec.whatwg.org/multipage/server-sent-events.html.
type eventWriter struct {
	writer     http.ResponseWriter
	controller *http.ResponseController
}

func (e eventWriter) sendChanges(profiles []string) error {
	for _, profile := range profiles {
		if err := e.send("change", map[string]string{"profile": profile}); err != nil {
			return err
		}
	}
	return nil
}

func (e eventWriter) send(event string, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("event: %w", err)
	}
	// The time-out of other responses would end the stream; a writer in a test has
	// none to extend.
	_ = e.controller.SetWriteDeadline(time.Now().Add(eventTimeout))
	if _, err := fmt.Fprintf(e.writer, "event: %s\ndata: %s\n\n", event, text); err != nil {
		return fmt.Errorf("event: %w", err)
	}
	return e.controller.Flush()
}
