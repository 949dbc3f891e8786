// SPDX-License-Identifier: MIT

package web

import (
	"bytes"
	"cmp"
	"net/http"
	"slices"
	"strings"

	exposition "github.com/VictoriaMetrics/metrics"
)

// metricsContentType is the text format of Prometheus, see
// https://prometheus.io/docs/instrumenting/exposition_formats/.
const metricsContentType = "text/plain; version=0.0.4; charset=utf-8"

// sample is a value of a metric.
type sample struct {
	name  string // with its labels
	value float64
}

// metricsHandler returns the handler of /metrics, which evaluates the overview
// for each scrape.
func metricsHandler(overview func() Overview) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		var text bytes.Buffer
		now := overview()
		for _, row := range metrics() {
			row.write(&text, now)
		}
		w.Header().Set("Content-Type", metricsContentType)
		_, _ = w.Write(text.Bytes())
	})
}

// write writes a metric with its help and type, or nothing while it has no
// value.
func (m metric) write(text *bytes.Buffer, o Overview) {
	name := "vitals2mqtt_" + m.name
	var samples []sample
	m.collect(o, func(value float64, values ...string) {
		samples = append(samples, sample{name + formatLabels(m.labels, values), value})
	})
	if len(samples) == 0 {
		return
	}
	slices.SortFunc(samples, func(a, b sample) int { return cmp.Compare(a.name, b.name) })
	text.WriteString("# HELP " + name + " " + m.help + "\n# TYPE " + name + " " + string(m.kind) + "\n")
	for _, s := range samples {
		if m.kind == counter {
			exposition.WriteCounterFloat64(text, s.name, s.value)
		} else {
			exposition.WriteGaugeFloat64(text, s.name, s.value)
		}
	}
}

// formatLabels writes labels sorted by name, "" for none.
func formatLabels(names, values []string) string {
	if len(names) == 0 {
		return ""
	}
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)
	var pairs []string
	for i, name := range names {
		pairs = append(pairs, name+`="`+escape.Replace(values[i])+`"`)
	}
	slices.Sort(pairs)
	return "{" + strings.Join(pairs, ",") + "}"
}
