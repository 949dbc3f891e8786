// SPDX-License-Identifier: MIT

package web

import (
	"fmt"
	"strings"
	"testing"

	"vitals2mqtt/internal/goldentest"
)

// TestGoldenMetricsPage writes the table of metrics as a page.
func TestGoldenMetricsPage(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("# Metrics\n\n" +
		"`GET /metrics` on the page returns metrics of the bridge in the Prometheus format. " +
		"It requires the password of the page,\nif there is one. " +
		"Measurements are not among the metrics; they are on MQTT. " +
		"The labels contain names of profiles, so a\n" +
		"scraper that uses a host name, such as `vitals:8099`, " +
		"needs it in [`web.trusted_hosts`](configuration.md).\n\n" +
		"| Name | Type | Labels | Description |\n| --- | --- | --- | --- |\n")
	for _, row := range metrics() {
		labels := strings.Join(row.labels, ", ")
		_, _ = fmt.Fprintf(&text, "| `vitals2mqtt_%s` | %s | %s | %s |\n", row.name, row.kind, labels, row.help)
	}
	text.WriteString("\nThis page is generated from the program's table by `go generate ./...`.\n")
	goldentest.Compare(t, "../docs/metrics.md", []byte(text.String()))
}
