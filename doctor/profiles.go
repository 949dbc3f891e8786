// SPDX-License-Identifier: MIT

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

// ErrReadOnly is returned when a token would have to be refreshed, which is
// left to the daemon.
var ErrReadOnly = errors.New("only the daemon may refresh the token")

// How long a refresh token is valid according to the vendor, and when to warn.
const (
	refreshTokenLifetime = 365 * 24 * time.Hour
	reminderAge          = 300 * 24 * time.Hour
)

func checkSignIns(ctx context.Context, r *run) []Finding {
	var findings []Finding
	owners := map[string]Profile{}
	for _, p := range r.Profiles {
		finding := r.checkSignIn(ctx, p)
		if token, ok := r.tokens[p.Slug]; ok && token.UserID != "" {
			if first, taken := owners[token.UserID]; taken {
				finding = found("account_shared").detail("other", first.Name)
			} else {
				owners[token.UserID] = p
			}
		}
		findings = append(findings, r.forSignIn(finding, p))
	}
	for _, p := range r.Former {
		findings = append(findings, found("former_profile").detail("slug", p.Slug).forProfile(p))
	}
	if r.applicationErr != nil { // no profile is to blame
		findings = append(findings, found("application_credentials").because(r.applicationErr))
	}
	return findings
}

// forSignIn adds to a finding about a profile how to sign it in: where the
// callback does not lead to the page, only pasting ends it.
func (r *run) forSignIn(f Finding, p Profile) Finding {
	paste := ""
	if r.CallbackIsExternal {
		paste = " --paste"
	}
	return f.detail("slug", p.Slug).detail("paste", paste).forProfile(p)
}

// notSignedIn counts the profiles that are not signed in.
func (r *run) notSignedIn() int { return len(r.Profiles) - len(r.tokens) }

func (r *run) checkSignIn(ctx context.Context, p Profile) Finding {
	token, stored, err := r.Folder.Token(p.Slug)
	switch {
	case errors.Is(err, withings.ErrNoToken) && stored.IsZero():
		return found("not_signed_in")
	case errors.Is(err, withings.ErrNoToken):
		return found("token_corrupt").detail("reason", damageOf(err))
	}
	if newer, ok := errors.AsType[*withings.NewerTokenError](err); ok {
		return found("token_newer").detail("file", newer.File)
	}
	if err != nil {
		return accessFinding("token_unreadable", r.folder.Path, err)
	}
	r.tokens[p.Slug] = token
	now := r.Now()
	age, refused := now.Sub(stored), humanDuration(now.Sub(token.Refusals.First))
	text := fmt.Sprintf("refreshed %s ago, access token %s", humanDuration(age), expiryText(token.Expiry.Sub(now)))
	if token.Refusals.Count > 0 { // the file's age is that of the last refusal
		text = "refresh refused for " + refused
	}
	finding := func(code Code) Finding {
		return found(code).detail("age", text).detail("for_long", "").number("days", int(age/(24*time.Hour)))
	}
	switch {
	case r.isSignInReported(p):
		return found("reported_by_daemon")
	case age > refreshTokenLifetime:
		return finding("token_expired")
	case r.failed[nameCredentials]:
		return finding("token_not_tested")
	case token.Refusals.Final && r.folder.InUse: // otherwise it is tested
		return finding("sign_in_needed").number("refusals", token.Refusals.Count).
			detail("for_long", "; refused for "+refused)
	case token.Refusals.Count > 0 && r.folder.InUse: // a test could not refresh it
		return finding("refresh_retrying").number("refusals", token.Refusals.Count)
	}
	rows, err := r.Cloud.Subscriptions(ctx, p.Slug, !r.folder.InUse && !r.folder.OtherOwner)
	if errors.Is(err, withings.ErrApplication) {
		r.applicationErr = err
		return finding("token_not_tested")
	}
	if err != nil {
		f := finding(refusalCode(err, r.folder.InUse))
		if f.Level == OK {
			return f
		}
		return f.because(err)
	}
	r.subscriptions[p.Slug] = rows
	if age > reminderAge {
		return finding("token_aging")
	}
	return finding("token_ok")
}

// damageOf describes a token file that cannot be used: why, and where it lies.
func damageOf(err error) string {
	damaged, ok := errors.AsType[*withings.DamagedTokenError](err)
	switch {
	case !ok:
		return "it cannot be used"
	case damaged.RenamedTo == "":
		return damaged.Err.Error()
	}
	return damaged.Err.Error() + "; moved to " + damaged.RenamedTo
}

// refusalCode is what a failed request for a profile means.
func refusalCode(err error, inUse bool) Code {
	failure, ours := errors.AsType[*withings.Error](err)
	switch {
	case errors.Is(err, withings.ErrSignIn):
		return "sign_in_needed"
	case errors.Is(err, withings.ErrRefused):
		return "refresh_retrying"
	case errors.Is(err, ErrReadOnly) && inUse:
		return "token_refresh_due"
	case errors.Is(err, ErrReadOnly):
		return "token_refresh_left_to_daemon"
	case ours && failure.Class == withings.Auth:
		return "token_rejected"
	case ours && failure.Class == withings.Forbidden: // the scope is missing, the token works
		return "token_ok"
	}
	return "token_test_failed"
}

// checkConsents compares the granted scopes with what the keys need.
func checkConsents(_ context.Context, r *run) []Finding {
	var findings []Finding
	for _, p := range r.Profiles {
		finding := found("consent_not_signed_in")
		if token, ok := r.tokens[p.Slug]; ok && len(token.Scopes) == 0 {
			finding = found("consent_unknown")
		} else if ok {
			finding = r.checkConsent(p, token.Scopes)
		}
		findings = append(findings, r.forSignIn(finding, p))
	}
	return findings
}

func (r *run) checkConsent(p Profile, granted []string) Finding {
	missing, keys := []string{}, []string{}
	for _, key := range p.Keys {
		for _, endpoint := range sensors.EndpointsOf(key) {
			scope := endpoint.Scope()
			if slices.Contains(granted, scope) || endpoint == sensors.EndpointEvents && r.Config.Notifications.PublicURL == "" {
				continue
			}
			if !slices.Contains(missing, scope) {
				missing = append(missing, scope)
			}
			if !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	if len(keys) == 0 {
		return found("consent_ok")
	}
	return found("consent_incomplete").terms("scopes", missing).number("keys", len(keys)).
		detail("examples", firstFew(keys))
}

// firstFew lists a few of many.
func firstFew(names []string) string {
	const few = 4
	if len(names) <= few {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:few], ", ") + ", …"
}

// humanDuration is a duration in its largest unit.
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
		return "expired " + humanDuration(-d) + " ago"
	}
	return "expires in " + humanDuration(d) + " and is renewed automatically"
}
