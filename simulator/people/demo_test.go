// SPDX-License-Identifier: MIT

package people

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/internal/goldentest"
)

// TestGoldenDemoData holds the demo's measures and nights to their digests, so
// that a change of the simulator does not alter them by accident.
func TestGoldenDemoData(t *testing.T) {
	t.Parallel()
	var digests strings.Builder
	for _, seed := range []uint64{0, 7, 11} {
		synctest.Test(t, func(*testing.T) {
			fmt.Fprintf(&digests, "seed %d: %x\n", seed, demoDigest(seed))
		})
	}
	goldentest.Compare(t, "testdata/demo.txt", []byte(digests.String()))
}

func demoDigest(seed uint64) []byte {
	sum := sha256.New()
	s := NewStore(seed, DemoPeople(), time.Time{})
	for _, p := range s.Accounts {
		p.generate(s.Now())
		sum.Write(asSent(p.Groups))
		for i, n := range p.Nights {
			sum.Write(asSent([]any{n.Row(p, s.Now().Unix(), DefaultNightFields(), false), n.Summary.fields()}))
			if i%20 != 19 {
				continue
			}
			for _, piece := range p.slices(n) {
				sum.Write(asSent(n.slice(piece, []string{"hr", "rr", "snoring", "rmssd"})))
			}
		}
	}
	return sum.Sum(nil)
}
