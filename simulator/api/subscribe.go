package api

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"vitals2mqtt/simulator/notify"
)

// Statuses of this service. All but the first are from old documentation.
const (
	statusCallback  = 293
	statusUndeleted = 294
	statusComment   = 304
	statusTooManyOf = 305
	statusNone      = 343

	textCallback   = "Callback URL is either absent or incorrect"
	longestComment = 255
)

// notifyActions are those of /notify.
func notifyActions() map[string]action {
	return map[string]action{
		"subscribe": {
			scope: anyScope, parameters: []string{"callbackurl", "appli", "comment"}, callback: validateSubscribe, run: subscribe,
		},
		"get":    {scope: anyScope, parameters: []string{"callbackurl", "appli"}, run: getSubscription},
		"list":   {scope: anyScope, parameters: []string{"appli"}, run: listSubscriptions},
		"revoke": {scope: anyScope, parameters: []string{"callbackurl", "appli"}, run: revokeSubscription},
		"update": {
			scope: anyScope, callback: validateUpdate, run: updateSubscription,
			parameters: []string{"callbackurl", "appli", "new_callbackurl", "new_appli", "comment"},
		},
	}
}

// checkCallbackLocked probes the listener that an action is about, if any, and
// returns what refuses the action. It releases the lock meanwhile.
func (c *Server) checkCallbackLocked(r *http.Request, q *query, known action) *answer {
	if known.callback == nil {
		return nil
	}
	callback, refused := known.callback(c, *q)
	if refused != nil || callback == "" {
		return refused
	}
	reached := c.probeCallbackLocked(r.Context(), callback)
	q.now = c.store.NowLocked()
	var a answer
	switch {
	case !q.who.Consented: // The consent was withdrawn meanwhile.
		a = refusal(statusToken, textBadToken)
	case !reached:
		a = refusedCallback()
	default:
		return nil
	}
	return &a
}

// probeCallbackLocked releases the lock while it waits for the listener, which
// may be slow and may call the cloud.
func (c *Server) probeCallbackLocked(ctx context.Context, callback string) bool {
	c.store.Unlock()
	defer c.store.Lock()
	return c.notify.IsReachable(ctx, callback)
}

// parseAppli reads a category and refuses what the consent does not allow.
func parseAppli(q query, name string) (int, *answer) {
	appli, given, wrong := parseOptionalInt(q.form, name)
	var a answer
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

func refusedCallback() answer { return refusal(statusCallback, textCallback) }

// validateSubscribe checks everything before the listener is probed.
func validateSubscribe(c *Server, q query) (callback string, refused *answer) {
	if callback = q.form.Get("callbackurl"); !notify.IsValidCallback(callback) {
		a := refusedCallback()
		return "", &a
	}
	appli, refused := parseAppli(q, "appli")
	if refused == nil && c.notify.ExceedsQuota(q.who, callback, appli) {
		a := refusal(statusTooManyOf, "Too many notifications are already set")
		refused = &a
	}
	if len(q.form.Get("comment")) > longestComment {
		a := refusal(statusComment, "The comment is either absent or incorrect")
		refused = &a
	}
	return callback, refused
}

func subscribe(c *Server, q query) answer {
	callback, refused := validateSubscribe(c, q) // The lock was released during the probe.
	if refused != nil {
		return *refused
	}
	appli, _ := strconv.Atoi(q.form.Get("appli"))
	c.notify.SubscribeLocked(q.who, callback, appli, q.form.Get("comment"), q.now)
	return success(struct{}{})
}

// requestedSubscription is the subscription that a request names; the category
// is 1 when it is left out.
func requestedSubscription(c *Server, q query) *notify.Subscription {
	c.notify.DetectChangesLocked(q.now)
	appli, given, wrong := parseOptionalInt(q.form, "appli")
	if !given {
		appli = int64(notify.CategoryWeight)
	}
	if wrong != "" {
		return nil
	}
	return c.notify.Find(q.who, q.form.Get("callbackurl"), int(appli))
}

func getSubscription(c *Server, q query) answer {
	s := requestedSubscription(c, q)
	if s == nil {
		return refusal(statusNone, "No notification matching the criteria was found")
	}
	return success(c.notify.RowLocked(s))
}

func listSubscriptions(c *Server, q query) answer {
	appli, given, wrong := parseOptionalInt(q.form, "appli")
	if wrong != "" {
		return invalidParameter(wrong)
	}
	c.notify.DetectChangesLocked(q.now)
	rows := []map[string]any{}
	for _, s := range c.notify.SubscriptionsOf(q.who) {
		if !given || s.Appli == int(appli) {
			rows = append(rows, c.notify.RowLocked(s))
		}
	}
	return success(map[string]any{"profiles": rows})
}

// revokeSubscription ends one subscription, or without a category all to the
// address.
func revokeSubscription(c *Server, q query) answer {
	appli, _, wrong := parseOptionalInt(q.form, "appli")
	if wrong != "" {
		return invalidParameter(wrong)
	}
	c.notify.DetectChangesLocked(q.now)
	if c.notify.RevokeLocked(q.who, q.form.Get("callbackurl"), int(appli)) == 0 {
		return refusal(statusUndeleted, "The notification could not be deleted")
	}
	return success(struct{}{})
}

// updateOf returns what an update changes: exactly one of three.
func updateOf(form url.Values) (name string, ok bool) {
	for _, one := range []string{"new_callbackurl", "new_appli", "comment"} {
		if form.Get(one) != "" {
			if name != "" {
				return "", false
			}
			name = one
		}
	}
	return name, name != ""
}

// validateUpdate returns a new listener to probe, as for a new subscription.
func validateUpdate(c *Server, q query) (callback string, refused *answer) {
	var a answer
	name, ok := updateOf(q.form)
	switch next := q.form.Get("new_callbackurl"); {
	case !ok:
		a = invalidParameter("new_callbackurl, new_appli or comment")
	case requestedSubscription(c, q) == nil:
		a = refusal(statusNone, "No notification matching the criteria was found")
	case name == "new_callbackurl" && !notify.IsValidCallback(next):
		a = refusedCallback()
	case name == "new_appli":
		_, refused = parseAppli(q, name)
		return "", refused
	default:
		return next, nil
	}
	return "", &a
}

func updateSubscription(c *Server, q query) answer {
	if _, refused := validateUpdate(c, q); refused != nil {
		return *refused
	}
	old := requestedSubscription(c, q)
	callback, appli, comment := old.Callback, old.Appli, old.Comment
	switch name, _ := updateOf(q.form); name {
	case "new_callbackurl":
		callback = q.form.Get(name)
	case "new_appli":
		appli, _ = parseAppli(q, name)
	case "comment":
		comment = q.form.Get(name)
	}
	c.notify.ReplaceLocked(old, callback, appli, comment)
	return success(struct{}{})
}
