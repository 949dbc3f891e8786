package push

import (
	"context"
	"errors"

	"vitals2mqtt/withings"
)

// Statuses of the notification service that need special handling. The Withings API
// documents families only; these come from its old documentation and from clients.
const (
	statusUnreachable = 293
	statusTooMany     = 305
	statusScope       = 403
)

// Cause describes why an audit failed, and what to do about it; "" for no error. It
// contains nothing of the error's own text.
func Cause(err error) string {
	failure, isAPIError := errors.AsType[*withings.Error](err)
	switch {
	case err == nil:
		return ""
	case errors.Is(err, ErrNoAnswer):
		return "our own notification address does not answer on this machine: is another program on its port?"
	case errors.Is(err, withings.ErrSignIn), errors.Is(err, withings.ErrNoToken):
		return "sign-in needed: subscriptions wait for it"
	case errors.Is(err, withings.ErrApplication):
		return withings.ErrApplication.Error()
	case isAPIError:
		return causeOfStatus(failure)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return "the cloud did not answer in time"
	}
	return "the cloud could not be asked"
}

func causeOfStatus(failure *withings.Error) string {
	for _, row := range statusCauses() {
		if row.status == failure.Status {
			return row.text
		}
	}
	switch failure.Class {
	case withings.Auth:
		return "the cloud refuses the token: it will be renewed, or sign-in is needed"
	case withings.Forbidden:
		return "the cloud does not open these notifications to this account or plan"
	case withings.Params:
		return "the cloud did not accept the subscription; it may not offer this category to the account"
	case withings.Limited:
		return "too many requests to the cloud: all wait"
	case withings.Unsupported:
		return "the address of the cloud knows no notifications: check withings.api_url"
	case withings.Temporary, withings.OK, withings.Application:
	}
	return "the cloud is in trouble or out of reach"
}

// statusCause is one row of the table of statuses.
type statusCause struct {
	status int
	text   string
}

func statusCauses() []statusCause {
	return []statusCause{
		{statusUnreachable, "the cloud cannot reach the notification address: it must be open to the internet at https on " +
			"port 443 with a trusted certificate, and answer HEAD with 200 itself, without a redirect, a login page or 405"},
		{statusTooMany, "the account has too many subscriptions: another program with the same client id holds them"},
		{statusScope, "the consent does not include this: sign in again and allow it"},
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
	case failure.Class == withings.Forbidden || failure.Class == withings.Params || failure.Class == withings.Unsupported:
		return failCategory
	}
	return failAll
}

// isGone reports whether a subscription to be removed does not exist.
func isGone(err error) bool {
	failure, isAPIError := errors.AsType[*withings.Error](err)
	return isAPIError && (failure.Status == 286 || failure.Status == 294 || failure.Status == 343)
}
