package push

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/rs/zerolog"
)

const (
	// maxHeaderSize is far above what the cloud and proxies send.
	maxHeaderSize = 16 << 10
	// shutdownTimeout is how long requests under way may take when the program stops.
	shutdownTimeout = 5 * time.Second
)

// Listen binds the address, so that a taken port is known before anything else
// starts. Run does it when nobody has; without Options.Listen it does nothing.
func (l *Listener) Listen(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.listener != nil || l.options.Listen == "" {
		return nil
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", l.options.Listen)
	if err != nil {
		return fmt.Errorf("push: cannot take notifications in on %s: %w", l.options.Listen, err)
	}
	l.listener = listener
	return nil
}

// Addr is the bound address, nil before Listen and without one.
func (l *Listener) Addr() net.Addr {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.listener == nil {
		return nil
	}
	return l.listener.Addr()
}

// serve serves on the bound listener, or only waits, until the context ends.
func (l *Listener) serve(ctx context.Context) error {
	address := l.Addr()
	if address == nil {
		<-ctx.Done()
		return nil
	}
	server := &http.Server{
		Handler:           l.Handler(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      10 * time.Second,
		MaxHeaderBytes:    maxHeaderSize,
		// At debug: anybody can make a public server complain.
		ErrorLog: slog.NewLogLogger(zerolog.NewSlogHandler(l.log), slog.LevelDebug),
	}
	// One question, one connection: idle ones would only take places away, and a
	// proxy that reuses one just when it is closed loses a notification.
	server.SetKeepAlivesEnabled(false)
	served := make(chan error, 1)
	go func() {
		served <- server.Serve(&connLimiter{Listener: l.listener, onReject: func() { l.recordRefusal(RefusedConnections) }})
	}()
	l.log.Info().Stringer("address", address).Msg("notifications are taken in")
	select {
	case err := <-served:
		return fmt.Errorf("push: taking notifications in on %s broke off: %w", address, err)
	case <-ctx.Done():
	}
	shutdownCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	err := server.Shutdown(shutdownCtx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close() // those who did not finish in time
	}
	if end := <-served; !errors.Is(end, http.ErrServerClosed) {
		err = errors.Join(err, end)
	}
	if err != nil {
		return fmt.Errorf("push: stop taking notifications in: %w", err)
	}
	return nil
}
