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
	// each calls add with every value there is now, and its labels.
	each func(o Overview, add func(value float64, labels ...string))
}

// metrics lists them all, in the order of docs/metrics.md.
func metrics() []metric {
	const gauge, counter = prometheus.GaugeValue, prometheus.CounterValue
	type adder = func(value float64, labels ...string)
	return []metric{
		{"build_info", gauge, "Always 1; the version is the label.", []string{"version"}, func(o Overview, add adder) {
			add(1, o.Version)
		}},
		{"healthy", gauge, "1 while nothing needs attention.", nil, func(o Overview, add adder) { add(bit(o.Healthy)) }},
		{"alive", gauge, "1 while every poll comes back.", nil, func(o Overview, add adder) { add(bit(o.Alive)) }},
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
			add(bit(o.BrokerConnected))
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
		{"sign_in_needed", gauge, "1 while the person must sign in again.", []string{"profile"}, people(func(p Person, add adder) {
			add(bit(p.SignInNeeded), p.Slug)
		})},
		{
			"last_sync_timestamp_seconds", gauge, "When anything could last be fetched.",
			[]string{"profile"},
			people(func(p Person, add adder) { instant(p.LastSync, add, p.Slug) }),
		},
		{
			"held_back", gauge, "Measure groups that may be somebody else's and are not shown.",
			[]string{"profile"},
			people(func(p Person, add adder) { add(float64(p.HeldBack), p.Slug) }),
		},
		{
			"endpoint_failing", gauge, "1 while the last answer of this service was an error.",
			[]string{"profile", "endpoint"},
			people(func(p Person, add adder) {
				for _, e := range p.Endpoints {
					add(bit(e.LastError != ""), p.Slug, e.Name)
				}
			}),
		},
		{
			"endpoint_last_success_timestamp_seconds", gauge, "When this service last answered well.",
			[]string{"profile", "endpoint"},
			people(func(p Person, add adder) {
				for _, e := range p.Endpoints {
					instant(e.LastSuccess, add, p.Slug, e.Name)
				}
			}),
		},
		{"push_healthy", gauge, "1 while notifications can be relied on.", []string{"profile"}, pushed(func(p Person, add adder) {
			add(bit(p.Push.Healthy), p.Slug)
		})},
		{
			"push_last_notification_timestamp_seconds", gauge, "When the last notification came.",
			[]string{"profile"},
			pushed(func(p Person, add adder) { instant(p.Push.LastNotification, add, p.Slug) }),
		},
		{
			"push_lag_seconds", gauge, "How long after the last measurement its notification came.",
			[]string{"profile"},
			pushed(func(p Person, add adder) {
				if p.Push.Lag != nil {
					add(*p.Push.Lag, p.Slug)
				}
			}),
		},
		{
			"push_unheard", gauge, "New values since the last notification that came by polling alone.",
			[]string{"profile"},
			pushed(func(p Person, add adder) { add(float64(p.Push.Unheard), p.Slug) }),
		},
		{
			"notifications_received_total", counter, "Notifications of people we know, since the start, duplicates included.", nil,
			told(func(n Notifications) uint64 { return n.Received }),
		},
		{
			"notifications_duplicates_total", counter, "Those that were passed over because the same had just come, since the start.", nil,
			told(func(n Notifications) uint64 { return n.Duplicates }),
		},
		{
			"notifications_dropped_total", counter,
			"Those whose details were given up because too many came at once, since the start; their people are asked for everything.",
			nil, told(func(n Notifications) uint64 { return n.Dropped }),
		},
		{
			"notifications_probes_total", counter, "Looks whether the listener is there, by the cloud, by others and by ourselves.", nil,
			told(func(n Notifications) uint64 { return n.Probes }),
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

// told is a count of what came in, where anything can.
func told(count func(Notifications) uint64) func(Overview, func(float64, ...string)) {
	return func(o Overview, add func(float64, ...string)) {
		if o.Notifications != nil {
			add(float64(count(*o.Notifications)))
		}
	}
}

// people is about every person, pushed about those with notifications.
func people(each func(Person, func(float64, ...string))) func(Overview, func(float64, ...string)) {
	return func(o Overview, add func(float64, ...string)) {
		for _, p := range o.People {
			each(p, add)
		}
	}
}

func pushed(each func(Person, func(float64, ...string))) func(Overview, func(float64, ...string)) {
	return people(func(p Person, add func(float64, ...string)) {
		if p.Push != nil {
			each(p, add)
		}
	})
}

// instant is a time that may not have come yet.
func instant(at time.Time, add func(float64, ...string), labels ...string) {
	if !at.IsZero() {
		add(float64(at.UnixMilli())/1000, labels...)
	}
}

func bit(on bool) float64 {
	if on {
		return 1
	}
	return 0
}

// collector reads the overview whenever somebody asks.
type collector struct {
	overview func() Overview
	rows     []metric
	about    []*prometheus.Desc
}

// serveMetrics answers in Prometheus' format.
func (s *Server) serveMetrics() http.Handler {
	c := &collector{overview: s.overview, rows: metrics()}
	for _, row := range c.rows {
		c.about = append(c.about, prometheus.NewDesc("vitals2mqtt_"+row.name, row.help, row.labels, nil))
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(c)
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(to chan<- *prometheus.Desc) {
	for _, about := range c.about {
		to <- about
	}
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(to chan<- prometheus.Metric) {
	now := c.overview()
	for i, row := range c.rows {
		row.each(now, func(value float64, labels ...string) {
			to <- prometheus.MustNewConstMetric(c.about[i], row.kind, value, labels...)
		})
	}
}
