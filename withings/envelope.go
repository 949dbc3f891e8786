package withings

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"

	"vitals2mqtt/internal/secret"
)

// envelope is what every answer is wrapped in. On failure the body is {}, [],
// null or absent; on success it may be absent too.
type envelope[T any] struct {
	Status Int      `json:"status"`
	Body   Maybe[T] `json:"body"`
	Error  Text     `json:"error"`
}

// waiting is the body of a throttled call.
type waiting struct {
	Seconds Number `json:"wait_seconds"`
}

const (
	defaultWait = time.Minute
	// longestWait bounds what an odd number could do to us.
	longestWait = time.Hour
)

var errNotJSON = errors.New("the answer is not JSON")

// decode reads one answer. Broken syntax is the only error.
func decode[T any](raw []byte) (envelope[T], error) {
	var env envelope[T]
	err := json.Unmarshal(raw, &env, wireOptions())
	return env, err
}

// verdict is what one HTTP answer comes to.
type verdict struct {
	status int // NoStatus without a readable envelope
	class  Class
	text   string
	wait   time.Duration
	err    error
}

// judge reads an answer into body and says what it means. The HTTP code has the
// word when it speaks of an outage or of too many requests, because then a proxy
// has answered; otherwise the envelope has. A refusal in HTML is a proxy's too.
func judge[T any](q query, code int, header http.Header, raw []byte, body *T) verdict {
	v := verdict{status: NoStatus, class: classOfHTTP(code)}
	env, err := decode[T](raw)
	if err == nil {
		v.text = string(env.Error)
		if env.Status.OK && env.Status.N >= 0 {
			v.status = int(env.Status.N)
		}
	}
	switch {
	case code >= 500 || code == http.StatusTooManyRequests:
	case v.status != NoStatus && (v.status != 0 || code < 300):
		v.class = classOfStatus(v.status)
	case code < 300 || v.class == Temporary || (err != nil && v.class != Unsupported):
		v.class, v.err = Temporary, notAnEnvelope(err, header, raw)
	}
	if v.class == OK {
		if lacks := complete(q, raw); lacks != nil {
			v.class, v.err = Temporary, lacks
		}
	}
	if refuses(v.class, v.status, v.text, false) == application {
		v.class, v.err = Application, ErrApplication
	}
	switch v.class {
	case OK:
		*body = env.Body.Value
	case Limited:
		v.wait = waitOf(header, raw)
	case Temporary:
		v.wait = retryAfter(header)
	case Auth, Forbidden, Params, Unsupported, Application:
	}
	return v
}

// notAnEnvelope says in words what came instead, without showing any of it.
func notAnEnvelope(err error, header http.Header, raw []byte) error {
	kind, _, _ := mime.ParseMediaType(header.Get("Content-Type"))
	switch trimmed := bytes.TrimSpace(raw); {
	case len(trimmed) == 0:
		return errors.New("the answer is empty")
	case trimmed[0] != '{' && kind != "":
		return fmt.Errorf("%w but %s", errNotJSON, sanitise(kind, nil))
	case trimmed[0] != '{':
		return errNotJSON
	case err != nil:
		return errors.New("the answer is cut short or broken JSON")
	}
	return errors.New("the answer has no status")
}

// waitOf finds out how long a throttled client has to wait.
func waitOf(header http.Header, raw []byte) time.Duration {
	env, _ := decode[waiting](raw)
	if d := bounded(env.Body.Value.Seconds.Decimal.Float()); d > 0 {
		return d
	}
	if d := retryAfter(header); d > 0 {
		return d
	}
	return defaultWait
}

// retryAfter reads the header in both of its forms; 0 when there is none.
func retryAfter(header http.Header) time.Duration {
	text := header.Get("Retry-After")
	if seconds, err := strconv.ParseFloat(text, 64); err == nil {
		return bounded(seconds)
	}
	if at, err := http.ParseTime(text); err == nil {
		return bounded(time.Until(at).Seconds())
	}
	return 0
}

func bounded(seconds float64) time.Duration {
	if !(seconds > 0) {
		return 0
	}
	return time.Duration(min(seconds, longestWait.Seconds()) * float64(time.Second))
}

// failure turns a verdict into an error, nil when the call succeeded.
func (v verdict) failure(q query, code int) *Error {
	if v.class == OK {
		return nil
	}
	return &Error{
		Service: q.service, Action: q.action, Status: v.status, HTTP: code, Class: v.class,
		Text: sanitise(v.text, append([]secret.Text{q.bearer}, q.hide...)), RetryAfter: v.wait, Err: v.err,
	}
}
