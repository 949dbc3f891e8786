// SPDX-License-Identifier: MIT

package simulator

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"syscall"
)

// Transport returns a transport to the cloud without sockets, usable in a
// synctest bubble; it ignores the host of a request. A panic of the cloud (see
// Options.Strict) reaches the caller.
func (c *Cloud) Transport() http.RoundTripper { return inProcess{handler: c} }

type inProcess struct{ handler http.Handler }

// RoundTrip runs the handler concurrently, so that a response can be read while
// it is written.
func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer r.Body.Close()
	}
	if err := r.Context().Err(); err != nil {
		return nil, fmt.Errorf("request to the simulated cloud: %w", err)
	}
	served := r.Clone(r.Context())
	served.RequestURI, served.RemoteAddr, served.Host = r.URL.RequestURI(), "192.0.2.1:40000", r.URL.Host
	if served.Body == nil {
		served.Body = http.NoBody
	}
	reader, writer := io.Pipe()
	response := &pipeResponse{header: http.Header{}, body: writer, started: make(chan struct{})}
	crash := make(chan any, 1)
	go t.serve(response, served, crash)
	select {
	case <-response.started:
	case reason := <-crash:
		if reason == http.ErrAbortHandler { //nolint:errorlint // A recovered value, compared as net/http does.
			return nil, fmt.Errorf("read: %w", syscall.ECONNRESET)
		}
		panic(reason)
	case <-r.Context().Done():
		_ = reader.CloseWithError(r.Context().Err())
		return nil, fmt.Errorf("request to the simulated cloud: %w", r.Context().Err())
	}
	return &http.Response{
		Status:        fmt.Sprintf("%d %s", response.status, http.StatusText(response.status)),
		StatusCode:    response.status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        response.sent,
		Body:          reader,
		ContentLength: -1,
		Request:       r,
	}, nil
}

func (t inProcess) serve(response *pipeResponse, r *http.Request, crash chan<- any) {
	defer func() {
		reason := recover()
		if reason != nil {
			_ = response.body.CloseWithError(io.ErrUnexpectedEOF)
			crash <- reason
			return
		}
		response.WriteHeader(http.StatusOK)
		_ = response.body.CloseWithError(r.Context().Err()) // nil = a proper end
	}()
	t.handler.ServeHTTP(response, r)
}

// pipeAnswer passes what the handler writes to the reader of the response's
// body.
type pipeResponse struct {
	header, sent http.Header
	status       int
	body         *io.PipeWriter
	once         sync.Once
	started      chan struct{}
}

func (a *pipeResponse) Header() http.Header { return a.header }

func (a *pipeResponse) WriteHeader(status int) {
	a.once.Do(func() {
		a.status, a.sent = status, a.header.Clone()
		close(a.started)
	})
}

func (a *pipeResponse) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	n, err := a.body.Write(p)
	if errors.Is(err, io.ErrClosedPipe) {
		return n, syscall.EPIPE
	}
	if err != nil {
		return n, fmt.Errorf("writing the response: %w", err)
	}
	return n, nil
}

// HandlerTransport returns a transport to a handler without sockets, for
// Options.Callbacks; it ignores the host of a request.
func HandlerTransport(listener http.Handler) http.RoundTripper { return inProcess{handler: listener} }
