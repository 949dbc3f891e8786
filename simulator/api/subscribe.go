// SPDX-License-Identifier: MIT

package api

import (
	"context"
	"slices"

	"vitals2mqtt/simulator/notify"
)

// Statuses of this service. All but the first are from old documentation.
const (
	statusNoSuch    = 286
	statusCallback  = 293
	statusUndeleted = 294
	statusComment   = 304
	statusTooManyOf = 305

	textCallback   = "Callback URL is either absent or incorrect"
	longestComment = 255
)

// notifyActions are those of /notify.
func notifyActions() map[string]action {
	return map[string]action{
		"subscribe": {scope: anyScope, parameters: []string{"callbackurl", "appli", "comment"}, run: subscribe},
		"update": {scope: anyScope, run: updateSubscription, parameters: []string{
			"callbackurl", "appli", "new_callbackurl", "new_appli", "comment",
		}},
		"get":    {scope: anyScope, parameters: []string{"callbackurl", "appli"}, run: getSubscription},
		"list":   {scope: anyScope, parameters: []string{"appli"}, run: listSubscriptions},
		"revoke": {scope: anyScope, parameters: []string{"callbackurl", "appli"}, run: revokeSubscription},
	}
}

// probeCallbackLocked releases the lock while it waits for the listener, which
// may be slow and may call the cloud.
func probeCallbackLocked(ctx context.Context, c *Server, callback string) bool {
	c.store.Unlock()
	defer c.store.Lock()
	return c.notify.ProbeListener(ctx, callback)
}

// parseAppli reads a category and refuses what the consent does not allow.
func parseAppli(q query, name string) (int, *response) {
	appli, given, wrong := parseOptionalInt(q.form, name)
	var a response
	switch scopes := notify.ScopesOf(int(appli)); {
	case wrong != "":
		a = invalidParameter(name)
	case !given:
		a = missingParameter(name)
	case appli == notify.CategoryDevice:
		a = refusal(statusScope, textScope)
	case len(scopes) == 0:
		a = invalidParameter(name)
	case !slices.ContainsFunc(scopes, func(s string) bool { return slices.Contains(q.scopes, s) }):
		a = refusal(statusScope, textScope)
	default:
		return int(appli), nil
	}
	return 0, &a
}

func refusedCallback() response { return refusal(statusCallback, textCallback) }

func refusedComment() response {
	return refusal(statusComment, "The comment is either absent or incorrect")
}

// checkSubscriptionLocked returns what a request subscribes, or what refuses it.
func checkSubscriptionLocked(c *Server, q query) (callback string, appli int, refused *response) {
	if callback = q.form.Get("callbackurl"); !notify.IsValidCallback(callback) {
		a := refusedCallback()
		return "", 0, &a
	}
	appli, refused = parseAppli(q, "appli")
	if refused == nil && c.notify.ExceedsQuotaLocked(q.account, callback, appli) {
		a := refusal(statusTooManyOf, "Too many notifications are already set")
		refused = &a
	}
	if len(q.form.Get("comment")) > longestComment {
		a := refusedComment()
		refused = &a
	}
	return callback, appli, refused
}

func subscribe(c *Server, q query) response {
	callback, _, refused := checkSubscriptionLocked(c, q)
	if refused != nil {
		return *refused
	}
	reached := probeCallbackLocked(q.request.Context(), c, callback)
	if !q.account.Consented { // The consent was withdrawn during the probe.
		return refusal(statusToken, textBadToken)
	}
	if !reached {
		return refusedCallback()
	}
	callback, appli, refused := checkSubscriptionLocked(c, q) // The lock was released during the probe.
	if refused != nil {
		return *refused
	}
	c.notify.SubscribeLocked(q.account, callback, appli, q.form.Get("comment"), c.store.NowLocked())
	return success(struct{}{})
}

func listSubscriptions(c *Server, q query) response {
	appli, given, wrong := parseOptionalInt(q.form, "appli")
	if wrong != "" {
		return invalidParameter(wrong)
	}
	c.notify.DetectChangesLocked(q.now)
	rows := []map[string]any{}
	for _, s := range c.notify.SubscriptionsOfLocked(q.account) {
		if !given || s.Appli == int(appli) {
			rows = append(rows, c.notify.RowLocked(s))
		}
	}
	return success(map[string]any{"profiles": rows})
}

// revokeSubscription ends one subscription, or without a category all to the
// address.
func revokeSubscription(c *Server, q query) response {
	appli, _, wrong := parseOptionalInt(q.form, "appli")
	if wrong != "" {
		return invalidParameter(wrong)
	}
	c.notify.DetectChangesLocked(q.now)
	if c.notify.RevokeLocked(q.account, q.form.Get("callbackurl"), int(appli)) == 0 {
		return refusal(statusUndeleted, "The notification could not be deleted")
	}
	return success(struct{}{})
}
