package simulator

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
)

func TestServe(t *testing.T) {
	t.Parallel()
	c := newCloud(Options{People: []Person{{Name: "Carol", Days: -1}}})
	var binder net.ListenConfig
	listener, err := binder.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- c.Serve(ctx, listener) }()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	for path, body := range map[string]string{
		"/control/weigh": `{"person": "Carol", "kg": "70"}`, "/measure?action=getmeas": "",
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+listener.Addr().String()+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := transport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			t.Errorf("%s: HTTP %d", path, answer.StatusCode)
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestServeSaysWhyItCannot(t *testing.T) {
	t.Parallel()
	var binder net.ListenConfig
	listener, err := binder.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = listener.Close()
	if err := newCloud(Options{}).Serve(t.Context(), listener); err == nil {
		t.Error("served on a closed listener")
	}
}
