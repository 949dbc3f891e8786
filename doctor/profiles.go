package doctor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// ErrReadOnly says that a token would have to be renewed, and that this is the
// daemon's business.
var ErrReadOnly = errors.New("only the daemon may renew the token")

// How long a refresh token lives, by the vendor's word, and when to remind.
const (
	refreshTokenLifetime = 365 * 24 * time.Hour
	reminderAge          = 300 * 24 * time.Hour
)

func checkSignIns(ctx context.Context, e *run) []Finding {
	var findings []Finding
	owners := map[string]Profile{}
	for _, p := range e.Profiles {
		finding := e.checkSignIn(ctx, p)
		if token, ok := e.tokens[p.Slug]; ok && token.UserID != "" {
			if first, taken := owners[token.UserID]; taken {
				finding = fail("it is the same account as that of "+first.Name, "one of the two signed in as the other: "+
					"vitals2mqtt logout "+p.Slug+", then vitals2mqtt login "+p.Slug+", and change the account on the consent page")
			} else {
				owners[token.UserID] = p
			}
		}
		findings = append(findings, finding.forProfile(p))
	}
	return findings
}

// notSignedIn counts the people who are not signed in.
func (e *run) notSignedIn() int { return len(e.Profiles) - len(e.tokens) }

func (e *run) checkSignIn(ctx context.Context, p Profile) Finding {
	again := "vitals2mqtt login " + p.Slug
	token, stored, err := e.Folder.Token(p.Slug)
	switch {
	case errors.Is(err, withings.ErrNoToken) && stored.IsZero():
		return fail("nobody has signed in yet", again).withKind(SignIn)
	case errors.Is(err, withings.ErrNoToken):
		return fail("the file with the token is damaged", again).withKind(SignIn)
	case err != nil:
		return fail("the token cannot be read", "run doctor as the user that the daemon runs as, or mend the file's owner").
			withError(pathErrorText(err), err)
	}
	e.tokens[p.Slug] = token
	age := e.Now().Sub(stored)
	text := fmt.Sprintf("renewed %s ago, the present access %s", humanDuration(age), expiryText(token.Expiry.Sub(e.Now())))
	switch {
	case age > refreshTokenLifetime:
		return fail("the token is more than a year old and has probably lapsed", again).withKind(SignIn)
	case e.failed[nameCredentials]:
		return skipped(text + "; whether the cloud accepts it is not known")
	case token.Refusals.Final && e.folder.InUse: // else it is tried
		return fail("the cloud has refused to renew the token for "+humanDuration(e.Now().Sub(token.Refusals.First))+
			": the consent has ended, or another program signed in with this client id", again).withKind(SignIn)
	case token.Refusals.Count > 0: // the file's age is that of the last refusal
		text = "the cloud has refused to renew it for " + humanDuration(e.Now().Sub(token.Refusals.First))
	}
	rows, err := e.Cloud.Subscriptions(ctx, p.Slug, !e.folder.InUse && !e.folder.OtherOwner)
	if err != nil {
		return judgeRefusal(err, text, again, e.folder.InUse)
	}
	e.subscriptions[p.Slug] = rows
	if age > reminderAge {
		return warn(text+"; after a year it lapses", "start the daemon: it renews the token every three hours")
	}
	return passed("the cloud accepts the token; " + text)
}

// judgeRefusal says what a failed question in a person's name means.
func judgeRefusal(err error, text, again string, inUse bool) Finding {
	failure, ours := errors.AsType[*withings.Error](err)
	switch {
	case errors.Is(err, withings.ErrApplication):
		return fail(withings.ErrApplication.Error(), withings.ApplicationRemedy).withError(err.Error(), err)
	case errors.Is(err, withings.ErrSignIn):
		return fail("the cloud refuses to renew the token: the consent has ended, or another program signed in with this client id",
			again).withKind(SignIn)
	case errors.Is(err, withings.ErrRefused):
		return warn("the cloud refuses to renew the token; it is tried again, because such refusals often pass",
			"nothing for some hours; if it stays, "+again).withError(err.Error(), err)
	case errors.Is(err, ErrReadOnly) && inUse:
		return warn(text+"; the cloud wants it renewed, which the daemon does at its next poll",
			"if that stays, see `vitals2mqtt status` and the daemon's log, or sign in again: "+again)
	case errors.Is(err, ErrReadOnly):
		return skipped(text + "; it would have to be renewed, which only the daemon's user should do")
	case ours && failure.Class == withings.Auth:
		return fail("the cloud refuses the token, also after it was renewed", again).withKind(SignIn)
	case ours && failure.Class == withings.Forbidden:
		return passed("the cloud accepts the token; " + text)
	}
	return warn(text+"; the cloud could not be asked", "try again later").withError(err.Error(), err)
}

// checkConsents compares what was consented to with what the keys need.
func checkConsents(_ context.Context, e *run) []Finding {
	var findings []Finding
	for _, p := range e.Profiles {
		token, ok := e.tokens[p.Slug]
		switch {
		case !ok:
			findings = append(findings, skipped("waits for the sign-in").forProfile(p))
			continue
		case len(token.Scopes) == 0:
			findings = append(findings, skipped("the cloud did not say what it includes").forProfile(p))
			continue
		}
		findings = append(findings, e.checkConsent(p, token.Scopes))
	}
	return findings
}

func (e *run) checkConsent(p Profile, granted []string) Finding {
	lacking, keys := []string{}, []string{}
	for _, key := range p.Keys {
		for _, endpoint := range sensors.EndpointsOf(key) {
			scope := endpoint.Scope()
			if slices.Contains(granted, scope) || endpoint == sensors.EndpointEvents && e.Config.Notifications.PublicURL == "" {
				continue
			}
			if !slices.Contains(lacking, scope) {
				lacking = append(lacking, scope)
			}
			if !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	if len(keys) == 0 {
		return passed("includes all that the configured keys need").forProfile(p)
	}
	return warn(fmt.Sprintf("leaves out %s, so %d keys get no value: %s", strings.Join(lacking, ", "), len(keys), firstFew(keys)),
		"vitals2mqtt login "+p.Slug+", and allow everything; or take these keys out of measurements").forProfile(p)
}

// firstFew names a few of many.
func firstFew(names []string) string {
	const few = 4
	if len(names) <= few {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:few], ", ") + ", …"
}

// humanDuration says a time span as people do.
func humanDuration(d time.Duration) string {
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}} {
		if n := int(d / unit.length); n == 1 {
			return "1 " + unit.name
		} else if n > 1 {
			return fmt.Sprintf("%d %ss", n, unit.name)
		}
	}
	return "a moment"
}

func expiryText(d time.Duration) string {
	if d < 0 {
		return "ended " + humanDuration(-d) + " ago"
	}
	return "ends in " + humanDuration(d)
}
