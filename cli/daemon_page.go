// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/web"
)

// errNoPage means that no daemon answers at the address of the page.
var errNoPage = errors.New("the page of the daemon does not respond")

// daemonPage is the page of a daemon on this machine.
type daemonPage struct {
	address  string
	password secret.Text
}

// pageOf returns the daemon's page, false when it is disabled.
func pageOf(c *config.Config) (daemonPage, bool) {
	return daemonPage{localPageURL(c), c.Web.Password}, c.Web.Enabled
}

// overview asks for the state of the daemon.
func (p daemonPage) overview(ctx context.Context) (shown web.Overview, err error) {
	err = p.request(ctx, http.MethodGet, "api/overview", nil, &shown)
	return shown, err
}

// request sends a request and decodes the JSON of the response. The error wraps
// errNoPage when nothing answers, and is a pageError when the page refuses.
func (p daemonPage) request(ctx context.Context, method, path string, form url.Values, into any) error {
	request, err := http.NewRequestWithContext(ctx, method, p.address+path, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if !p.password.IsEmpty() {
		request.SetBasicAuth("vitals2mqtt", p.password.Reveal())
	}
	transport := &http.Transport{DisableKeepAlives: true} // no proxy: the page is on this machine
	reply, err := (&http.Client{Transport: transport}).Do(request)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errNoPage, err)
	}
	defer func() { _ = reply.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(reply.Body, maxOverviewSize))
	if err != nil {
		return fmt.Errorf("reading the response of the page: %w", err)
	}
	if reply.StatusCode >= http.StatusMultipleChoices {
		return pageError{reply.StatusCode, p.address, problemIn(text)}
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s is not the page of vitals2mqtt: %w", p.address, err)
	}
	return nil
}

// problemIn returns the error in the response of the page, "" for none.
func problemIn(text []byte) string {
	var answer struct {
		Error string `json:"error"`
	}
	_ = json.Unmarshal(text, &answer) // other programs respond with anything
	return answer.Error
}

// pageError is a response other than success.
type pageError struct {
	status  int
	address string
	problem string // as the page describes it
}

// Error implements error.
func (e pageError) Error() string {
	switch {
	case e.problem != "":
		return "the daemon responded: " + e.problem
	case e.status == http.StatusUnauthorized:
		return "the running daemon has another web.password than this configuration"
	case e.status == http.StatusTooManyRequests:
		return "the page refuses this machine after too many wrong passwords; try again in a minute"
	case e.status == http.StatusNotFound:
		return e.address + " is not the page of vitals2mqtt, or of an older version"
	}
	return fmt.Sprintf("the page of the daemon responded with %d %s", e.status, http.StatusText(e.status))
}

// errNoDaemon says what to do without a daemon.
var errNoDaemon = errors.New("no daemon is running: start it with `vitals2mqtt run`, " +
	"or fetch once with `vitals2mqtt once`")

// checkDaemonRuns returns errNoDaemon when no daemon uses the state directory.
// Call it before a request to the page: without a daemon, another program may
// listen at its address and receive the password.
func checkDaemonRuns(c *config.Config) error {
	used, err := checkpoint.IsInUse(c.StateDir)
	if err == nil && !used {
		return errNoDaemon
	}
	return err
}
