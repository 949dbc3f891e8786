package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"vitals2mqtt/checkpoint"
	"vitals2mqtt/internal/secret"
)

type healthcheckCommand struct{}

// Help is the long help text.
func (healthcheckCommand) Help() string {
	return "The check asks the daemon's page whether polls succeed. With web.enabled: false there is no page: " +
		"it only checks that a daemon has the state directory open and cannot detect one that hangs."
}

// healthcheckTimeout bounds the request: the container engine waits for it.
const healthcheckTimeout = 5 * time.Second

// run checks the running daemon; a container engine acts on the exit code. It
// runs often, so it sends no other request, not even to the Supervisor.
func (healthcheckCommand) run(ctx context.Context, s *session) error {
	c, err := s.loadUsing(ctx, nil)
	if err != nil {
		return err
	}
	if !c.Web.Enabled {
		return checkStateFolderInUse(s.Stdout, c.StateDir)
	}
	ctx, cancel := context.WithTimeout(ctx, healthcheckTimeout)
	defer cancel()
	reply, err := getFromDaemon(ctx, localPageURL(c)+"healthz", secret.Text{})
	if err != nil {
		return fmt.Errorf("the daemon does not respond: %w", err)
	}
	defer func() { _ = reply.Body.Close() }()
	if reply.StatusCode != http.StatusOK {
		return fmt.Errorf("the daemon is unhealthy: %s", reply.Status)
	}
	s.printf("ok\n")
	return nil
}

// checkStateFolderInUse is the check without a page.
func checkStateFolderInUse(out io.Writer, stateDir string) error {
	used, err := checkpoint.IsInUse(stateDir)
	if err != nil {
		return err
	}
	if !used {
		return errors.New("no daemon uses the state directory " + stateDir)
	}
	printTo(out, "ok: a daemon uses the state directory (the page is disabled, no further checks)\n")
	return nil
}
