// SPDX-License-Identifier: MIT

package push

import (
	"slices"

	"vitals2mqtt/withings"
)

// auditPlan is what follows from a list of subscriptions.
type auditPlan struct {
	present []withings.Category  // wanted and there
	missing []withings.Category  // wanted and not there
	former  []formerSubscription // ours, with another secret
}

// formerSubscription is a subscription of a former callback URL.
type formerSubscription struct {
	url      string // as the Withings API writes it
	category withings.Category
}

// planAudit compares the subscriptions of a profile with what is wanted at a
// callback URL; isFormer reports whether a URL was ours before. Subscriptions
// of other programs are ignored.
func planAudit(
	rows []withings.Subscription, ours string, isFormer func(url string) bool, wanted []withings.Category,
) auditPlan {
	var p auditPlan
	found := map[withings.Category]bool{}
	for _, row := range rows {
		url, category := string(row.CallbackURL), withings.Category(row.Category.N)
		switch {
		case !row.Category.OK:
		case normalizeURL(url) == normalizeURL(ours):
			found[category] = true
		case isFormer(url):
			p.former = append(p.former, formerSubscription{url, category})
		}
	}
	for _, category := range wanted {
		if found[category] {
			p.present = append(p.present, category)
		} else {
			p.missing = append(p.missing, category)
		}
	}
	return p
}

// wantedCategories returns the known categories once each, except those to
// leave out.
func wantedCategories(wanted []withings.Category, without map[withings.Category]bool) []withings.Category {
	sorted := slices.Sorted(slices.Values(wanted))
	isUnwanted := func(c withings.Category) bool { return !c.IsKnown() || without[c] }
	return slices.DeleteFunc(slices.Compact(sorted), isUnwanted)
}

// Diff compares the subscriptions of a profile with what is wanted at a
// callback URL: the categories that are missing, and the number of
// subscriptions with the same URL but another secret, a former one or that of
// another installation.
func Diff(
	rows []withings.Subscription, callbackURL string, wanted []withings.Category,
) (missing []withings.Category, others int) {
	isFormer := func(url string) bool { return isFormerAddress(callbackURL, url) }
	found := planAudit(rows, callbackURL, isFormer, wantedCategories(wanted, nil))
	return found.missing, len(found.former)
}
