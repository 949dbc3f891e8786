package simulator

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// shutdownTimeout is how long requests under way may take when the server stops.
const shutdownTimeout = 5 * time.Second

// Serve answers on a listener until the context ends, the cloud and its control API alike, and delivers notifications;
// it blocks and closes the listener. The end of the context is no error.
func (c *Cloud) Serve(ctx context.Context, listener net.Listener) error {
	posting, silence := context.WithCancel(ctx)
	var posts sync.WaitGroup
	posts.Go(func() { c.Run(posting) })
	defer posts.Wait()
	defer silence()
	mux := http.NewServeMux()
	mux.Handle("/control/", c.Control())
	mux.Handle("/", c)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
		defer cancel()
		err := server.Shutdown(late)
		if err != nil {
			err = server.Close() // Whoever is slow on purpose has had time enough.
		}
		stopped <- err
	})
	err := server.Serve(listener)
	if stop() || !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving the simulated cloud: %w", err)
	}
	if err := <-stopped; err != nil {
		return fmt.Errorf("stopping the simulated cloud: %w", err)
	}
	return nil
}
