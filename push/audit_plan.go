package push

import (
	"slices"

	"vitals2mqtt/withings"
)

// auditPlan is what follows from a list of subscriptions.
type auditPlan struct {
	present []Category           // wanted and there
	missing []Category           // wanted and not there
	former  []formerSubscription // ours, with another secret
}

// formerSubscription is a subscription to an address that nobody answers any more.
type formerSubscription struct {
	url      string // as the cloud writes it
	category Category
}

// planAudit sorts what the cloud has by what is wanted at our address; was says
// whether an address was ours. Everything else in the list is somebody else's and
// none of our business.
func planAudit(rows []withings.Subscription, ours string, isFormer func(url string) bool, wanted []Category) auditPlan {
	var p auditPlan
	there := map[Category]bool{}
	for _, row := range rows {
		url, category := string(row.CallbackURL), Category(row.Category.N)
		switch {
		case !row.Category.OK:
		case normalizeURL(url) == normalizeURL(ours):
			there[category] = true
		case isFormer(url):
			p.former = append(p.former, formerSubscription{url, category})
		}
	}
	for _, category := range wanted {
		if there[category] {
			p.present = append(p.present, category)
		} else {
			p.missing = append(p.missing, category)
		}
	}
	return p
}

// wantedCategories are the categories to look after: known ones, each once, without those
// that the consent does not include.
func wantedCategories(wanted []Category, without map[Category]bool) []Category {
	sorted := slices.Sorted(slices.Values(wanted))
	return slices.DeleteFunc(slices.Compact(sorted), func(c Category) bool { return !c.IsKnown() || without[c] })
}
