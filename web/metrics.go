package web

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metric is a metric of the bridge. Measurements are not among them.
type metric struct {
	name   string // after "vitals2mqtt_"
	kind   prometheus.ValueType
	help   string
	labels []string
	// collect calls add with each value and its labels.
	collect func(o Overview, add func(value float64, labels ...string))
}

// metrics returns all metrics in the order of docs/metrics.md.
func metrics() []metric {
	const gauge, counter = prometheus.GaugeValue, prometheus.CounterValue
	type adder = func(value float64, labels ...string)
	return []metric{
		{"build_info", gauge, "Always 1; the version is the label.", []string{"version"}, func(o Overview, add adder) {
			add(1, o.Version)
		}},
		{"healthy", gauge, "1 while there are no findings.", nil, func(o Overview, add adder) { add(boolToFloat(o.Healthy)) }},
		{"alive", gauge, "1 while no poll hangs.", nil, func(o Overview, add adder) { add(boolToFloat(o.Alive)) }},
		{
			"findings", gauge, "Findings by level; the page and `/api/overview` list them.",
			[]string{"level"},
			func(o Overview, add adder) {
				count := map[Level]int{}
				for _, f := range o.Verdict.Findings {
					count[f.Level]++
				}
				for _, level := range []Level{LevelAttention, LevelFailed} {
					add(float64(count[level]), string(level))
				}
			},
		},
		{"broker_connected", gauge, "1 while connected to the broker.", nil, func(o Overview, add adder) {
			add(boolToFloat(o.BrokerConnected))
		}},
		{
			"cloud_requests_total", counter, "Requests to the Withings API since start, including token calls and retries.",
			[]string{"call"},
			func(o Overview, add adder) {
				for call, n := range o.Requests {
					add(float64(n), call)
				}
			},
		},
		{
			"cloud_requests_last_minute", gauge, "Requests to the Withings API in the last minute; the limit is 120.", nil,
			func(o Overview, add adder) { add(float64(o.RequestsMinute)) },
		},
		{"sign_in_needed", gauge, "1 while the profile needs to sign in.", []string{"profile"}, perProfile(func(p Profile, add adder) {
			add(boolToFloat(p.SignInNeeded), p.Slug)
		})},
		{
			"last_sync_timestamp_seconds", gauge, "Time of the last successful sync.",
			[]string{"profile"},
			perProfile(func(p Profile, add adder) { addTimestamp(p.LastSync, add, p.Slug) }),
		},
		{
			"held_back", gauge, "Ambiguous measurements (possibly of another user of the device) that are not published.",
			[]string{"profile"},
			perProfile(func(p Profile, add adder) { add(float64(p.HeldBack), p.Slug) }),
		},
		{
			"endpoint_failing", gauge, "1 while the last request to this endpoint failed.",
			[]string{"profile", "endpoint"},
			perProfile(func(p Profile, add adder) {
				for _, e := range p.Endpoints {
					add(boolToFloat(e.LastError != ""), p.Slug, e.Name)
				}
			}),
		},
		{
			"endpoint_last_success_timestamp_seconds", gauge, "Time of the last successful request to this endpoint.",
			[]string{"profile", "endpoint"},
			perProfile(func(p Profile, add adder) {
				for _, e := range p.Endpoints {
					addTimestamp(e.LastSuccess, add, p.Slug, e.Name)
				}
			}),
		},
		{"push_healthy", gauge, "1 while push notifications work reliably.", []string{"profile"}, perPushProfile(func(p Profile, add adder) {
			add(boolToFloat(p.Push.Healthy), p.Slug)
		})},
		{
			"push_last_notification_timestamp_seconds", gauge, "Time of the last notification.",
			[]string{"profile"},
			perPushProfile(func(p Profile, add adder) { addTimestamp(p.Push.LastNotification, add, p.Slug) }),
		},
		{
			"push_lag_seconds", gauge, "Delay between the last measurement and its notification.",
			[]string{"profile"},
			perPushProfile(func(p Profile, add adder) {
				if p.Push.Lag != nil {
					add(*p.Push.Lag, p.Slug)
				}
			}),
		},
		{
			"push_unheard", gauge, "Measurements found only by polling since the last notification.",
			[]string{"profile"},
			perPushProfile(func(p Profile, add adder) { add(float64(p.Push.MissedSince), p.Slug) }),
		},
		{
			"notifications_received_total", counter, "Notifications received for known profiles since start, including duplicates.", nil,
			notificationCount(func(n Notifications) uint64 { return n.Received }),
		},
		{
			"notifications_duplicates_total", counter, "Duplicate notifications ignored since start.", nil,
			notificationCount(func(n Notifications) uint64 { return n.Duplicates }),
		},
		{
			"notifications_dropped_total", counter,
			"Notifications coalesced into a full refresh because the queue was full, since start.",
			nil, notificationCount(func(n Notifications) uint64 { return n.Dropped }),
		},
		{
			"notifications_probes_total", counter, "Reachability probes of the notification listener, including our own.", nil,
			notificationCount(func(n Notifications) uint64 { return n.Probes }),
		},
		{
			"notifications_refused_total", counter, "Requests rejected by the notification listener since start, by reason.",
			[]string{"reason"},
			func(o Overview, add adder) {
				if o.Notifications != nil {
					for reason, n := range o.Notifications.Refused {
						add(float64(n), reason)
					}
				}
			},
		},
		{
			"page_refused_total", counter,
			"Requests rejected by the page since start: wrong password, throttled, untrusted host name.",
			[]string{"reason"},
			func(o Overview, add adder) {
				for reason, n := range o.Refused {
					add(float64(n), reason)
				}
			},
		},
	}
}

// notificationCount collects a counter if push notifications are configured.
func notificationCount(count func(Notifications) uint64) func(Overview, func(float64, ...string)) {
	return func(o Overview, add func(float64, ...string)) {
		if o.Notifications != nil {
			add(float64(count(*o.Notifications)))
		}
	}
}

// perProfile collects values of each profile.
func perProfile(each func(Profile, func(float64, ...string))) func(Overview, func(float64, ...string)) {
	return func(o Overview, add func(float64, ...string)) {
		for _, p := range o.Profiles {
			each(p, add)
		}
	}
}

// perPushProfile collects values of each profile with push notifications.
func perPushProfile(each func(Profile, func(float64, ...string))) func(Overview, func(float64, ...string)) {
	return perProfile(func(p Profile, add func(float64, ...string)) {
		if p.Push != nil {
			each(p, add)
		}
	})
}

// addTimestamp adds a time unless it is zero.
func addTimestamp(at time.Time, add func(float64, ...string), labels ...string) {
	if !at.IsZero() {
		add(float64(at.UnixMilli())/1000, labels...)
	}
}

func boolToFloat(on bool) float64 {
	if on {
		return 1
	}
	return 0
}

// collector evaluates the overview for each scrape.
type collector struct {
	overview func() Overview
	metrics  []metric
	descs    []*prometheus.Desc
}

// serveMetrics returns the handler of /metrics.
func (s *Server) serveMetrics() http.Handler {
	c := &collector{overview: s.overview, metrics: metrics()}
	for _, row := range c.metrics {
		c.descs = append(c.descs, prometheus.NewDesc("vitals2mqtt_"+row.name, row.help, row.labels, nil))
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(c)
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(to chan<- *prometheus.Desc) {
	for _, about := range c.descs {
		to <- about
	}
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(to chan<- prometheus.Metric) {
	now := c.overview()
	for i, row := range c.metrics {
		row.collect(now, func(value float64, labels ...string) {
			to <- prometheus.MustNewConstMetric(c.descs[i], row.kind, value, labels...)
		})
	}
}
