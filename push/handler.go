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
	// largestBody is far above what the cloud sends, a hundred bytes or so.
	largestBody = 16 << 10
	// patience is how long a body may take: the cloud itself gives up after 2 s.
	patience = 2 * time.Second
)

func (l *Listener) serve(w http.ResponseWriter, r *http.Request) {
	if !l.opens(r) {
		l.refuse(RefusedPath)
		hangUp(w)
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	switch r.Method {
	case http.MethodHead, http.MethodGet:
		l.counts.probe()
	case http.MethodPost:
		l.post(w, r)
	default:
		l.refuse(RefusedMethod)
		hangUp(w)
		w.Header().Set("Allow", "GET, HEAD, POST")
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

// post answers before anything is done about a notification. What is well formed
// gets its 200 even when it is of no use: the cloud would repeat the others, and
// cancel the subscription in the end.
func (l *Listener) post(w http.ResponseWriter, r *http.Request) {
	now, from := time.Now(), origin(r, l.options.TrustedProxies)
	if len(l.options.Sources) > 0 && !within(l.options.Sources, from) {
		l.refuse(RefusedSource)
		hangUp(w)
		http.NotFound(w, r)
		return
	}
	if !l.throttle.allow(from, now) {
		l.refuse(RefusedRate)
		hangUp(w)
		w.Header().Set("Retry-After", "60")
		w.WriteHeader(http.StatusTooManyRequests)
		return
	}
	body, status := l.read(w, r, now)
	if status == http.StatusOK && len(body) > 0 {
		status = l.take(body, now)
	}
	if status != http.StatusOK {
		hangUp(w)
	}
	w.WriteHeader(status)
}

// hangUp ends the connection after a refusal, and does not wait for what is left
// of the body: who is not let in must not keep a place.
func hangUp(w http.ResponseWriter) {
	w.Header().Set("Connection", "close")
	_ = http.NewResponseController(w).SetReadDeadline(time.Now()) // where it cannot be set the server's own holds
}

// read returns the body of a form, an empty one for the cloud's test of life, or
// the status to refuse it with.
func (l *Listener) read(w http.ResponseWriter, r *http.Request, now time.Time) (body []byte, status int) {
	if r.ContentLength > largestBody {
		l.refuse(RefusedSize)
		return nil, http.StatusRequestEntityTooLarge
	}
	// Where the deadline cannot be set the server's own holds.
	_ = http.NewResponseController(w).SetReadDeadline(now.Add(patience))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, largestBody))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		l.refuse(RefusedSize)
		return nil, http.StatusRequestEntityTooLarge
	}
	if err != nil {
		l.refuse(RefusedSlow)
		return nil, http.StatusRequestTimeout
	}
	if len(bytes.TrimSpace(body)) == 0 {
		l.counts.probe()
		return nil, http.StatusOK
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/x-www-form-urlencoded" {
		l.refuse(RefusedType)
		return nil, http.StatusUnsupportedMediaType
	}
	return body, http.StatusOK
}

// take queues a notification. It never waits.
func (l *Listener) take(body []byte, now time.Time) (status int) {
	form, _ := url.ParseQuery(string(body)) // one broken field does not cost the others
	n, err := Parse(form, now)
	switch {
	case err != nil:
		l.refuse(RefusedForm)
		return http.StatusOK
	case !l.options.Known(n.UserID):
		l.refuse(RefusedUser)
		return http.StatusOK
	}
	l.name(n.Category)
	again := l.seen.again(n)
	l.counts.receive(n, again)
	if again {
		return http.StatusOK
	}
	switch l.queue.offer(n) {
	case queued:
	case folded:
		if l.counts.drop() {
			l.log.Warn().Msg("more notifications than can be worked off: the details of some are given up and their people " +
				"asked for everything; more like it are only counted")
		}
	case late:
		l.refuse(RefusedStopping)
		return http.StatusServiceUnavailable
	}
	return http.StatusOK
}

// refuse counts, and logs the first of each kind: a flood must not reach the log.
func (l *Listener) refuse(why Refusal) {
	switch first := l.counts.refuse(why); {
	case !first || why == RefusedPath:
	case why == RefusedCrowded:
		l.log.Warn().Msg("too many connections to the notification address at once: some were hung up on; more like it are only counted")
	default:
		l.log.Info().Str("reason", string(why)).Msg("a notification was of no use; more like it are only counted")
	}
}
