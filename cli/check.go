// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"net"
	"net/http"

	"vitals2mqtt/addon"
	"vitals2mqtt/config"
	"vitals2mqtt/internal/secret"
)

type checkCommand struct {
	jsonFlag

	Live bool `help:"Check everything else too; the same as doctor."`
	Show bool `help:"Print the effective configuration with secrets masked."`
}

func (k checkCommand) run(ctx context.Context, s *session) error {
	if k.JSON && k.Show {
		return usageError("--show prints YAML: use it without --json")
	}
	if k.Live && !k.Show {
		return doctorCommand{JSON: k.JSON}.run(ctx, s)
	}
	source, err := s.findSource(ctx, addon.LookupBroker)
	if err != nil {
		return err
	}
	if k.JSON {
		return s.checkAsJSON(source)
	}
	c, err := s.read(source)
	if err != nil {
		return err
	}
	if !k.Live { // the doctor says it
		s.printf("ok    configuration: %s, %s\n", source, plural(len(c.Withings.Profiles), "profile", "profiles"))
	}
	if k.Show {
		shown, err := c.Masked()
		if err != nil {
			return err
		}
		s.printf("%s", shown)
	}
	if k.Live {
		return doctorCommand{}.run(ctx, s)
	}
	return nil
}

// localPageURL is the address of the daemon's page on this machine.
func localPageURL(c *config.Config) string { return "http://" + localAddress(c.Web.Listen) + "/" }

// localAddress is where a listening address can be reached on this machine.
func localAddress(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return listen
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// getFromDaemon requests an address of the daemon's page, with a password if
// there is one.
func getFromDaemon(ctx context.Context, address string, password secret.Text) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	if !password.IsEmpty() {
		request.SetBasicAuth("vitals2mqtt", password.Reveal())
	}
	return (&http.Client{}).Do(request)
}
