package push

import "vitals2mqtt/withings"

// Diff compares what the cloud has subscribed for a person with what is
// wanted at an address: the categories that are missing, and how many
// subscriptions lead to the same place with another secret, a former one of ours
// or that of a neighbour.
func Diff(rows []withings.Subscription, callbackURL string, wanted []Category) (missing []Category, others int) {
	found := planAudit(rows, callbackURL, func(url string) bool { return isFormerAddress(callbackURL, url) }, wantedCategories(wanted, nil))
	return found.missing, len(found.former)
}
