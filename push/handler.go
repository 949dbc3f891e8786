package push

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"time"
)

const (
	// maxBodySize is far above what the cloud sends, a hundred bytes or so.
	maxBodySize = 16 << 10
	// bodyTimeout is how long a body may take: the cloud itself gives up after 2 s.
	bodyTimeout = 2 * time.Second
)

func (l *Listener) handle(w http.ResponseWriter, r *http.Request) {
	if !l.matches(r) {
		l.recordRefusal(RefusedPath)
		closeAfterReply(w)
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	switch r.Method {
	case http.MethodHead, http.MethodGet:
		l.stats.recordProbe()
	case http.MethodPost:
		l.handlePost(w, r)
	default:
		l.recordRefusal(RefusedMethod)
		closeAfterReply(w)
		w.Header().Set("Allow", "GET, HEAD, POST")
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

// handlePost answers before anything is done about a notification. What is well formed
// gets its 200 even when it is of no use: the cloud would repeat the others, and
// cancel the subscription in the end.
func (l *Listener) handlePost(w http.ResponseWriter, r *http.Request) {
	now := time.Now()
	if len(l.options.Sources) > 0 && !containsAddress(l.options.Sources, clientAddress(r, l.options.TrustedProxies)) {
		l.recordRefusal(RefusedSource)
		closeAfterReply(w)
		http.NotFound(w, r)
		return
	}
	if !l.limiter.AllowN(now, 1) {
		l.recordRefusal(RefusedRate)
		closeAfterReply(w)
		w.Header().Set("Retry-After", "60")
		w.WriteHeader(http.StatusTooManyRequests)
		return
	}
	body, status := l.readForm(w, r, now)
	if status == http.StatusOK && len(body) > 0 {
		status = l.enqueue(body, now)
	}
	if status != http.StatusOK {
		closeAfterReply(w)
	}
	w.WriteHeader(status)
}

// closeAfterReply ends the connection after a refusal, and does not wait for what is left
// of the body: who is not let in must not keep a place.
func closeAfterReply(w http.ResponseWriter) {
	w.Header().Set("Connection", "close")
	_ = http.NewResponseController(w).SetReadDeadline(time.Now()) // where it cannot be set the server's own holds
}

// readForm returns the body of a form, an empty one for the cloud's test of life, or
// the status to refuse it with.
func (l *Listener) readForm(w http.ResponseWriter, r *http.Request, now time.Time) (body []byte, status int) {
	if r.ContentLength > maxBodySize {
		l.recordRefusal(RefusedSize)
		return nil, http.StatusRequestEntityTooLarge
	}
	// Where the deadline cannot be set the server's own holds.
	_ = http.NewResponseController(w).SetReadDeadline(now.Add(bodyTimeout))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodySize))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		l.recordRefusal(RefusedSize)
		return nil, http.StatusRequestEntityTooLarge
	}
	if err != nil {
		l.recordRefusal(RefusedSlow)
		return nil, http.StatusRequestTimeout
	}
	if len(bytes.TrimSpace(body)) == 0 {
		l.stats.recordProbe()
		return nil, http.StatusOK
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/x-www-form-urlencoded" {
		l.recordRefusal(RefusedType)
		return nil, http.StatusUnsupportedMediaType
	}
	return body, http.StatusOK
}

// enqueue queues a notification. It never waits.
func (l *Listener) enqueue(body []byte, now time.Time) (status int) {
	form, _ := url.ParseQuery(string(body)) // one broken field does not cost the others
	n, err := Parse(form, now)
	switch {
	case err != nil:
		l.recordRefusal(RefusedForm)
		return http.StatusOK
	case !l.options.IsKnownUser(n.UserID):
		l.recordRefusal(RefusedUser)
		return http.StatusOK
	}
	l.logUnknownCategory(n.Category)
	duplicate := l.dedupe.record(n)
	l.stats.recordNotification(n, duplicate)
	if duplicate {
		return http.StatusOK
	}
	switch l.queue.offer(n) {
	case accepted:
	case coalesced:
		if l.stats.recordDropped() {
			l.log.Warn().Msg("more notifications than can be worked off: the details of some are given up and their people " +
				"asked for everything; more like it are only counted")
		}
	case closed:
		l.recordRefusal(RefusedStopping)
		return http.StatusServiceUnavailable
	}
	return http.StatusOK
}

// recordRefusal counts, and logs the first of each kind: a flood must not reach the log.
func (l *Listener) recordRefusal(why Refusal) {
	switch first := l.stats.recordRefusal(why); {
	case !first || why == RefusedPath:
	case why == RefusedConnections:
		l.log.Warn().Msg("too many connections to the notification address at once: some were hung up on; more like it are only counted")
	default:
		l.log.Info().Str("reason", string(why)).Msg("a notification was of no use; more like it are only counted")
	}
}
