// SPDX-License-Identifier: MIT

package doctor

import (
	"context"
	"errors"
	"io/fs"

	"vitals2mqtt/internal/failure"
	"vitals2mqtt/push"
)

// notificationURL is the one that Withings posts to, with the secret at its
// end.
func (r *run) notificationURL() (callback, secret string, err error) {
	secret, err = r.Folder.Secret()
	if err != nil {
		return "", "", err
	}
	callback, err = push.CallbackURL(r.Config.Notifications.PublicURL, secret)
	return callback, secret, err
}

// checkNotifications follows the route of a notification backwards: our
// listener, then the public address.
func checkNotifications(ctx context.Context, r *run) []Finding {
	if r.Config.Notifications.PublicURL == "" {
		return []Finding{found("push_disabled")}
	}
	callback, secret, err := r.notificationURL()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return []Finding{found("push_secret_missing")}
	case errors.Is(err, push.ErrWeakSecret):
		return []Finding{found("push_secret_invalid")}
	case err != nil:
		return []Finding{found("push_url_invalid").because(err)}
	}
	if running, err := r.daemonRunning(); err != nil || !running {
		return []Finding{found("push_untested")}
	}
	if err := r.ProbeListener(ctx, secret); err != nil {
		return []Finding{found("push_listener_silent").because(err)}
	}
	status, err := r.Web.Head(ctx, callback)
	return []Finding{found("push_listener_ok"), publicAddressFinding(status, err)}
}

// publicAddressFinding judges the response of the public address.
func publicAddressFinding(status int, err error) Finding {
	code := Code("push_public_status")
	switch {
	case err != nil:
		switch c := causeOf(err); {
		case c.Code == failure.HostNotFound:
			code = "push_public_name"
		case c.IsTLS():
			code = "push_public_certificate"
		default:
			code = "push_public_unreachable"
		}
		return found(code).because(err).detail("advice", publicCertificateAdvice(causeOf(err)))
	case status == 200:
		code = "push_public_ok"
	case status == 404:
		code = "push_public_elsewhere"
	case status >= 300 && status < 400:
		code = "push_public_redirects"
	case status == 401 || status == 403 || status == 405:
		code = "push_public_denied"
	case status >= 500:
		code = "push_public_bad_gateway"
	}
	return found(code).number("http", status)
}

// checkSubscriptions compares the active subscriptions with what the keys need.
func checkSubscriptions(_ context.Context, r *run) []Finding {
	if r.Config.Notifications.PublicURL == "" {
		return []Finding{found("subscriptions_disabled")}
	}
	callback, _, err := r.notificationURL()
	if err != nil {
		return []Finding{found("subscriptions_pending")}
	}
	var findings []Finding
	for _, p := range r.Profiles {
		findings = append(findings, r.checkProfileSubscriptions(p, callback).forProfile(p))
	}
	return findings
}

func (r *run) checkProfileSubscriptions(p Profile, callback string) Finding {
	rows, ok := r.subscriptions[p.Slug]
	if !ok {
		return found("subscriptions_unknown")
	}
	wanted := p.WantedCategories(r.tokens[p.Slug].Scopes)
	missing, former := push.Diff(rows, callback, wanted)
	names := make([]string, 0, len(missing))
	for _, category := range missing {
		names = append(names, category.String())
	}
	running, _ := r.daemonRunning()
	switch {
	case len(missing) > 0 && running:
		return found("subscriptions_missing").number("missing", len(missing)).number("wanted", len(wanted)).
			terms("categories", names)
	case len(missing) > 0:
		return found("subscriptions_not_yet").number("missing", len(missing)).number("wanted", len(wanted))
	case former > 0:
		return found("subscriptions_former").number("former", former)
	}
	return found("subscriptions_ok").number("wanted", len(wanted))
}
