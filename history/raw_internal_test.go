// SPDX-License-Identifier: MIT

package history

import (
	"encoding/binary"
	"errors"
	"testing"

	"vitals2mqtt/sensors"
)

// TestUncompressedDataIsBounded: a few kilobytes of a damaged file must not take
// all memory.
func TestUncompressedDataIsBounded(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		dictionary string
		limit      int
		read       func(data []byte) error
	}{
		"row": {rawDictionary, 32 << 20, func(data []byte) error {
			_, err := inflate(data)
			return err
		}},
		"waveform": {"", sensors.MaxWaveformSamples * binary.MaxVarintLen64, func(data []byte) error {
			if _, err := inflateSamples(data); !errors.Is(err, errSamples) {
				return err
			}
			return nil // it was uncompressed
		}},
	} {
		c := compressor{dictionary: test.dictionary}
		for _, more := range []int{0, 1} {
			data, err := c.deflate(make([]byte, test.limit+more))
			if err != nil {
				t.Fatal(err)
			}
			if err := test.read(data); errors.Is(err, errUncompressed) != (more > 0) {
				t.Errorf("%s of %d bytes: %v", name, test.limit+more, err)
			}
		}
	}
}
