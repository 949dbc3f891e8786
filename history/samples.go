// SPDX-License-Identifier: MIT

package history

import (
	"encoding/binary"
	"errors"
	"fmt"

	"vitals2mqtt/sensors"
)

// maxPackedSamples is how many bytes the samples of a waveform can have before
// they are compressed.
const maxPackedSamples = sensors.MaxWaveformSamples * binary.MaxVarintLen64

// errSamples means that stored samples are not what packSamples makes.
var errSamples = errors.New("damaged samples")

// packSamples writes the differences of successive samples, which are small, as
// signed varints. The form is part of the format of the archive.
func packSamples(samples []int) []byte {
	packed := make([]byte, 0, 2*len(samples))
	before := 0
	for _, sample := range samples {
		packed = binary.AppendVarint(packed, int64(sample-before))
		before = sample
	}
	return packed
}

// unpackSamples is the inverse of packSamples.
func unpackSamples(packed []byte) (samples []int, err error) {
	samples = make([]int, 0, len(packed))
	sample := int64(0)
	for len(packed) > 0 {
		difference, n := binary.Varint(packed)
		if n <= 0 || len(samples) == sensors.MaxWaveformSamples {
			return nil, errSamples
		}
		packed, sample = packed[n:], sample+difference
		if sample < -sensors.MaxWaveformVoltage || sample > sensors.MaxWaveformVoltage {
			return nil, errSamples
		}
		samples = append(samples, int(sample))
	}
	return samples, nil
}

// inflateSamples returns stored samples.
func inflateSamples(data []byte) ([]int, error) {
	packed, err := uncompress(data, "", maxPackedSamples)
	if err != nil {
		return nil, fmt.Errorf("uncompressing a waveform: %w", err)
	}
	return unpackSamples(packed)
}
