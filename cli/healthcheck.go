// SPDX-License-Identifier: MIT

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/internal/secret"
)

type healthcheckCommand struct{ jsonFlag }

// Help is the long help text.
func (healthcheckCommand) Help() string {
	return "The check asks the daemon's page whether polls succeed. With web.enabled: false there is no page: " +
		"it only checks that a daemon has the state directory open and cannot detect one that hangs."
}

// defaultListen is the default of web.listen.
const defaultListen = "127.0.0.1:8099"

// healthcheckTimeout bounds the request: the container engine waits for it.
const healthcheckTimeout = 5 * time.Second

// run checks the running daemon; a container engine acts on the exit code. It
// runs often, so it sends no other request, not even to the Supervisor.
func (h healthcheckCommand) run(ctx context.Context, s *session) error {
	var c *config.Config
	if place, needed := (firstRun{s}).needsSetup(ctx); needed { // the daemon serves the set-up
		c = &config.Config{Web: config.Web{
			Enabled: true,
			Listen:  cmp.Or(place.file.Variable("V2M_WEB_LISTEN"), defaultListen),
		}}
	} else {
		loaded, err := s.loadUsing(ctx, nil)
		if err != nil {
			return err
		}
		c = loaded
	}
	var err error
	text := "ok"
	if c.Web.Enabled {
		err = checkHealth(ctx, c)
	} else {
		text = "ok: a daemon uses the state directory (the page is disabled, no further checks)"
		err = checkStateFolderInUse(c.StateDir)
	}
	if h.JSON {
		result := struct {
			Healthy bool   `json:"healthy"`
			Error   string `json:"error,omitempty"`
		}{Healthy: err == nil}
		if err != nil {
			result.Error = err.Error()
		}
		return errors.Join(s.printJSON(result), err)
	}
	if err == nil {
		s.printf("%s\n", text)
	}
	return err
}

// checkHealth asks the page.
func checkHealth(ctx context.Context, c *config.Config) error {
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
	return nil
}

// checkStateFolderInUse is the check without a page.
func checkStateFolderInUse(stateDir string) error {
	used, err := checkpoint.IsInUse(stateDir)
	if err != nil {
		return err
	}
	if !used {
		return errors.New("no daemon uses the state directory " + stateDir)
	}
	return nil
}
