// SPDX-License-Identifier: MIT

package withings_test

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"vitals2mqtt/withings"
)

// TestSamplesAreAllocatedOnce decodes the samples of an electrocardiogram.
func TestSamplesAreAllocatedOnce(t *testing.T) { //nolint:paralleltest // counts allocations
	const samples = 9000
	text := []byte("[" + strings.Repeat("-12,", samples-1) + "7]")
	allocations := testing.AllocsPerRun(10, func() {
		var decoded withings.Ints
		if err := json.Unmarshal(text, &decoded); err != nil || len(decoded) != samples || cap(decoded) != samples {
			t.Errorf("%d of %d samples, room for %d: %v", len(decoded), samples, cap(decoded), err)
		}
	})
	if allocations > 10 {
		t.Errorf("%.0f allocations for %d samples", allocations, samples)
	}
}
