// SPDX-License-Identifier: MIT

package simulator

import (
	"net"
	"testing"
)

func TestServeReturnsListenerError(t *testing.T) {
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
