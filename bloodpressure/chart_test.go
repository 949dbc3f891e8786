// SPDX-License-Identifier: MIT

package bloodpressure_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/bloodpressure"
	"vitals2mqtt/display"
)

// A month without readings is not bridged, neither between single readings nor
// between means.
func TestChartDoesNotBridgePauses(t *testing.T) {
	t.Parallel()
	for name, days := range map[string]int{"readings": 10, "means": 100} {
		var readings []bloodpressure.Reading
		for day := range days {
			readings = append(readings, reading(1+day, 8, 130, 84, 60), reading(1+day, 20, 124, 80, 62))
		}
		for day := range days {
			readings = append(readings, reading(days+31+day, 8, 130, 84, 60), reading(days+31+day, 20, 124, 80, 62))
		}
		last := readings[len(readings)-1].At
		picture := bloodpressure.Chart(readings, time.Time{}, last, display.Reader{Zone: time.UTC}, 0)
		for _, class := range []string{"first", "second"} {
			line := regexp.MustCompile(`class="line ` + class + `" d="([^"]*)"`).FindStringSubmatch(string(picture))
			if len(line) != 2 || strings.Count(line[1], "M") != 2 {
				t.Errorf("%s: the %s line is %.200q", name, class, line)
			}
		}
	}
}
