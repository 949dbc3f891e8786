package push

import "vitals2mqtt/withings"

// Standing compares what the cloud has subscribed for a person with what is
// wanted at an address: the categories that are missing, and how many
// subscriptions lead to a former address of ours.
func Standing(rows []withings.Subscription, callbackURL string, wanted []Category) (missing []Category, former int) {
	found := compare(rows, callbackURL, wishes(wanted, nil))
	return found.missing, len(found.former)
}
