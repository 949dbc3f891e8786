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
	text.WriteString("\nThis page is generated from the program's table: `go test ./web -run TestDocsListTheMetrics -update`.\n")
	const path = "../docs/metrics.md"
	if *update {
		if err := os.WriteFile(path, []byte(text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(path)
	if err != nil || string(kept) != text.String() {
		t.Errorf("docs/metrics.md is not what the table says (%v); run this test with -update", err)
	}
}
