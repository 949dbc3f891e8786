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
	// never is when subscriptions expire.
	never = 2147483647
)

// notifyActions are those of /notify.
func notifyActions() map[string]action {
	return map[string]action{
		"subscribe": {
			scope: anyScope, parameters: []string{"callbackurl", "appli", "comment"}, visits: visitSubscribe, run: subscribe,
		},
		"get":    {scope: anyScope, parameters: []string{"callbackurl", "appli"}, run: getSubscription},
		"list":   {scope: anyScope, parameters: []string{"appli"}, run: listSubscriptions},
		"revoke": {scope: anyScope, parameters: []string{"callbackurl", "appli"}, run: revokeSubscription},
		"update": {
			scope: anyScope, visits: visitUpdate, run: updateSubscription,
			parameters: []string{"callbackurl", "appli", "new_callbackurl", "new_appli", "comment"},
		},
	}
}

// visited sees the listener that an action is about, if there is one, and returns what it refuses the action with.
func (c *Cloud) visited(r *http.Request, q *query, known action) *answer {
	if known.visits == nil {
		return nil
	}
	callback, refused := known.visits(c, *q)
	if refused != nil || callback == "" {
		return refused
	}
	reached := c.visit(r.Context(), callback)
	q.now = c.now()
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

// visit lets go of the cloud while the listener is asked: that may take its time, and may lead back here.
func (c *Cloud) visit(ctx context.Context, callback string) bool {
	c.mu.Unlock()
	defer c.mu.Lock()
	return c.push.call.reaches(ctx, callback)
}

// subscribable reads a number and refuses what the consent does not open.
func subscribable(q query, name string) (int, *answer) {
	appli, given, wrong := optional(q.form, name)
	var a answer
	switch scopes := scopesOf(int(appli)); {
	case wrong != "":
		a = invalid(name)
	case !given:
		a = missing(name)
	case appli == appliDevice:
		a = refusal(statusScope, textScope)
	case len(scopes) == 0:
		a = invalid(name)
	case !slices.ContainsFunc(scopes, func(s string) bool { return slices.Contains(q.scopes, s) }):
		a = refusal(statusScope, textScope)
	default:
		return int(appli), nil
	}
	return 0, &a
}

func refusedCallback() answer { return refusal(statusCallback, textCallback) }

// visitSubscribe checks everything before somebody goes to see the listener.
func visitSubscribe(c *Cloud, q query) (callback string, refused *answer) {
	if callback = q.form.Get("callbackurl"); !acceptable(callback, c.knobs.Notify.PublicOnly) {
		a := refusedCallback()
		return "", &a
	}
	appli, refused := subscribable(q, "appli")
	if refused == nil {
		refused = c.full(q.who, callback, appli)
	}
	if len(q.form.Get("comment")) > longestComment {
		a := refusal(statusComment, "The comment is either absent or incorrect")
		refused = &a
	}
	return callback, refused
}

// full refuses one subscription too many.
func (c *Cloud) full(who *account, callback string, appli int) *answer {
	limit := c.knobs.Notify.most()
	if limit < 0 || c.push.find(who, callback, appli) != nil || len(c.push.of(who)) < limit {
		return nil
	}
	a := refusal(statusTooManyOf, "Too many notifications are already set")
	return &a
}

func subscribe(c *Cloud, q query) answer {
	callback, refused := visitSubscribe(c, q) // Much can have happened while the listener was asked.
	if refused != nil {
		return *refused
	}
	appli, _ := strconv.Atoi(q.form.Get("appli"))
	c.notice(q.now)
	c.push.put(&subscription{who: q.who, callback: callback, appli: appli, comment: q.form.Get("comment"), asked: q.now})
	c.lookAfter(q.who, q.now)
	return success(struct{}{})
}

// lookAfter begins to watch a person's data, so that only what changes from now on is told.
func (c *Cloud) lookAfter(who *account, now time.Time) {
	c.push.linked[who] = true
	if c.push.watched[who] == nil {
		who.upTo(now)
		c.push.watched[who] = newLookout(who, now)
	}
}

// named is the subscription that a request names; the number is 1 when it is left out.
func named(c *Cloud, q query) *subscription {
	c.notice(q.now)
	appli, given, wrong := optional(q.form, "appli")
	if !given {
		appli = appliWeight
	}
	if wrong != "" {
		return nil
	}
	return c.push.find(q.who, q.form.Get("callbackurl"), int(appli))
}

func getSubscription(c *Cloud, q query) answer {
	s := named(c, q)
	if s == nil {
		return refusal(statusNone, "No notification matching the criteria was found")
	}
	return success(s.row(c.knobs.Notify))
}

func listSubscriptions(c *Cloud, q query) answer {
	appli, given, wrong := optional(q.form, "appli")
	if wrong != "" {
		return invalid(wrong)
	}
	c.notice(q.now)
	rows := []map[string]any{}
	for _, s := range c.push.of(q.who) {
		if !given || s.appli == int(appli) {
			rows = append(rows, s.row(c.knobs.Notify))
		}
	}
	return success(map[string]any{"profiles": rows})
}

func (s *subscription) row(k NotifyKnobs) map[string]any {
	row := map[string]any{"appli": s.appli, "callbackurl": s.callback, "expires": never, "comment": s.comment}
	if s.comment == "" {
		row["comment"] = nil
	}
	if k.OddURLs {
		row["callbackurl"] = odd(s.callback)
	}
	return row
}

// revokeSubscription ends one subscription, or without a number all to the address.
func revokeSubscription(c *Cloud, q query) answer {
	appli, given, wrong := optional(q.form, "appli")
	if wrong != "" {
		return invalid(wrong)
	}
	c.notice(q.now)
	callback := normal(q.form.Get("callbackurl"))
	ended := c.push.drop(func(s *subscription) bool {
		return s.who == q.who && normal(s.callback) == callback && (!given || s.appli == int(appli))
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

// visitUpdate has a new listener asked, as for a new subscription.
func visitUpdate(c *Cloud, q query) (callback string, refused *answer) {
	var a answer
	name, ok := updateOf(q.form)
	switch next := q.form.Get("new_callbackurl"); {
	case !ok:
		a = invalid("new_callbackurl, new_appli or comment")
	case named(c, q) == nil:
		a = refusal(statusNone, "No notification matching the criteria was found")
	case name == "new_callbackurl" && !acceptable(next, c.knobs.Notify.PublicOnly):
		a = refusedCallback()
	case name == "new_appli":
		_, refused = subscribable(q, name)
		return "", refused
	default:
		return next, nil
	}
	return "", &a
}

func updateSubscription(c *Cloud, q query) answer {
	if _, refused := visitUpdate(c, q); refused != nil {
		return *refused
	}
	next := *named(c, q)
	switch name, _ := updateOf(q.form); name {
	case "new_callbackurl":
		next.callback, next.failing = q.form.Get(name), time.Time{}
	case "new_appli":
		next.appli, _ = subscribable(q, name)
	case "comment":
		next.comment = q.form.Get(name)
	}
	old := named(c, q)
	c.push.drop(func(s *subscription) bool { return s == old })
	c.push.put(&next)
	return success(struct{}{})
}
