package web

import (
	"flag" //nolint:depguard // the usual flag of golden tests
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

var update = flag.Bool("update", false, "rewrite docs/metrics.md") //nolint:gochecknoglobals // a flag is one

// TestDocsListTheMetrics compares docs/metrics.md with the table it is made of.
func TestDocsListTheMetrics(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("# Metrics\n\n" +
		"`GET /metrics` on the page returns metrics of the bridge in the Prometheus format. It requires the password of the page,\n" +
		"if there is one. Measurements are not among the metrics; they are on MQTT. The labels contain names of profiles, so a\n" +
		"scraper that uses a host name, such as `vitals:8099`, needs it in [`web.trusted_hosts`](configuration.md).\n\n" +
		"| Name | Type | Labels | Description |\n| --- | --- | --- | --- |\n")
	for _, row := range metrics() {
		kind := "gauge"
		if row.kind == prometheus.CounterValue {
			kind = "counter"
		}
		_, _ = fmt.Fprintf(&text, "| `vitals2mqtt_%s` | %s | %s | %s |\n", row.name, kind, strings.Join(row.labels, ", "), row.help)
	}
	text.WriteString("\nThis page is generated: `go test ./web -run TestDocsListTheMetrics -update`.\n")
	const path = "../docs/metrics.md"
	if *update {
		if err := os.WriteFile(path, []byte(text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(path)
	if err != nil || string(kept) != text.String() {
		t.Errorf("docs/metrics.md is out of date (%v); run this test with -update", err)
	}
}
