// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
	"slices"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/units"
	"vitals2mqtt/withings"
)

// Profile is one Withings user whose values are published.
type Profile struct {
	Slug, Name string
	// Keys are the configured sensors.
	Keys []string
	// Unlisted also publishes measure types that are not in the catalogue.
	Unlisted bool
	Schedule Schedule
	// Polling says which endpoints a scheduled poll fetches.
	Polling Polling
	Policy  sensors.Policy
	// Zone is for records without a time zone of their own; nil is UTC.
	Zone *time.Location
	// Extra are the user's own rows, for measure types without one.
	Extra []sensors.Sensor
	// Units applies to the bare topics; Home Assistant always gets metric values.
	Units units.System
	Cloud Cloud
	// Push returns the state of the notifications; nil without notifications, and
	// outside of the daemon.
	Push func() PushState
	// Notifications says that notifications are configured, also outside of the
	// daemon.
	Notifications bool
	// RequestAudit requests an audit of the subscriptions, OnSignIn is called
	// after a new consent. Neither blocks; both may be nil.
	RequestAudit, OnSignIn func()
	// RelaxedSchedule is the schedule while notifications are healthy; nil is
	// Schedule.
	RelaxedSchedule Schedule
	// SignInURL is where the user signs in again, "" without a web page.
	SignInURL string
	// StatisticsButton says that Home Assistant's address and an access token are
	// configured, also outside of the daemon.
	StatisticsButton bool
	// Images says that PublishImage will be called, also outside of the daemon;
	// otherwise what was published before is removed.
	Images bool
	// Statistics starts to bring the past to Home Assistant's statistics; done is
	// called with a summary once that has ended. It does not block, and is nil
	// where StatisticsButton is false.
	Statistics func(mode string, done func(summary string, err error)) error
	// TokenVersion returns a text that changes whenever another process signs the
	// profile in; nil if that cannot happen.
	TokenVersion func(ctx context.Context) string
}

// PushState is the state of the notifications of a profile.
type PushState struct {
	Healthy bool
	// Problem describes what is wrong, "" if nothing is.
	Problem string
	// Address identifies the callback URL without revealing it.
	Address string
	// Subscribed lists the notification categories with a subscription.
	Subscribed []withings.Category
	// LastAudit is when the subscriptions were last audited.
	LastAudit time.Time
}

// hasNotifications reports whether notifications are configured.
func (p Profile) hasNotifications() bool { return p.Notifications || p.Push != nil }

// Row finds a key in the catalogue or among the user's own rows.
func (p Profile) Row(key string) (sensors.Sensor, bool) {
	return sensors.LookupAmong(p.Extra, key)
}

// endpointsOf lists the endpoints that a profile's keys and its polling need.
func endpointsOf(profile Profile) []sensors.Endpoint {
	needed := neededEndpoints(profile)
	if profile.adapts() && !slices.Contains(needed, sensors.EndpointDevices) {
		needed = append(needed, sensors.EndpointDevices)
	}
	return needed
}

// adapts reports whether adaptive polling saves requests: with a single
// endpoint, asking for the devices first would cost as much.
func (p Profile) adapts() bool {
	if p.Polling != PollAdaptive {
		return false
	}
	needed := neededEndpoints(p)
	count := 0
	for _, e := range endpoints() {
		if e.fetch != nil && e.every < pollsApart && !e.dependent && slices.Contains(needed, e.name) {
			count++
		}
	}
	return count > 1
}

// neededEndpoints lists the endpoints that a profile's keys need.
func neededEndpoints(profile Profile) []sensors.Endpoint {
	needed := sensors.Endpoints(profile.Keys)
	if (profile.Unlisted || len(profile.Extra) > 0) && !slices.Contains(needed, sensors.EndpointMeasures) {
		needed = append(needed, sensors.EndpointMeasures)
	}
	if slices.Contains(needed, sensors.EndpointNights) && !slices.Contains(needed, sensors.EndpointSeries) {
		// The archive keeps the stages and the minutes of each night.
		needed = append(needed, sensors.EndpointSeries)
	}
	return needed
}

// Categories lists the notification categories that a profile's keys need,
// including the one for changes of the account.
func Categories(profile Profile) []withings.Category {
	needed := endpointsOf(profile)
	categories := []withings.Category{withings.CategoryProfile}
	for _, e := range endpoints() {
		if slices.Contains(needed, e.name) {
			categories = append(categories, e.categories...)
		}
	}
	slices.Sort(categories)
	return slices.Compact(categories)
}
