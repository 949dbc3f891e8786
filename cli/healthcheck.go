package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"vitals2mqtt/checkpoint"
	"vitals2mqtt/internal/secret"
)

type healthcheckCommand struct{}

// Help is what `healthcheck --help` says more.
func (healthcheckCommand) Help() string {
	return "The daemon's page knows whether polls come back. With web.enabled: false there is no page to ask: " +
		"this then looks only whether a daemon has the state folder open, and does not see one that hangs."
}

// healthcheckTimeout bounds the question: a container engine waits for it.
const healthcheckTimeout = 5 * time.Second

// run asks the running daemon; a container engine acts on the exit code. Nobody
// else is asked, however often it is called: not the Supervisor of an add-on for
// the broker.
func (healthcheckCommand) run(ctx context.Context, s *session) error {
	_, c, err := s.loadUsing(ctx, nil)
	if err != nil {
		return err
	}
	if !c.Web.Enabled {
		return s.checkStateFolderInUse(c.StateDir)
	}
	ctx, cancel := context.WithTimeout(ctx, healthcheckTimeout)
	defer cancel()
	reply, err := getFromDaemon(ctx, localPageURL(c)+"healthz", secret.Text{})
	if err != nil {
		return fmt.Errorf("the daemon does not answer: %w", err)
	}
	defer func() { _ = reply.Body.Close() }()
	if reply.StatusCode != http.StatusOK {
		return fmt.Errorf("the daemon is not well: %s", reply.Status)
	}
	s.printf("ok\n")
	return nil
}

// checkStateFolderInUse is what can be known without a page.
func (s *session) checkStateFolderInUse(stateDir string) error {
	used, err := checkpoint.IsInUse(stateDir)
	if err != nil {
		return err
	}
	if !used {
		return errors.New("no daemon uses the state folder " + stateDir)
	}
	s.printf("ok: a daemon uses the state folder; there is no page to say more\n")
	return nil
}
