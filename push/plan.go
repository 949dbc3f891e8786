package push

import (
	"slices"

	"vitals2mqtt/withings"
)

// plan is what follows from a list of subscriptions.
type plan struct {
	standing []Category // wanted and there
	missing  []Category // wanted and not there
	former   []old      // ours, with another secret
}

// old is a subscription to an address that nobody answers any more.
type old struct {
	url      string // as the cloud writes it
	category Category
}

// compare sorts what the cloud has by what is wanted at our address; was says
// whether an address was ours. Everything else in the list is somebody else's and
// none of our business.
func compare(rows []withings.Subscription, ours string, was func(url string) bool, wanted []Category) plan {
	var p plan
	there := map[Category]bool{}
	for _, row := range rows {
		url, category := string(row.CallbackURL), Category(row.Category.N)
		switch {
		case !row.Category.OK:
		case normal(url) == normal(ours):
			there[category] = true
		case was(url):
			p.former = append(p.former, old{url, category})
		}
	}
	for _, category := range wanted {
		if there[category] {
			p.standing = append(p.standing, category)
		} else {
			p.missing = append(p.missing, category)
		}
	}
	return p
}

// wishes are the categories to look after: known ones, each once, without those
// that the consent does not include.
func wishes(wanted []Category, without map[Category]bool) []Category {
	sorted := slices.Sorted(slices.Values(wanted))
	return slices.DeleteFunc(slices.Compact(sorted), func(c Category) bool { return !c.Known() || without[c] })
}
