// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
)

// peopleCloud makes serveCloud the simulated cloud with its people.
const peopleCloud = "people"

// The clients of a cloud, as their user agents name them.
const (
	thisProgram  = "vitals2mqtt"
	pythonClient = "AioWithings"
)

// cloud is a cloud in another process.
type cloud struct {
	cloudInfo

	certFile string // a file with the certificate to trust
	process  *process
	client   *http.Client
}

// startCloud starts the program again, as a cloud: of the simulator's people, or
// with accounts that have so many years of history.
func (h *testbed) startCloud(ctx context.Context, years string) (*cloud, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	h.files++
	c := &cloud{certFile: filepath.Join(h.folder, fmt.Sprintf("trust-%d.pem", h.files))}
	if c.process, err = start(ctx, self, cloudCommand, years, c.certFile); err != nil {
		return nil, err
	}
	if err := c.connect(ctx); err != nil {
		return nil, errors.Join(err, c.close(ctx))
	}
	return c, nil
}

func (c *cloud) connect(ctx context.Context) error {
	line, err := c.process.line(ctx, `"url"`)
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(line), &c.cloudInfo); err != nil {
		return err
	}
	pem, err := os.ReadFile(c.certFile)
	if err != nil {
		return err
	}
	trusted := x509.NewCertPool()
	if !trusted.AppendCertsFromPEM(pem) {
		return errors.New("the cloud has no certificate")
	}
	c.client = &http.Client{
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return nil
}

// close ends the cloud.
func (c *cloud) close(ctx context.Context) error {
	if c.client != nil {
		c.client.CloseIdleConnections()
	}
	return errors.Join(c.process.stdin.Close(), c.process.wait(ctx))
}

// environment makes a process trust the cloud.
func (c *cloud) environment() string { return "SSL_CERT_FILE=" + c.certFile }

// counts returns what the cloud has seen of a client so far.
func (c *cloud) counts(ctx context.Context, client string) (counts, error) {
	return c.read(ctx, url.Values{"client": {client}})
}

// watchGaps is counts; from now on, gaps between polls are looked for.
func (c *cloud) watchGaps(ctx context.Context, client string) (counts, error) {
	return c.read(ctx, url.Values{"client": {client}, "gaps": {"new"}})
}

func (c *cloud) read(ctx context.Context, form url.Values) (seen counts, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.URL+"/perf/counts?"+form.Encode(), http.NoBody)
	if err != nil {
		return seen, err
	}
	reply, err := c.client.Do(r)
	if err != nil {
		return seen, err
	}
	defer reply.Body.Close()
	err = json.NewDecoder(reply.Body).Decode(&seen)
	return seen, err
}

// live adds new data, one person after the other, until the context ends.
func (c *cloud) live(ctx context.Context) error {
	_, _, err := request(ctx, c.client, http.MethodPost, c.URL+"/perf/live", "", "")
	if ctx.Err() != nil {
		return nil //nolint:nilerr // that is how it ends
	}
	return errors.Join(errors.New("the cloud has no more new data"), err)
}

// control sends a command to the simulated cloud.
func (c *cloud) control(ctx context.Context, command, body string) error {
	status, _, err := request(ctx, c.client, http.MethodPost, c.URL+"/control/"+command, "application/json", body)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%s: the simulated cloud returned %d", command, status)
	}
	return err
}
