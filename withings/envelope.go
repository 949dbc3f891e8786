// SPDX-License-Identifier: MIT

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
	"github.com/go-json-experiment/json/jsontext"

	"vitals2mqtt/internal/secret"
)

// envelope is what every response is wrapped in. On failure the body is {}, [],
// null or absent; on success it may be absent too.
type envelope[T any] struct {
	Status Int      `json:"status"`
	Body   Maybe[T] `json:"body"`
	Error  Text     `json:"error"`

	// complete says that the body has its required member. False says nothing.
	complete bool
}

// throttledBody is the body of a throttled call.
type throttledBody struct {
	Seconds Number `json:"wait_seconds"`
}

const (
	defaultWait = time.Minute
	// maxWait bounds the wait that a response can ask for.
	maxWait = time.Hour
)

var errNotJSON = errors.New("response is not JSON")

// byteOrderMark is what some proxies put before a text in UTF-8. It means
// nothing.
const byteOrderMark = "\uFEFF"

// decode reads one response. Broken syntax is the only error.
func decode[T any](raw []byte) (envelope[T], error) {
	var env envelope[T]
	if scanResponse(raw, &env) {
		return env, nil
	}
	return decodeAnything[T](raw)
}

// decodeAnything reads one response that need not be an ordinary one.
func decodeAnything[T any](raw []byte) (envelope[T], error) {
	var env envelope[T]
	err := json.Unmarshal(raw, &env, wireOptions())
	return env, err
}

// callResult is what one HTTP response comes to.
type callResult struct {
	status     int // NoStatus without a readable envelope
	class      Class
	text       string
	retryAfter time.Duration
	err        error
}

// interpretResponse reads a response into body and classifies it. The HTTP code
// decides when it means an outage or too many requests, because then a proxy
// has answered; otherwise the envelope does. A refusal in HTML is a proxy's
// too.
func interpretResponse[T any](code int, header http.Header, raw []byte, body *T) callResult {
	v := callResult{status: NoStatus, class: classOfHTTP(code)}
	raw = bytes.TrimPrefix(raw, []byte(byteOrderMark))
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
		v.class, v.err = Temporary, envelopeError(err, header, raw)
	}
	if v.class == OK && !env.complete {
		if lacks := checkComplete(body, raw); lacks != nil {
			v.class, v.err = Temporary, lacks
		}
	}
	if classifyRefusal(v.class, v.status, v.text, false) == targetApplication {
		v.class, v.err = Application, ErrApplication
	}
	switch v.class {
	case OK:
		*body = env.Body.Value
	case Limited:
		v.retryAfter = throttleWait(header, raw)
	case Temporary:
		v.retryAfter = retryAfter(header)
	case Auth, Forbidden, Params, Unsupported, Application:
	}
	return v
}

// Decode reads the body of a successful response, as the client does. A response
// that is none, or lacks its data, is an *Error.
func Decode[T any](response []byte) (T, error) {
	var body T
	result := interpretResponse(http.StatusOK, http.Header{}, response, &body)
	if failure := result.toError(apiRequest{}, http.StatusOK); failure != nil {
		return body, failure
	}
	return body, nil
}

// envelopeError describes an unreadable response without quoting it.
func envelopeError(err error, header http.Header, raw []byte) error {
	switch trimmed := bytes.TrimSpace(raw); {
	case len(trimmed) == 0:
		return errors.New("empty response")
	case trimmed[0] == '{' && err != nil:
		return errors.New("truncated or invalid JSON response")
	case trimmed[0] == '{':
		return errors.New("response without a status")
	case jsontext.Value(trimmed).IsValid(wireOptions()):
		return fmt.Errorf("response is %s instead of an object", withArticle(kindName(jsontext.Value(trimmed).Kind())))
	default:
		return fmt.Errorf("%w but %s", errNotJSON, describeText(trimmed, header))
	}
}

func withArticle(kind string) string {
	if kind == "null" {
		return kind
	}
	return "a " + kind
}

// describeText says what came in place of JSON, by its beginning and by its
// content type, which need not agree.
func describeText(text []byte, header http.Header) string {
	came := "something else"
	switch {
	case text[0] == '<':
		came = "HTML"
	case bytes.HasPrefix(text, []byte("\xff\xfe")), bytes.HasPrefix(text, []byte("\xfe\xff")):
		came = "UTF-16"
	case bytes.HasPrefix(text, []byte("\x1f\x8b")):
		came = "compressed"
	case text[0] == '[' || text[0] == '"':
		came = "truncated JSON"
	}
	if kind, _, _ := mime.ParseMediaType(header.Get("Content-Type")); kind != "" {
		came += " (content type " + sanitise(kind, nil) + ")"
	}
	return came
}

// throttleWait finds out how long a throttled client has to wait.
func throttleWait(header http.Header, raw []byte) time.Duration {
	env, _ := decode[throttledBody](raw)
	if d := clampWait(env.Body.Value.Seconds.Decimal.Float()); d > 0 {
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
		return clampWait(seconds)
	}
	if at, err := http.ParseTime(text); err == nil {
		return clampWait(time.Until(at).Seconds())
	}
	return 0
}

func clampWait(seconds float64) time.Duration {
	if !(seconds > 0) {
		return 0
	}
	return time.Duration(min(seconds, maxWait.Seconds()) * float64(time.Second))
}

// toError turns a result into an error, nil when the call succeeded.
func (v callResult) toError(q apiRequest, code int) *Error {
	if v.class == OK {
		return nil
	}
	return &Error{
		Service: q.service, Action: q.action, Status: v.status, HTTP: code, Class: v.class,
		Text: sanitise(v.text, append([]secret.Text{q.bearer}, q.secrets...)), RetryAfter: v.retryAfter, Err: v.err,
	}
}
