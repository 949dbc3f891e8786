// SPDX-License-Identifier: MIT

package web

import (
	"time"

	"vitals2mqtt/health"
)

// metric is a metric of the bridge. Measurements are not among them.
type metric struct {
	name   string // after "vitals2mqtt_"
	kind   metricKind
	help   string
	labels []string
	// collect calls add with each value and its labels.
	collect func(o Overview, add adder)
}

type adder func(value float64, labels ...string)

// metricKind is a type of metric, as in the text format.
type metricKind string

const (
	gauge   metricKind = "gauge"
	counter metricKind = "counter"
)

// metrics returns all metrics in the order of docs/metrics.md.
func metrics() []metric { return append(bridgeMetrics(), processMetrics()...) }

func bridgeMetrics() []metric {
	return []metric{
		{"build_info", gauge, "Always 1; the version is the label.", []string{"version"}, func(o Overview, add adder) {
			add(1, o.Version)
		}},
		overall("healthy", "1 while there are no findings.",
			func(o Overview) float64 { return boolToFloat(o.Healthy) }),
		overall("alive", "1 while no poll hangs.",
			func(o Overview) float64 { return boolToFloat(o.Alive) }),
		byLabel("findings", gauge, "Findings by level; the page and `/api/overview` list them.", "level",
			func(o Overview) map[string]int { return countLevels(o.Verdict.Findings) }),
		overall("broker_connected", "1 while connected to the broker.",
			func(o Overview) float64 { return boolToFloat(o.BrokerConnected) }),
		byLabel("cloud_requests_total", counter,
			"Requests to the Withings API since start, including token calls and retries.",
			"call", func(o Overview) map[string]int { return o.Requests }),
		overall("cloud_requests_last_minute", "Requests to the Withings API in the last minute; the limit is 120.",
			func(o Overview) float64 { return float64(o.RequestsMinute) }),
		perProfile("sign_in_needed", "1 while the profile needs to sign in.",
			func(p Profile) (float64, bool) { return boolToFloat(p.SignInNeeded), true }),
		perProfile("last_sync_timestamp_seconds", "Time of the last successful sync.",
			func(p Profile) (float64, bool) { return timestamp(p.LastSync) }),
		perProfile("poll_late_seconds",
			"Duration of the current or the last scheduled poll, 0 below a minute: it waits for the request limit, or the API "+
				"is slow.",
			func(p Profile) (float64, bool) { return float64(p.LateSeconds), true }),
		perProfile("held_back",
			"Ambiguous measurements (possibly of another user of the device) that are not published.",
			func(p Profile) (float64, bool) { return float64(p.HeldBack), true }),
		perEndpoint("endpoint_failing", "1 while the last request to this endpoint failed.",
			func(e Endpoint) (float64, bool) { return boolToFloat(e.LastError != ""), true }),
		perEndpoint("endpoint_last_success_timestamp_seconds", "Time of the last successful request to this endpoint.",
			func(e Endpoint) (float64, bool) { return timestamp(e.LastSuccess) }),
		perPush("push_healthy", "1 while push notifications work reliably.",
			func(p Push) (float64, bool) { return boolToFloat(p.Healthy), true }),
		perPush("push_last_notification_timestamp_seconds", "Time of the last notification.",
			func(p Push) (float64, bool) { return timestamp(p.LastNotification) }),
		perPush("push_lag_seconds", "Delay between the last measurement and its notification.",
			func(p Push) (float64, bool) {
				if p.Lag == nil {
					return 0, false
				}
				return *p.Lag, true
			}),
		perPush("push_unheard", "Measurements found only by polling since the last notification.",
			func(p Push) (float64, bool) { return float64(p.MissedSince), true }),
		notifications("received", "Notifications received for known profiles since start, including duplicates.",
			func(n Notifications) uint64 { return n.Received }),
		notifications("duplicates", "Duplicate notifications ignored since start.",
			func(n Notifications) uint64 { return n.Duplicates }),
		notifications("dropped", "Notifications coalesced into a full refresh because the queue was full, since start.",
			func(n Notifications) uint64 { return n.Dropped }),
		notifications("probes", "Reachability probes of the notification listener, including our own.",
			func(n Notifications) uint64 { return n.Probes }),
		byLabel("notifications_refused_total", counter,
			"Requests rejected by the notification listener since start, by reason.",
			"reason", func(o Overview) map[string]uint64 {
				if o.Notifications == nil {
					return nil
				}
				return o.Notifications.Refused
			}),
		byLabel("page_refused_total", counter,
			"Requests rejected by the page since start: wrong password, throttled, untrusted host name, form of another "+
				"site, not the Supervisor, too many streams.",
			"reason", func(o Overview) map[string]uint64 { return o.Refused }),
	}
}

// overall returns a gauge with one value.
func overall(name, help string, value func(Overview) float64) metric {
	return metric{name, gauge, help, nil, func(o Overview, add adder) { add(value(o)) }}
}

// byLabel returns a metric with a value for each value of a label.
func byLabel[N int | uint64](
	name string, kind metricKind, help, label string, values func(Overview) map[string]N,
) metric {
	return metric{name, kind, help, []string{label}, func(o Overview, add adder) {
		for labelValue, n := range values(o) {
			add(float64(n), labelValue)
		}
	}}
}

// notifications returns a counter that exists if push notifications are
// configured.
func notifications(name, help string, count func(Notifications) uint64) metric {
	return metric{"notifications_" + name + "_total", counter, help, nil, func(o Overview, add adder) {
		if o.Notifications != nil {
			add(float64(count(*o.Notifications)))
		}
	}}
}

// perProfile returns a gauge with a value for each profile that has one.
func perProfile(name, help string, value func(Profile) (float64, bool)) metric {
	return metric{name, gauge, help, []string{"profile"}, func(o Overview, add adder) {
		for _, p := range o.Profiles {
			if v, ok := value(p); ok {
				add(v, p.Slug)
			}
		}
	}}
}

// perPush is perProfile for profiles with push notifications.
func perPush(name, help string, value func(Push) (float64, bool)) metric {
	return perProfile(name, help, func(p Profile) (float64, bool) {
		if p.Push == nil {
			return 0, false
		}
		return value(*p.Push)
	})
}

// perEndpoint returns a gauge with a value for each endpoint of each profile.
func perEndpoint(name, help string, value func(Endpoint) (float64, bool)) metric {
	return metric{name, gauge, help, []string{"profile", "endpoint"}, func(o Overview, add adder) {
		for _, p := range o.Profiles {
			for _, e := range p.Endpoints {
				if v, ok := value(e); ok {
					add(v, p.Slug, e.Name)
				}
			}
		}
	}}
}

func countLevels(findings []health.Status) map[string]int {
	count := map[string]int{string(health.Attention): 0, string(health.Failed): 0}
	for _, f := range findings {
		count[string(f.Level)]++
	}
	return count
}

// timestamp returns a time in seconds, and whether it is set.
func timestamp(at time.Time) (seconds float64, ok bool) {
	return float64(at.UnixMilli()) / 1000, !at.IsZero()
}

func boolToFloat(on bool) float64 {
	if on {
		return 1
	}
	return 0
}
