// SPDX-License-Identifier: MIT

package doctor

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"vitals2mqtt/health"
	"vitals2mqtt/withings"
)

// checkCredentials proves the application's client id and secret.
func checkCredentials(_ context.Context, r *run) []Finding {
	err := r.credentials()
	if err == nil {
		return []Finding{found("credentials_ok")}
	}
	code := Code("credentials_unproven")
	if failed, ours := errors.AsType[*withings.Error](err); ours {
		noStatus := failed.Status == withings.NoStatus
		switch {
		case errors.Is(err, withings.ErrApplication):
			code = "application_credentials"
		case noStatus && failed.HTTP == 0:
			code = "api_unreachable"
		case failed.Class == withings.Limited:
			code = "api_rate_limited"
		case noStatus && failed.HTTP >= http.StatusInternalServerError:
			code = "api_failing"
		case noStatus && (failed.Class == withings.Temporary || failed.Class == withings.Unsupported):
			code = "api_unexpected_response"
		case failed.Class == withings.Temporary:
			code = "api_failing"
		}
	}
	return []Finding{found(code).because(err).detail("api", r.Config.Withings.APIURL).
		detail("advice", apiAdvice(causeOf(err)))}
}

func checkClock(_ context.Context, r *run) []Finding {
	ahead, known := r.Cloud.ClockOffset()
	if !known {
		return []Finding{found("clock_unknown")}
	}
	code, seconds := Code("clock_ok"), int(ahead.Round(time.Second)/time.Second)
	switch off := ahead.Abs(); {
	case off >= health.ClockFailOffset:
		code = "clock_wrong"
	case off >= health.ClockWarnOffset:
		code = "clock_off"
	}
	return []Finding{found(code).number("seconds_ahead", seconds).detail("offset", health.FormatOffset(ahead))}
}

// checkCallback checks the URL that the consent page redirects to.
func checkCallback(ctx context.Context, r *run) []Finding {
	findings := []Finding{found(callbackCode(r.CallbackURL, r.Config.Withings.APIURL, r.notSignedIn() == 0)).
		detail("url", r.CallbackURL)}
	if r.CallbackIsExternal {
		return append(findings, found("callback_external"))
	}
	running, err := r.daemonRunning()
	if !r.Config.Web.Enabled || err != nil || !running {
		return append(findings, found("callback_untested"))
	}
	status, err := r.Web.Head(ctx, r.CallbackURL)
	switch {
	case err != nil:
		return append(findings, found("callback_unreachable").because(err))
	case status != 200:
		return append(findings, found("callback_elsewhere").number("http", status))
	}
	return append(findings, found("callback_reaches_page"))
}

// callbackCode is whether the developer portal accepts a URL, which matters
// less once all profiles are signed in.
func callbackCode(address, api string, allSignedIn bool) Code {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return "callback_invalid"
	}
	ip, notName := netip.ParseAddr(u.Hostname())
	local := u.Hostname() == "localhost" || notName == nil && ip.IsLoopback()
	vendor := false
	if apiURL, err := url.Parse(api); err == nil {
		vendor = strings.HasSuffix(apiURL.Hostname(), ".withings.net")
	}
	switch {
	case allSignedIn:
		return "callback_needed_later"
	case u.Scheme != "https" && !local:
		return "callback_not_https"
	case vendor && (local || notName == nil):
		return "callback_private"
	case vendor && u.Port() != "" && u.Port() != "443":
		return "callback_port"
	}
	return "callback_valid"
}
