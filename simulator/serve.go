// SPDX-License-Identifier: MIT

package simulator

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"

	"vitals2mqtt/internal/httpserve"
)

// Serve answers on a listener until the context ends: the cloud, its control
// API, and a page that describes both. It delivers notifications. It blocks and closes the
// listener. It returns nil when the context has ended.
func (c *Cloud) Serve(ctx context.Context, listener net.Listener) error {
	mux := http.NewServeMux()
	control := c.Control()
	mux.Handle(controlPath, control)
	mux.Handle(controlPath+"/", control)
	mux.HandleFunc("GET /{$}", c.serveWelcome)
	mux.Handle("/", c)
	delivering, stop := context.WithCancel(ctx)
	var posts sync.WaitGroup
	posts.Go(func() { c.Run(delivering) })
	defer posts.Wait()
	defer stop()
	// Responses may be as slow as a fault makes them.
	server := httpserve.New(mux, httpserve.Options{WriteTimeout: -1, MaxBodyBytes: 1 << 20})
	if err := server.Serve(ctx, listener); err != nil {
		return fmt.Errorf("serving the simulated cloud: %w", err)
	}
	return nil
}
