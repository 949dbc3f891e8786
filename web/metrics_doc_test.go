package web

import (
	"fmt"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"vitals2mqtt/internal/goldentest"
)

// TestGoldenMetricsPage writes the table of metrics as a page.
func TestGoldenMetricsPage(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("# Metrics\n\n" +
		"`GET /metrics` on the page answers in Prometheus' format, with the page's password where there is one. It tells of\n" +
		"the bridge and never of anybody's health; values are on MQTT. A scraper that asks by a name, such as `vitals:8099`, needs\n" +
		"that name in [`web.trusted_hosts`](configuration.md), because the labels say who lives here.\n\n" +
		"| name | kind | labels | what it is |\n| --- | --- | --- | --- |\n")
	for _, row := range metrics() {
		kind := "gauge"
		if row.kind == prometheus.CounterValue {
			kind = "counter"
		}
		_, _ = fmt.Fprintf(&text, "| `vitals2mqtt_%s` | %s | %s | %s |\n", row.name, kind, strings.Join(row.labels, ", "), row.help)
	}
	text.WriteString("\nThis page is generated from the program's table by `go generate ./...`.\n")
	goldentest.Compare(t, "../docs/metrics.md", []byte(text.String()))
}
