// SPDX-License-Identifier: MIT

package push

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/time/rate"

	"vitals2mqtt/withings"
)

const (
	// maxBodySize is far above what the Withings API sends, about a hundred bytes.
	maxBodySize = 16 << 10
	// bodyTimeout bounds the reading of a body: the Withings API gives up after 2
	// s.
	bodyTimeout = 2 * time.Second
	// maxLoggedCategories bounds the log about unknown categories.
	maxLoggedCategories = 32
)

// handler answers the requests to the callback URL.
type handler struct {
	paths          *callbackPaths
	sources        []netip.Prefix // empty allows all
	trustedProxies []netip.Prefix
	isKnownUser    func(userID string) bool
	limiter        *rate.Limiter
	dedupe         *dedupe
	queue          *queue
	stats          *statsCounter
	log            zerolog.Logger

	mu               sync.Mutex
	loggedCategories map[withings.Category]bool
}

// ServeHTTP implements http.Handler.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !h.paths.matches(r) {
		h.recordRefusal(RefusedPath)
		closeAfterReply(w)
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	switch r.Method {
	case http.MethodHead, http.MethodGet:
		h.stats.recordProbe()
	case http.MethodPost:
		h.handlePost(w, r)
	default:
		h.recordRefusal(RefusedMethod)
		closeAfterReply(w)
		w.Header().Set("Allow", "GET, HEAD, POST")
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

// handlePost answers before the notification is processed. Well-formed
// notifications get a 200 even if they are ignored: otherwise the Withings API
// would repeat them, and finally cancel the subscription.
func (h *handler) handlePost(w http.ResponseWriter, r *http.Request) {
	now := time.Now()
	if len(h.sources) > 0 && !containsAddress(h.sources, clientAddress(r, h.trustedProxies)) {
		h.recordRefusal(RefusedSource)
		closeAfterReply(w)
		http.NotFound(w, r)
		return
	}
	if !h.limiter.AllowN(now, 1) {
		h.recordRefusal(RefusedRate)
		closeAfterReply(w)
		w.Header().Set("Retry-After", "60")
		w.WriteHeader(http.StatusTooManyRequests)
		return
	}
	body, status := h.readForm(w, r, now)
	if status == http.StatusOK && len(body) > 0 {
		status = h.enqueue(body, now)
	}
	if status != http.StatusOK {
		closeAfterReply(w)
	}
	w.WriteHeader(status)
}

// closeAfterReply closes the connection after a refusal without waiting for the
// rest of the body, so that it does not take up a place.
func closeAfterReply(w http.ResponseWriter) {
	w.Header().Set("Connection", "close")
	_ = http.NewResponseController(w).SetReadDeadline(time.Now()) // otherwise the server's own deadline applies
}

// readForm returns the body of a form, an empty one for the availability check
// of the Withings API, or the status to refuse the request with.
func (h *handler) readForm(w http.ResponseWriter, r *http.Request, now time.Time) (body []byte, status int) {
	if r.ContentLength > maxBodySize {
		h.recordRefusal(RefusedSize)
		return nil, http.StatusRequestEntityTooLarge
	}
	// Otherwise the server's own deadline applies.
	_ = http.NewResponseController(w).SetReadDeadline(now.Add(bodyTimeout))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodySize))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		h.recordRefusal(RefusedSize)
		return nil, http.StatusRequestEntityTooLarge
	}
	if err != nil {
		h.recordRefusal(RefusedSlow)
		return nil, http.StatusRequestTimeout
	}
	if len(bytes.TrimSpace(body)) == 0 {
		h.stats.recordProbe()
		return nil, http.StatusOK
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil ||
		kind != "application/x-www-form-urlencoded" {
		h.recordRefusal(RefusedType)
		return nil, http.StatusUnsupportedMediaType
	}
	return body, http.StatusOK
}

// enqueue queues a notification. It never waits.
func (h *handler) enqueue(body []byte, now time.Time) (status int) {
	form, _ := url.ParseQuery(string(body)) // one malformed field does not cost the others
	n, err := Parse(form, now)
	switch {
	case err != nil:
		h.recordRefusal(RefusedForm)
		return http.StatusOK
	case !h.isKnownUser(n.UserID):
		h.recordRefusal(RefusedUser)
		return http.StatusOK
	}
	h.logUnknownCategory(n.Category)
	duplicate := h.dedupe.record(n)
	h.stats.recordNotification(n, duplicate)
	if duplicate {
		return http.StatusOK
	}
	switch h.queue.offer(n) {
	case accepted:
	case coalesced:
		if h.stats.recordDropped() == 1 {
			h.log.Warn().
				Msg("notification queue full; falling back to a full refresh (further ones are counted, not logged)")
		}
	case closed:
		h.recordRefusal(RefusedStopping)
		return http.StatusServiceUnavailable
	}
	return http.StatusOK
}

// recordRefusal counts, and logs the first of each kind: a flood must not reach
// the log.
func (h *handler) recordRefusal(why Refusal) {
	switch count := h.stats.recordRefusal(why); {
	case count > 1 || why == RefusedPath:
	case why == RefusedConnections:
		h.log.Warn().Msg("connection limit reached; dropping connections (further ones are counted, not logged)")
	default:
		h.log.Info().Str("reason", string(why)).Msg("notification rejected (further ones are counted, not logged)")
	}
}

// logUnknownCategory logs each unknown category once, up to a number of them.
func (h *handler) logUnknownCategory(c withings.Category) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c.IsKnown() || h.loggedCategories[c] || len(h.loggedCategories) >= maxLoggedCategories {
		return
	}
	h.loggedCategories[c] = true
	h.log.Info().Int("category", int(c)).Msg("unknown notification category; refreshing all endpoints")
}
