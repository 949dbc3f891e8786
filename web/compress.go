// SPDX-License-Identifier: MIT

package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// minCompressed is the length of a first write from which a response is
// compressed: below, the headers are most of it.
const minCompressed = 1 << 10

// keptWriters is how many writers are kept for the next response, keptFor for
// how long. One takes most of a megabyte: a sync.Pool, which is emptied with every
// second garbage collection, would allocate it anew for every page.
const (
	keptWriters = 2
	keptFor     = 10 * time.Second
)

// gzipWriters are writers that are not in use.
type gzipWriters struct {
	kept    chan *gzip.Writer
	release *time.Timer
}

func newGzipWriters() *gzipWriters {
	g := &gzipWriters{kept: make(chan *gzip.Writer, keptWriters)}
	g.release = time.AfterFunc(keptFor, g.releaseAll)
	return g
}

// releaseAll keeps no writer any more.
func (g *gzipWriters) releaseAll() {
	for range keptWriters {
		select {
		case <-g.kept:
		default:
		}
	}
}

func (g *gzipWriters) take() *gzip.Writer {
	select {
	case w := <-g.kept:
		return w
	default:
		return gzip.NewWriter(io.Discard)
	}
}

func (g *gzipWriters) put(w *gzip.Writer) {
	w.Reset(io.Discard) // it must not keep a connection
	select {
	case g.kept <- w:
	default: // enough are kept
	}
	g.release.Reset(keptFor)
}

// compressed compresses responses of next that are text. The form tokens in a
// page are masked, so that its length does not reveal them.
func compressed(next http.Handler) http.Handler {
	kept := newGzipWriters()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead || !acceptsGzip(r.Header.Get("Accept-Encoding")) {
			next.ServeHTTP(w, r)
			return
		}
		c := &compressor{ResponseWriter: w, writers: kept}
		next.ServeHTTP(c, r)
		c.close()
	})
}

// acceptsGzip reads an Accept-Encoding header.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, quality, _ := strings.Cut(part, ";")
		if strings.TrimSpace(coding) == "gzip" {
			weight, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(quality), "q="), 64)
			return err != nil || weight > 0
		}
	}
	return false
}

// compressor is a response that decides with its first write whether it is
// compressed.
type compressor struct {
	http.ResponseWriter

	writers *gzipWriters
	status  int
	decided bool
	gzip    *gzip.Writer // nil when it is not compressed
}

// WriteHeader implements http.ResponseWriter.
func (c *compressor) WriteHeader(status int) { c.status = status }

// Write implements http.ResponseWriter.
func (c *compressor) Write(data []byte) (int, error) {
	c.decide(len(data))
	if c.gzip != nil {
		return c.gzip.Write(data)
	}
	return c.ResponseWriter.Write(data)
}

// FlushError is what http.ResponseController calls.
func (c *compressor) FlushError() error {
	c.decide(0)
	if c.gzip != nil {
		if err := c.gzip.Flush(); err != nil {
			return err
		}
	}
	return http.NewResponseController(c.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController set deadlines.
func (c *compressor) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func (c *compressor) decide(length int) {
	if c.decided {
		return
	}
	c.decided = true
	header := c.Header()
	if isCompressible(header.Get("Content-Type")) && header.Get("Content-Range") == "" && header.Get("Content-Encoding") == "" {
		header.Add("Vary", "Accept-Encoding")
		if length >= minCompressed {
			header.Set("Content-Encoding", "gzip")
			header.Del("Content-Length")
			c.gzip = c.writers.take()
			c.gzip.Reset(c.ResponseWriter)
		}
	}
	if c.status != 0 {
		c.ResponseWriter.WriteHeader(c.status)
	}
}

func (c *compressor) close() {
	c.decide(0)
	if c.gzip == nil {
		return
	}
	_ = c.gzip.Close() // the client is gone
	c.writers.put(c.gzip)
}

// isCompressible reports whether responses of a type become much smaller. Events must
// arrive one by one.
func isCompressible(contentType string) bool {
	kind, _, _ := strings.Cut(contentType, ";")
	switch kind {
	case "application/json", "image/svg+xml":
		return true
	case "text/event-stream":
		return false
	}
	return strings.HasPrefix(kind, "text/")
}
