package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/addon"
	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/internal/atomicfile"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

type checkCommand struct {
	Live bool `help:"Also check the Withings API and the broker."`
	Show bool `help:"Print the effective configuration with secrets masked."`
}

func (k checkCommand) run(ctx context.Context, s *session) error {
	source, err := s.findSource(ctx, addon.LookupBroker)
	if err != nil {
		return err
	}
	c, err := s.read(source)
	if err != nil {
		return err
	}
	s.printf("ok    configuration: %s, %d profiles\n", source, len(c.Withings.Profiles))
	if k.Show {
		shown, err := c.Masked()
		if err != nil {
			return err
		}
		s.printf("%s", shown)
	}
	if !k.Live {
		return nil
	}
	return s.checkLive(ctx, c)
}

// checkTimeout bounds one request to the Withings API or the broker.
const checkTimeout = 20 * time.Second

// checkLive checks everything the daemon depends on. It continues after a
// failure, to report all of them at once.
func (s *session) checkLive(ctx context.Context, c *config.Config) error {
	var failed []error
	report := func(what, remedy string, err error) bool {
		if err != nil {
			s.printf("FAIL  %s: %v\n", what, err)
			if remedy != "" {
				s.printf("      %s\n", remedy)
			}
			failed = append(failed, fmt.Errorf("%s: %w", what, err))
			return false
		}
		s.printf("ok    %s\n", what)
		return true
	}
	folder := os.MkdirAll(c.StateDir, 0o700)
	if folder == nil {
		folder = atomicfile.CheckWritable(c.StateDir)
	}
	remedy := "set state_dir to a writable folder that survives a restart"
	stored := report("state directory "+c.StateDir, remedy, folder)
	client, err := s.newCloud(c)
	if err != nil {
		return err
	}
	probeCtx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	remedy = "compare withings.client_id and client_secret with the developer portal"
	report("Withings API, client id and secret", remedy, client.Probe(probeCtx))
	if stored {
		if err := checkTokens(ctx, c, report); err != nil {
			return err
		}
	}
	if c.MQTT.URL != daemon.EmbeddedBroker {
		// A client id of its own: the daemon's would disconnect it.
		options, err := daemon.BrokerOptions(c, "check", zerolog.Nop())
		if err == nil {
			options.ClientID = "vitals2mqtt-check"
			probing, cancel := context.WithTimeout(ctx, checkTimeout)
			defer cancel()
			err = mqtt.CheckConnection(probing, options)
		}
		remedy := "check mqtt.url, mqtt.username and mqtt.password, and that the broker is running"
		report("broker "+daemon.WithoutCredentials(c.MQTT.URL), remedy, err)
	}
	return errors.Join(failed...)
}

func checkTokens(
	ctx context.Context, c *config.Config, report func(what, remedy string, err error) bool,
) error {
	tokens, err := tokenstore.New(c.StateDir)
	if err != nil {
		return err
	}
	for _, p := range c.Withings.Profiles {
		_, err := tokens.Load(ctx, p.Slug)
		if errors.Is(err, withings.ErrNoToken) {
			err = withings.ErrSignIn
		}
		report("sign-in of "+p.Name, "vitals2mqtt login "+p.Slug, err)
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
