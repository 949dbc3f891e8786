// SPDX-License-Identifier: MIT

package api

import (
	"cmp"

	"vitals2mqtt/simulator/notify"
)

// findSubscriptionLocked returns one of the person's subscriptions, or nil.
func findSubscriptionLocked(c *Server, q query, callback string, appli int) *notify.Subscription {
	for _, s := range c.notify.SubscriptionsOfLocked(q.account) {
		if s.Is(callback, appli) {
			return s
		}
	}
	return nil
}

func noSubscription() response { return refusal(statusNoSuch, "No such subscription was found") }

// getSubscription is notify get: one subscription, of weight unless another
// category is asked for.
func getSubscription(c *Server, q query) response {
	appli, _, wrong := parseOptionalInt(q.form, "appli")
	switch {
	case wrong != "":
		return invalidParameter(wrong)
	case q.form.Get("callbackurl") == "":
		return missingParameter("callbackurl")
	}
	c.notify.DetectChangesLocked(q.now)
	s := findSubscriptionLocked(c, q, q.form.Get("callbackurl"), cmp.Or(int(appli), 1))
	if s == nil {
		return noSubscription()
	}
	return success(c.notify.RowLocked(s))
}

// updateSubscription is notify update. The documentation allows one change, and
// the original takes several.
func updateSubscription(c *Server, q query) response {
	changes := 0
	for _, name := range []string{"new_callbackurl", "new_appli", "comment"} {
		if q.form.Has(name) {
			changes++
		}
	}
	switch {
	case changes == 0:
		return missingParameter("new_callbackurl, new_appli or comment")
	case changes > 1 && (c.strict || c.panics):
		return refusal(statusParams, "Invalid Params: only one of new_callbackurl, new_appli and comment")
	}
	from, callback, appli, refused := changedSubscriptionLocked(c, q)
	if refused != nil {
		return *refused
	}
	if q.form.Get("new_callbackurl") != "" && !probeCallbackLocked(q.request.Context(), c, callback) {
		return refusedCallback()
	}
	c.notify.DetectChangesLocked(c.store.NowLocked()) // The lock was released during the probe.
	old := findSubscriptionLocked(c, q, q.form.Get("callbackurl"), from)
	if old == nil {
		return noSubscription()
	}
	comment := old.Comment
	if q.form.Has("comment") {
		comment = q.form.Get("comment")
	}
	c.notify.MoveLocked(old, callback, appli, comment)
	return success(struct{}{})
}

// changedSubscriptionLocked returns the category of a subscription, and the
// address and category that it gets, or what refuses them.
func changedSubscriptionLocked(c *Server, q query) (from int, callback string, appli int, refused *response) {
	refuse := func(a response) (int, string, int, *response) { return 0, "", 0, &a }
	from, refused = parseAppli(q, "appli")
	old := q.form.Get("callbackurl")
	switch {
	case old == "":
		return refuse(missingParameter("callbackurl"))
	case refused != nil:
		return refuse(*refused)
	case findSubscriptionLocked(c, q, old, from) == nil:
		return refuse(noSubscription())
	}
	appli, callback = from, cmp.Or(q.form.Get("new_callbackurl"), old)
	if q.form.Get("new_appli") != "" {
		if appli, refused = parseAppli(q, "new_appli"); refused != nil {
			return refuse(*refused)
		}
	}
	switch {
	case !notify.IsValidCallback(callback):
		return refuse(refusedCallback())
	case len(q.form.Get("comment")) > longestComment:
		return refuse(refusedComment())
	}
	return from, callback, appli, nil
}
