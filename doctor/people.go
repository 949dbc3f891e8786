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

// ErrHandsOff says that a token would have to be renewed, and that this is the
// daemon's business.
var ErrHandsOff = errors.New("only the daemon may renew the token")

// How long a refresh token lives, by the vendor's word, and when to remind.
const (
	tokenLife = 365 * 24 * time.Hour
	tokenOld  = 300 * 24 * time.Hour
)

func signIns(ctx context.Context, e *exam) []Finding {
	var findings []Finding
	owners := map[string]Person{}
	for _, p := range e.People {
		finding := e.signIn(ctx, p)
		if token, ok := e.signed[p.Slug]; ok && token.UserID != "" {
			if first, taken := owners[token.UserID]; taken {
				finding = fail("it is the same account as that of "+first.Name, "one of the two signed in as the other: "+
					"vitals2mqtt logout "+p.Slug+", then vitals2mqtt login "+p.Slug+", and change the account on the consent page")
			} else {
				owners[token.UserID] = p
			}
		}
		findings = append(findings, finding.of(p))
	}
	return findings
}

// missing counts the people who are not signed in.
func (e *exam) missing() int { return len(e.People) - len(e.signed) }

func (e *exam) signIn(ctx context.Context, p Person) Finding {
	again := "vitals2mqtt login " + p.Slug
	token, stored, err := e.Folder.Token(p.Slug)
	switch {
	case errors.Is(err, withings.ErrNoToken) && stored.IsZero():
		return fail("nobody has signed in yet", again).kind(SignIn)
	case errors.Is(err, withings.ErrNoToken):
		return fail("the file with the token is damaged", again).kind(SignIn)
	case err != nil:
		return fail("the token cannot be read", "run doctor as the user that the daemon runs as, or mend the file's owner").
			quoting(reason(err), err)
	}
	e.signed[p.Slug] = token
	age := e.Now().Sub(stored)
	text := fmt.Sprintf("renewed %s ago, the present access %s", about(age), until(token.Expiry.Sub(e.Now())))
	switch {
	case age > tokenLife:
		return fail("the token is more than a year old and has probably lapsed", again).kind(SignIn)
	case e.failed[nameCloud]:
		return skipped(text + "; whether the cloud accepts it is not known")
	case token.Refusals.Final && e.facts.InUse: // else it is tried
		return fail("the cloud has refused to renew the token for "+about(e.Now().Sub(token.Refusals.First))+
			": the consent has ended, or another program signed in with this client id", again).kind(SignIn)
	case token.Refusals.Count > 0: // the file's age is that of the last refusal
		text = "the cloud has refused to renew it for " + about(e.Now().Sub(token.Refusals.First))
	}
	rows, err := e.Cloud.Subscriptions(ctx, p.Slug, !e.facts.InUse && !e.facts.Foreign)
	if err != nil {
		return refused(err, text, again, e.facts.InUse)
	}
	e.accepted[p.Slug] = rows
	if age > tokenOld {
		return warn(text+"; after a year it lapses", "start the daemon: it renews the token every three hours")
	}
	return fine("the cloud accepts the token; " + text)
}

// refused says what a failed question in a person's name means.
func refused(err error, text, again string, inUse bool) Finding {
	failure, ours := errors.AsType[*withings.Error](err)
	switch {
	case errors.Is(err, withings.ErrApplication):
		return fail(withings.ErrApplication.Error(), withings.ApplicationRemedy).quoting(err.Error(), err)
	case errors.Is(err, withings.ErrSignIn):
		return fail("the cloud refuses to renew the token: the consent has ended, or another program signed in with this client id",
			again).kind(SignIn)
	case errors.Is(err, withings.ErrRefused):
		return warn("the cloud refuses to renew the token; it is tried again, because such refusals often pass",
			"nothing for some hours; if it stays, "+again).quoting(err.Error(), err)
	case errors.Is(err, ErrHandsOff) && inUse:
		return warn(text+"; the cloud wants it renewed, which the daemon does at its next poll",
			"if that stays, see `vitals2mqtt status` and the daemon's log, or sign in again: "+again)
	case errors.Is(err, ErrHandsOff):
		return skipped(text + "; it would have to be renewed, which only the daemon's user should do")
	case ours && failure.Class == withings.Auth:
		return fail("the cloud refuses the token, also after it was renewed", again).kind(SignIn)
	case ours && failure.Class == withings.Forbidden:
		return fine("the cloud accepts the token; " + text)
	}
	return warn(text+"; the cloud could not be asked", "try again later").quoting(err.Error(), err)
}

// scopes compares what was consented to with what the keys need.
func scopes(_ context.Context, e *exam) []Finding {
	var findings []Finding
	for _, p := range e.People {
		token, ok := e.signed[p.Slug]
		switch {
		case !ok:
			findings = append(findings, skipped("waits for the sign-in").of(p))
			continue
		case len(token.Scopes) == 0:
			findings = append(findings, skipped("the cloud did not say what it includes").of(p))
			continue
		}
		findings = append(findings, e.within(p, token.Scopes))
	}
	return findings
}

func (e *exam) within(p Person, granted []string) Finding {
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
		return fine("includes all that the configured keys need").of(p)
	}
	return warn(fmt.Sprintf("leaves out %s, so %d keys get no value: %s", strings.Join(lacking, ", "), len(keys), some(keys)),
		"vitals2mqtt login "+p.Slug+", and allow everything; or take these keys out of measurements").of(p)
}

// some names a few of many.
func some(names []string) string {
	const few = 4
	if len(names) <= few {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:few], ", ") + ", …"
}

// about says a time span as people do.
func about(d time.Duration) string {
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

func until(d time.Duration) string {
	if d < 0 {
		return "ended " + about(-d) + " ago"
	}
	return "ends in " + about(d)
}
