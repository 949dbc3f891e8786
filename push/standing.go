package push

import "vitals2mqtt/withings"

// Standing compares what the cloud has subscribed for a person with what is
// wanted at an address: the categories that are missing, and how many
// subscriptions lead to the same place with another secret, a former one of ours
// or that of a neighbour.
func Standing(rows []withings.Subscription, callbackURL string, wanted []Category) (missing []Category, others int) {
	found := compare(rows, callbackURL, func(url string) bool { return former(callbackURL, url) }, wishes(wanted, nil))
	return found.missing, len(found.former)
}
