package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"vitals2mqtt/config"
	"vitals2mqtt/health"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

// verdictTimeout bounds the request to a daemon on this machine.
const verdictTimeout = 5 * time.Second

// errPassword means that the daemon was started with another password.
var errPassword = errors.New("the page does not accept the password of this configuration")

// fetchVerdict asks the running daemon's page for its verdict.
func fetchVerdict(ctx context.Context, c *config.Config) (health.Verdict, error) {
	ctx, cancel := context.WithTimeout(ctx, verdictTimeout)
	defer cancel()
	reply, err := getFromDaemon(ctx, localPageURL(c)+"api/overview", c.Web.Password)
	if err != nil {
		return health.Verdict{}, err
	}
	defer func() { _ = reply.Body.Close() }()
	switch reply.StatusCode {
	case http.StatusOK:
	case http.StatusUnauthorized:
		return health.Verdict{}, errPassword
	default:
		return health.Verdict{}, fmt.Errorf("the page responded with %s", reply.Status)
	}
	var overview struct {
		Verdict health.Verdict `json:"verdict"`
	}
	err = json.NewDecoder(io.LimitReader(reply.Body, maxOverviewSize)).Decode(&overview)
	if err == nil && overview.Verdict.Level == "" {
		err = errors.New("it has no verdict")
	}
	if err != nil {
		return health.Verdict{}, fmt.Errorf("invalid response from the page: %w", err)
	}
	return overview.Verdict, nil
}

// doctorVerdict is the verdict that the doctor shows: the running daemon's own,
// or the one about what it has stored when it cannot be asked.
func doctorVerdict(c *config.Config) func(context.Context) (health.Verdict, bool, error) {
	return func(ctx context.Context) (verdict health.Verdict, asked bool, err error) {
		if c.Web.Enabled {
			if verdict, err = fetchVerdict(ctx, c); err == nil {
				return verdict, true, nil
			}
		}
		return storedVerdict(c), false, err
	}
}

// storedVerdict judges what the state folder says about the sign-ins.
func storedVerdict(c *config.Config) health.Verdict {
	facts := health.Facts{Now: time.Now(), Stored: true}
	for _, p := range c.Withings.Profiles {
		facts.Profiles = append(facts.Profiles, health.Profile{
			Slug:    p.Slug,
			Name:    p.Name,
			Consent: storedConsent(c.StateDir, p.Slug),
		})
	}
	return health.Judge(facts)
}

// storedConsent is the consent of a profile as far as its token shows it.
func storedConsent(folder, slug string) health.Consent {
	token, _, err := tokenstore.Peek(folder, slug)
	switch {
	case errors.Is(err, withings.ErrNoToken):
		return health.Consent{State: health.ConsentNone}
	case err != nil:
		return health.Consent{} // the check of the sign-in says why
	case token.Refusals.Final:
		return health.Consent{State: health.ConsentLost, Since: token.Refusals.First}
	case token.Refusals.Count > 0:
		return health.Consent{State: health.ConsentRetrying, Since: token.Refusals.First}
	}
	return health.Consent{State: health.ConsentGranted}
}
