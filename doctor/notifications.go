package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"vitals2mqtt/push"
)

// notificationAddress is the one that the cloud is told, "" before there is a secret.
func (e *run) notificationAddress() (callback, secret string, err error) {
	secret, err = e.Folder.Secret()
	if err != nil {
		return "", "", err
	}
	callback, err = push.CallbackURL(e.Config.Notifications.PublicURL, secret)
	return callback, secret, err
}

// checkNotifications follows the way of a notification backwards: our listener, then
// the public address.
func checkNotifications(ctx context.Context, e *run) []Finding {
	if e.Config.Notifications.PublicURL == "" {
		return []Finding{skipped("none (notifications.public_url): asking on schedule brings everything but who lies in bed")}
	}
	callback, secret, err := e.notificationAddress()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return []Finding{skipped("their secret address is made when the daemon starts for the first time")}
	case errors.Is(err, push.ErrWeakSecret):
		return []Finding{fail("the end of the secret address is too weak or damaged", "vitals2mqtt push rotate")}
	case err != nil:
		return []Finding{fail("the address for notifications cannot be used",
			"notifications.public_url wants https and a name, as in https://vitals.example.org").withError(err.Error(), err)}
	}
	if running, err := e.daemonRunning(); err != nil || !running {
		return []Finding{skipped("they come in while the daemon runs")}
	}
	if err := e.ProbeListener(ctx, secret); err != nil {
		return []Finding{fail(push.Cause(err), "look at notifications.listen (or web.listen); restart the daemon after `push rotate`")}
	}
	findings := []Finding{passed("the listener on this machine answers")}
	status, err := e.Web.Head(ctx, callback)
	return append(findings, judgePublicAddress(status, err))
}

// judgePublicAddress judges what the judgePublicAddress address said to us.
func judgePublicAddress(status int, err error) Finding {
	const proxy = "let the proxy pass on /notify/ without a password, a redirect or a login page"
	switch {
	case err != nil && strings.Contains(err.Error(), "no such host"):
		return fail("the name in notifications.public_url is not known", "mend the DNS entry, or the name")
	case err != nil && (strings.Contains(err.Error(), "certificate") || strings.Contains(err.Error(), "tls:")):
		return fail("the certificate of notifications.public_url is not trusted",
			"the cloud would refuse it too: let the proxy renew it").withError(err.Error(), err)
	case err != nil:
		return warn("notifications.public_url does not answer from here",
			"many routers do not lead back inside; try it from outside, with a phone's own network").withError(err.Error(), err)
	case status == 200:
		return passed("the public address leads to it")
	case status == 404:
		return fail("the public address leads to something that does not know our secret: HTTP 404",
			"does the proxy pass on to this very daemon, with the path unchanged?")
	case status >= 300 && status < 400:
		return fail("the public address answers with a redirect: HTTP "+strconv.Itoa(status), proxy)
	case status == 401 || status == 403 || status == 405:
		return fail("something in front of the daemon refuses: HTTP "+strconv.Itoa(status), proxy)
	case status >= 500:
		return fail("the proxy does not reach the daemon: HTTP "+strconv.Itoa(status),
			"lead it to notifications.listen, or else to web.listen")
	}
	return fail("the public address answers HTTP "+strconv.Itoa(status)+", and the cloud takes nothing but 200", proxy)
}

// checkSubscriptions compares what the cloud has with what the keys need.
func checkSubscriptions(_ context.Context, e *run) []Finding {
	if e.Config.Notifications.PublicURL == "" {
		return []Finding{skipped("none are wanted")}
	}
	callback, _, err := e.notificationAddress()
	if err != nil {
		return []Finding{skipped("they are made when the daemon runs")}
	}
	running, _ := e.daemonRunning()
	var findings []Finding
	for _, p := range e.Profiles {
		rows, ok := e.subscriptions[p.Slug]
		if !ok {
			findings = append(findings, skipped("the cloud could not be asked").forProfile(p))
			continue
		}
		wanted := p.WantedCategories(e.tokens[p.Slug].Scopes)
		missing, former := push.Diff(rows, callback, wanted)
		names := make([]string, 0, len(missing))
		for _, category := range missing {
			names = append(names, category.String())
		}
		switch {
		case len(missing) > 0 && running:
			findings = append(findings, warn(fmt.Sprintf("%d of %d are missing at the cloud: %s", len(missing), len(wanted), firstFew(names)),
				"the daemon repairs them every few hours, and when it is restarted; `push` in Home Assistant says what is wrong").forProfile(p))
		case len(missing) > 0:
			findings = append(findings, skipped(fmt.Sprintf("%d of %d are missing; the daemon makes them when it starts",
				len(missing), len(wanted))).forProfile(p))
		case former > 0:
			findings = append(findings, warn(fmt.Sprintf("all there, and %d that lead to a former address", former),
				"the daemon removes those when it is restarted").forProfile(p))
		default:
			findings = append(findings, passed(fmt.Sprintf("all %d are there", len(wanted))).forProfile(p))
		}
	}
	return findings
}
