package simulator

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// Statuses of this service. All but the first are old and probably still true.
const (
	statusCallback  = 293
	statusUndeleted = 294
	statusComment   = 304
	statusTooManyOf = 305
	statusNone      = 343

	textCallback   = "Callback URL is either absent or incorrect"
	longestComment = 255
	// neverExpires is when subscriptions expire.
	neverExpires = 2147483647
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

// checkCallbackLocked sees the listener that an action is about, if there is one, and returns what it refuses the action with.
func (c *Cloud) checkCallbackLocked(r *http.Request, q *query, known action) *answer {
	if known.callback == nil {
		return nil
	}
	callback, refused := known.callback(c, *q)
	if refused != nil || callback == "" {
		return refused
	}
	reached := c.probeCallbackLocked(r.Context(), callback)
	q.now = c.nowLocked()
	var a answer
	switch {
	case c.oauth.newest[q.who] == nil: // The consent was taken back meanwhile.
		a = refusal(statusToken, textBadToken)
	case !reached:
		a = refusedCallback()
	default:
		return nil
	}
	return &a
}

// probeCallbackLocked lets go of the cloud while the listener is asked: that may take its time, and may lead back here.
func (c *Cloud) probeCallbackLocked(ctx context.Context, callback string) bool {
	c.mu.Unlock()
	defer c.mu.Lock()
	return c.push.call.isReachable(ctx, callback)
}

// parseAppli reads a number and refuses what the consent does not open.
func parseAppli(q query, name string) (int, *answer) {
	appli, given, wrong := parseOptionalInt(q.form, name)
	var a answer
	switch scopes := scopesOf(int(appli)); {
	case wrong != "":
		a = invalidParameter(name)
	case !given:
		a = missingParameter(name)
	case appli == appliDevice:
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

// validateSubscribe checks everything before somebody goes to see the listener.
func validateSubscribe(c *Cloud, q query) (callback string, refused *answer) {
	if callback = q.form.Get("callbackurl"); !isValidCallback(callback, c.knobs.Notify.PublicOnly) {
		a := refusedCallback()
		return "", &a
	}
	appli, refused := parseAppli(q, "appli")
	if refused == nil {
		refused = c.checkQuotaLocked(q.who, callback, appli)
	}
	if len(q.form.Get("comment")) > longestComment {
		a := refusal(statusComment, "The comment is either absent or incorrect")
		refused = &a
	}
	return callback, refused
}

// checkQuotaLocked refuses one subscription too many.
func (c *Cloud) checkQuotaLocked(who *account, callback string, appli int) *answer {
	limit := c.knobs.Notify.most()
	if limit < 0 || c.push.find(who, callback, appli) != nil || len(c.push.subscriptionsOf(who)) < limit {
		return nil
	}
	a := refusal(statusTooManyOf, "Too many notifications are already set")
	return &a
}

func subscribe(c *Cloud, q query) answer {
	callback, refused := validateSubscribe(c, q) // Much can have happened while the listener was asked.
	if refused != nil {
		return *refused
	}
	appli, _ := strconv.Atoi(q.form.Get("appli"))
	c.detectChangesLocked(q.now)
	c.push.upsert(&subscription{who: q.who, callback: callback, appli: appli, comment: q.form.Get("comment"), lapseCheckedUntil: q.now})
	c.trackChangesLocked(q.who, q.now)
	return success(struct{}{})
}

// trackChangesLocked begins to watch a person's data, so that only what changes from now on is told.
func (c *Cloud) trackChangesLocked(who *account, now time.Time) {
	c.push.consented[who] = true
	if c.push.detectors[who] == nil {
		who.generateRecords(now)
		c.push.detectors[who] = newChangeDetector(who, now)
	}
}

// requestedSubscription is the subscription that a request names; the number is 1 when it is left out.
func requestedSubscription(c *Cloud, q query) *subscription {
	c.detectChangesLocked(q.now)
	appli, given, wrong := parseOptionalInt(q.form, "appli")
	if !given {
		appli = int64(appliWeight)
	}
	if wrong != "" {
		return nil
	}
	return c.push.find(q.who, q.form.Get("callbackurl"), int(appli))
}

func getSubscription(c *Cloud, q query) answer {
	s := requestedSubscription(c, q)
	if s == nil {
		return refusal(statusNone, "No notification matching the criteria was found")
	}
	return success(s.row(c.knobs.Notify))
}

func listSubscriptions(c *Cloud, q query) answer {
	appli, given, wrong := parseOptionalInt(q.form, "appli")
	if wrong != "" {
		return invalidParameter(wrong)
	}
	c.detectChangesLocked(q.now)
	rows := []map[string]any{}
	for _, s := range c.push.subscriptionsOf(q.who) {
		if !given || s.appli == int(appli) {
			rows = append(rows, s.row(c.knobs.Notify))
		}
	}
	return success(map[string]any{"profiles": rows})
}

func (s *subscription) row(k NotifyKnobs) map[string]any {
	row := map[string]any{"appli": s.appli, "callbackurl": s.callback, "expires": neverExpires, "comment": s.comment}
	if s.comment == "" {
		row["comment"] = nil
	}
	if k.OddURLs {
		row["callbackurl"] = variantURL(s.callback)
	}
	return row
}

// revokeSubscription ends one subscription, or without a number all to the address.
func revokeSubscription(c *Cloud, q query) answer {
	appli, given, wrong := parseOptionalInt(q.form, "appli")
	if wrong != "" {
		return invalidParameter(wrong)
	}
	c.detectChangesLocked(q.now)
	callback := normalizeURL(q.form.Get("callbackurl"))
	ended := c.push.remove(func(s *subscription) bool {
		return s.who == q.who && normalizeURL(s.callback) == callback && (!given || s.appli == int(appli))
	})
	if ended == 0 {
		return refusal(statusUndeleted, "The notification could not be deleted")
	}
	return success(struct{}{})
}

// change is what an update asks for: exactly one of three.
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

// validateUpdate has a new listener asked, as for a new subscription.
func validateUpdate(c *Cloud, q query) (callback string, refused *answer) {
	var a answer
	name, ok := updateOf(q.form)
	switch next := q.form.Get("new_callbackurl"); {
	case !ok:
		a = invalidParameter("new_callbackurl, new_appli or comment")
	case requestedSubscription(c, q) == nil:
		a = refusal(statusNone, "No notification matching the criteria was found")
	case name == "new_callbackurl" && !isValidCallback(next, c.knobs.Notify.PublicOnly):
		a = refusedCallback()
	case name == "new_appli":
		_, refused = parseAppli(q, name)
		return "", refused
	default:
		return next, nil
	}
	return "", &a
}

func updateSubscription(c *Cloud, q query) answer {
	if _, refused := validateUpdate(c, q); refused != nil {
		return *refused
	}
	next := *requestedSubscription(c, q)
	switch name, _ := updateOf(q.form); name {
	case "new_callbackurl":
		next.callback, next.failingSince = q.form.Get(name), time.Time{}
	case "new_appli":
		next.appli, _ = parseAppli(q, name)
	case "comment":
		next.comment = q.form.Get(name)
	}
	old := requestedSubscription(c, q)
	c.push.remove(func(s *subscription) bool { return s == old })
	c.push.upsert(&next)
	return success(struct{}{})
}
