// SPDX-License-Identifier: MIT

package push

import (
	"context"
	"errors"

	"vitals2mqtt/withings"
)

// Statuses of the notification service that need special handling. The Withings
// API documents families only; these come from its old documentation and from
// clients.
const (
	statusUnreachable = 293
	statusTooMany     = 305
	statusScope       = 403
)

// Cause describes why an audit failed, and what to do about it; "" for no
// error. It contains nothing of the error's own text.
func Cause(err error) string {
	failure, isAPIError := errors.AsType[*withings.Error](err)
	switch {
	case err == nil:
		return ""
	case errors.Is(err, ErrNoAnswer):
		return "the notification listener does not respond locally; check whether another program uses its port"
	case errors.Is(err, withings.ErrSignIn), errors.Is(err, withings.ErrNoToken):
		return "not signed in"
	case errors.Is(err, withings.ErrApplication):
		return withings.ErrApplication.Error()
	case isAPIError:
		return causeOfStatus(failure)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return "the Withings API timed out"
	}
	return "the Withings API request failed"
}

func causeOfStatus(failure *withings.Error) string {
	for _, row := range statusCauses() {
		if row.status == failure.Status {
			return row.text
		}
	}
	switch failure.Class {
	case withings.Auth:
		return "the Withings API rejected the token; it will be refreshed, or sign in again"
	case withings.Forbidden:
		return "notifications are not available for this account or plan"
	case withings.Params:
		return "the Withings API rejected the subscription; the category may be unavailable for this account"
	case withings.Limited:
		return "rate limited by the Withings API; requests are delayed"
	case withings.Unsupported:
		return "the API endpoint does not support notifications; check withings.api_url"
	case withings.Temporary, withings.OK, withings.Application:
	}
	return "the Withings API is unavailable or unreachable"
}

// statusCause is one row of the table of statuses.
type statusCause struct {
	status int
	text   string
}

func statusCauses() []statusCause {
	return []statusCause{
		{statusUnreachable, "the Withings API cannot reach the callback URL: " +
			"it must be publicly reachable over https on port 443 with a trusted certificate " +
			"and answer HEAD with 200 (no redirect, login page or 405)"},
		{statusTooMany, "subscription limit reached; another program with the same client id uses them"},
		{statusScope, "scope not granted; sign in again and allow it"},
	}
}

// failureScope is what a failed subscribe means for the rest of the audit.
type failureScope int

const (
	failAll          failureScope = iota // the others would fail too: stop
	failCategory                         // this category only
	failUntilConsent                     // this category, until the next sign-in
)

func classifyFailure(err error) failureScope {
	failure, isAPIError := errors.AsType[*withings.Error](err)
	switch {
	case !isAPIError || errors.Is(err, withings.ErrSignIn) || failure.Class == withings.Application:
		return failAll
	case failure.Status == statusUnreachable:
		return failAll
	case failure.Status == statusScope:
		return failUntilConsent
	case failure.Status == withings.NoStatus:
		return failAll // not from the API itself: a proxy, an outage
	case failure.Class == withings.Forbidden || failure.Class == withings.Params ||
		failure.Class == withings.Unsupported:
		return failCategory
	}
	return failAll
}

// isGone reports whether a subscription to be removed does not exist.
func isGone(err error) bool {
	failure, isAPIError := errors.AsType[*withings.Error](err)
	return isAPIError && (failure.Status == 286 || failure.Status == 294 || failure.Status == 343)
}
