// SPDX-License-Identifier: MIT

package history

import (
	"bytes"
	"math"
	"slices"
	"testing"

	"vitals2mqtt/sensors"
)

// FuzzInflate reads stored rows and samples that may be damaged: what is read is
// written and read the same again, and samples stay within their bounds.
func FuzzInflate(f *testing.F) {
	rows, samples := compressor{dictionary: rawDictionary}, compressor{}
	for _, row := range []string{"", `{"grpid":7}`, `{"total_sleep_time":24400,"sleep_score":80}`} {
		packed, err := rows.deflate([]byte(row))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(packed)
	}
	packed, err := samples.deflate(packSamples([]int{1, -2, 300, math.MaxInt16}))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(packed)
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Fuzz(func(t *testing.T, data []byte) {
		if row, err := inflate(data); err == nil {
			packed, err := rows.deflate(row)
			if err != nil {
				t.Fatal(err)
			}
			if again, err := inflate(packed); err != nil || !bytes.Equal(row, again) {
				t.Errorf("%q becomes %q, %v", row, again, err)
			}
		}
		for _, read := range []func([]byte) ([]int, error){inflateSamples, unpackSamples} {
			found, err := read(data)
			if err != nil {
				continue
			}
			if len(found) > sensors.MaxWaveformSamples {
				t.Errorf("%d samples", len(found))
			}
			if again, err := unpackSamples(packSamples(found)); err != nil || !slices.Equal(found, again) {
				t.Errorf("%v becomes %v, %v", found, again, err)
			}
		}
	})
}
