// SPDX-License-Identifier: MIT

package mirror

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	requestTimeout = 30 * time.Second
	maxResponse    = 4 << 10
	// hopeless is how many lines in a row must be refused, each alone, for the fault
	// not to be theirs.
	hopeless = 20
)

// sender posts lines to the target.
type sender struct {
	target  Target
	address *url.URL
	client  *http.Client
	// proven is true once lines were accepted: then those that are not are wrong.
	proven bool
	// plain is true once the target has refused compression.
	plain bool
	// numbers is nil until the target was asked.
	numbers *bool
	zipper  *gzip.Writer
	zipped  bytes.Buffer
}

func newSender(target Target, address *url.URL, transport http.RoundTripper) *sender {
	if standard, ok := http.DefaultTransport.(*http.Transport); transport == nil && ok {
		transport = standard.Clone()
	}
	return &sender{
		target:  target,
		address: address,
		client: &http.Client{
			Transport: transport,
			// A redirected request would lose its lines, or take the token elsewhere.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		zipper: gzip.NewWriter(nil),
	}
}

func (s *sender) close() { s.client.CloseIdleConnections() }

// delivery counts what became of lines.
type delivery struct {
	accepted, refused int
	last              *refusal
}

// deliver posts lines. Those that the target will never accept are found by
// halving and left out. An error means that the lines must be sent again.
func (s *sender) deliver(ctx context.Context, body []byte) (delivery, error) {
	var result delivery
	if err := s.halve(ctx, body, &result); err != nil {
		s.numbers = nil // asked again first, before lines are made for nothing
		return delivery{}, err
	}
	if result.accepted == 0 && !s.proven && result.last != nil {
		return delivery{}, result.last
	}
	return result, nil
}

func (s *sender) halve(ctx context.Context, body []byte, result *delivery) error {
	err := s.post(ctx, body)
	lines := bytes.Count(body, []byte{'\n'})
	if err == nil {
		s.proven = true
		result.accepted += lines
		return nil
	}
	r, ok := errors.AsType[*refusal](err)
	if !ok {
		return err
	}
	switch r.class {
	case classPartial:
		s.proven = true
		dropped := min(max(r.dropped(), 1), lines)
		result.accepted += lines - dropped
		result.refused += dropped
		result.last = r
		return nil
	case classLines, classTooLarge:
	case classTemporary, classCredentials, classSetup:
		return err
	}
	if lines > 1 {
		middle := len(body)/2 + bytes.IndexByte(body[len(body)/2:], '\n') + 1
		if middle == len(body) {
			middle = bytes.IndexByte(body, '\n') + 1
		}
		if err := s.halve(ctx, body[:middle], result); err != nil {
			return err
		}
		return s.halve(ctx, body[middle:], result)
	}
	result.refused++
	result.last = r
	if result.accepted == 0 && result.refused >= hopeless {
		return err
	}
	return nil
}

// post sends one request.
func (s *sender) post(ctx context.Context, body []byte) error {
	err := s.postEncoded(ctx, body)
	r, ok := errors.AsType[*refusal](err)
	if ok && !s.plain && r.isAboutEncoding() {
		s.plain = true
		return s.postEncoded(ctx, body)
	}
	return err
}

func (s *sender) postEncoded(ctx context.Context, body []byte) error {
	encoding := ""
	if !s.plain {
		encoding = "gzip"
		s.zipped.Reset()
		s.zipper.Reset(&s.zipped)
		_, _ = s.zipper.Write(body) // a buffer does not fail
		if err := s.zipper.Close(); err != nil {
			return fmt.Errorf("compress lines: %w", err)
		}
		body = s.zipped.Bytes()
	}
	response, err := s.do(ctx, http.MethodPost, encoding, body)
	if err != nil {
		return err
	}
	if response.status/100 == 2 {
		return nil
	}
	return classify(response.status, response.header, response.body, s.target.mask)
}

// wantsNumbers reports whether the target stores numbers only: VictoriaMetrics
// would make zeros of texts. It is recognized by a header of all its responses.
func (s *sender) wantsNumbers(ctx context.Context) (bool, error) {
	if s.numbers == nil {
		response, err := s.do(ctx, http.MethodGet, "", nil)
		if err != nil {
			return false, err
		}
		numbers := response.header.Get("X-Server-Hostname") != ""
		s.numbers = &numbers
	}
	return *s.numbers, nil
}

// response is what the target answered.
type response struct {
	status int
	header http.Header
	body   []byte
}

// do sends a request. Errors do not contain the URL, whose query may be private.
func (s *sender) do(ctx context.Context, method, encoding string, body []byte) (response, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, s.address.String(), bytes.NewReader(body))
	if err != nil {
		return response{}, fmt.Errorf("prepare request: %w", err)
	}
	request.Header.Set("User-Agent", "vitals2mqtt")
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "text/plain; charset=utf-8")
	}
	if encoding != "" {
		request.Header.Set("Content-Encoding", encoding)
	}
	s.target.authorize(request)
	answer, err := s.client.Do(request)
	if err != nil {
		if wrapped, ok := errors.AsType[*url.Error](err); ok {
			err = wrapped.Err
		}
		return response{}, fmt.Errorf("send lines: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxResponse))
	if err != nil {
		return response{}, fmt.Errorf("read response: %w", err)
	}
	return response{status: answer.StatusCode, header: answer.Header, body: text}, nil
}

// isAboutEncoding reports whether compression was refused, as QuestDB does.
func (r *refusal) isAboutEncoding() bool {
	return r.status == http.StatusUnsupportedMediaType || strings.Contains(strings.ToLower(r.text), "gzip")
}
