// SPDX-License-Identifier: MIT

package main

import (
	"os"
	"testing"
)

// BenchmarkDecode turns responses into readings; V2M_FIXTURES names the folder
// of recorded ones.
func BenchmarkDecode(b *testing.B) {
	documents, err := decodeDocuments(os.Getenv("V2M_FIXTURES"))
	if err != nil {
		b.Fatal(err)
	}
	for _, d := range documents {
		b.Run(d.kind+" "+d.name, func(b *testing.B) {
			reader := newDocumentReader(d)
			b.SetBytes(int64(len(d.body)))
			b.ReportAllocs()
			used, err := cpuOf(func() error {
				for b.Loop() {
					if err := reader.read(); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(used*1e6/float64(b.N), "cpu-µs/op") // collecting garbage included
		})
	}
}

// TestDecodeDocuments reads the invented responses: each has something in every
// row.
func TestDecodeDocuments(t *testing.T) {
	t.Parallel()
	documents, err := decodeDocuments("")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range documents {
		if d.rows == 0 || d.values < 10*d.rows && d.kind != "measures" {
			t.Errorf("%s, %s: %d rows, %d values", d.kind, d.name, d.rows, d.values)
		}
		if err := newDocumentReader(d).read(); err != nil {
			t.Errorf("%s, %s: %v", d.kind, d.name, err)
		}
	}
}
