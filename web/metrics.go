package web

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metric is a row of /metrics: about the bridge, never a measurement of a person.
type metric struct {
	name   string // after "vitals2mqtt_"
	kind   prometheus.ValueType
	help   string
	labels []string
	// collect calls add with every value there is now, and its labels.
	collect func(o Overview, add func(value float64, labels ...string))
}

// metrics lists them all, in the order of docs/metrics.md.
func metrics() []metric {
	const gauge, counter = prometheus.GaugeValue, prometheus.CounterValue
	type adder = func(value float64, labels ...string)
	return []metric{
		{"build_info", gauge, "Always 1; the version is the label.", []string{"version"}, func(o Overview, add adder) {
			add(1, o.Version)
		}},
		{"healthy", gauge, "1 while nothing needs attention.", nil, func(o Overview, add adder) { add(boolToFloat(o.Healthy)) }},
		{"alive", gauge, "1 while every poll comes back.", nil, func(o Overview, add adder) { add(boolToFloat(o.Alive)) }},
		{
			"findings", gauge, "Things that need attention or have failed; the page and `/api/overview` name them.",
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
		{"broker_connected", gauge, "1 while there is a connection to the broker.", nil, func(o Overview, add adder) {
			add(boolToFloat(o.BrokerConnected))
		}},
		{
			"cloud_requests_total", counter, "Requests to the cloud since the start, token calls and retries included.",
			[]string{"call"},
			func(o Overview, add adder) {
				for call, n := range o.Requests {
					add(float64(n), call)
				}
			},
		},
		{
			"cloud_requests_last_minute", gauge, "Requests to the cloud within the last minute; 120 are allowed.", nil,
			func(o Overview, add adder) { add(float64(o.RequestsMinute)) },
		},
		{"sign_in_needed", gauge, "1 while the person must sign in again.", []string{"profile"}, perProfile(func(p Profile, add adder) {
			add(boolToFloat(p.SignInNeeded), p.Slug)
		})},
		{
			"last_sync_timestamp_seconds", gauge, "When anything could last be fetched.",
			[]string{"profile"},
			perProfile(func(p Profile, add adder) { addTimestamp(p.LastSync, add, p.Slug) }),
		},
		{
			"held_back", gauge, "Measure groups that may be somebody else's and are not shown.",
			[]string{"profile"},
			perProfile(func(p Profile, add adder) { add(float64(p.HeldBack), p.Slug) }),
		},
		{
			"endpoint_failing", gauge, "1 while the last answer of this service was an error.",
			[]string{"profile", "endpoint"},
			perProfile(func(p Profile, add adder) {
				for _, e := range p.Endpoints {
					add(boolToFloat(e.LastError != ""), p.Slug, e.Name)
				}
			}),
		},
		{
			"endpoint_last_success_timestamp_seconds", gauge, "When this service last answered well.",
			[]string{"profile", "endpoint"},
			perProfile(func(p Profile, add adder) {
				for _, e := range p.Endpoints {
					addTimestamp(e.LastSuccess, add, p.Slug, e.Name)
				}
			}),
		},
		{"push_healthy", gauge, "1 while notifications can be relied on.", []string{"profile"}, perPushProfile(func(p Profile, add adder) {
			add(boolToFloat(p.Push.Healthy), p.Slug)
		})},
		{
			"push_last_notification_timestamp_seconds", gauge, "When the last notification came.",
			[]string{"profile"},
			perPushProfile(func(p Profile, add adder) { addTimestamp(p.Push.LastNotification, add, p.Slug) }),
		},
		{
			"push_lag_seconds", gauge, "How long after the last measurement its notification came.",
			[]string{"profile"},
			perPushProfile(func(p Profile, add adder) {
				if p.Push.Lag != nil {
					add(*p.Push.Lag, p.Slug)
				}
			}),
		},
		{
			"push_unheard", gauge, "New values since the last notification that came by polling alone.",
			[]string{"profile"},
			perPushProfile(func(p Profile, add adder) { add(float64(p.Push.MissedSince), p.Slug) }),
		},
		{
			"notifications_received_total", counter, "Notifications of people we know, since the start, duplicates included.", nil,
			notificationCount(func(n Notifications) uint64 { return n.Received }),
		},
		{
			"notifications_duplicates_total", counter, "Those that were passed over because the same had just come, since the start.", nil,
			notificationCount(func(n Notifications) uint64 { return n.Duplicates }),
		},
		{
			"notifications_dropped_total", counter,
			"Those whose details were given up because too many came at once, since the start; their people are asked for everything.",
			nil, notificationCount(func(n Notifications) uint64 { return n.Dropped }),
		},
		{
			"notifications_probes_total", counter, "Looks whether the listener is there, by the cloud, by others and by ourselves.", nil,
			notificationCount(func(n Notifications) uint64 { return n.Probes }),
		},
		{
			"notifications_refused_total", counter, "Requests to the listener that were of no use, since the start.",
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
			"Requests to the page that were turned away, since the start: wrong passwords, tries after too many, untrusted host names.",
			[]string{"reason"},
			func(o Overview, add adder) {
				for reason, n := range o.Refused {
					add(float64(n), reason)
				}
			},
		},
	}
}

// notificationCount is a count of what came in, where anything can.
func notificationCount(count func(Notifications) uint64) func(Overview, func(float64, ...string)) {
	return func(o Overview, add func(float64, ...string)) {
		if o.Notifications != nil {
			add(float64(count(*o.Notifications)))
		}
	}
}

// perProfile is about every person, pushed about those with notifications.
func perProfile(each func(Profile, func(float64, ...string))) func(Overview, func(float64, ...string)) {
	return func(o Overview, add func(float64, ...string)) {
		for _, p := range o.Profiles {
			each(p, add)
		}
	}
}

func perPushProfile(each func(Profile, func(float64, ...string))) func(Overview, func(float64, ...string)) {
	return perProfile(func(p Profile, add func(float64, ...string)) {
		if p.Push != nil {
			each(p, add)
		}
	})
}

// addTimestamp is a time that may not have come yet.
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

// collector reads the overview whenever somebody asks.
type collector struct {
	overview func() Overview
	metrics  []metric
	descs    []*prometheus.Desc
}

// serveMetrics answers in Prometheus' format.
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
