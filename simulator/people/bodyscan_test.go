// SPDX-License-Identifier: MIT

package people

import (
	"fmt"
	"math"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestBodyScanRelations checks what belongs together in any weigh-in.
func TestBodyScanRelations(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := drawAccount(t, BodyScanOwner())
		grams := rapid.Int64Range(40_000, 150_000).Draw(t, "grams")
		at := time.Unix(a.nextDay*86400, 0)
		r := NewRand(a.Seed, 1, "test", rapid.Int64Range(0, 1e6).Draw(t, "chance"))
		v := map[string]int64{}
		for _, g := range a.scan(r, []int64{1, 2, 3, 4, 5}, at, at.Add(time.Minute), grams) {
			for _, m := range g.Measures {
				key := strconv.Itoa(m.Type)
				if m.Position != nil && *m.Position != wholeBody {
					key = fmt.Sprint(m.Type, "@", *m.Position)
				}
				if known, ok := v[key]; ok && known != m.Value {
					t.Fatalf("two values of type %s: %d and %d", key, known, m.Value)
				}
				v[key] = m.Value
			}
		}
		sum := func(typ int) (total int64) {
			for _, place := range []int{2, 3, 10, 11, 12} {
				total += v[fmt.Sprint(typ, "@", place)]
			}
			return total
		}
		torsoIsMost := func(typ int) bool {
			part := func(place int) int64 { return v[fmt.Sprint(typ, "@", place)] }
			return part(12) > part(10) && part(10) > part(3)
		}
		for relation, ok := range map[string]bool{
			"weight":                      v["1"] == grams,
			"lean and fat":                v["5"]+v["8"] == grams/10,
			"muscle and bone are lean":    v["76"]+v["88"] == v["5"],
			"water in and out of cells":   v["168"]+v["169"] == v["77"] && v["168"] < v["169"],
			"fat ratio":                   math.Abs(float64(v["6"])/1000-1000*float64(v["8"])/float64(grams)) < 0.001,
			"plausible fat":               v["6"] > 5_000 && v["6"] < 60_000,
			"limbs make the lean whole":   v["5"]-sum(173) >= 0 && v["5"]-sum(173) <= 5,
			"limbs make the fat whole":    v["8"]-sum(174) >= 0 && v["8"]-sum(174) <= 5,
			"limbs make the muscle whole": v["76"]-sum(175) >= 0 && v["76"]-sum(175) <= 5,
			"torso, leg, arm":             torsoIsMost(173) && torsoIsMost(174) && torsoIsMost(175),
			"muscle of a limb":            v["175@12"] < v["173@12"] && v["175@2"] < v["173@2"],
			"feet":                        v["196"] == (v["197"]+v["198"])/2,
			"nerves":                      v["167"] == (v["158"]+v["159"])/2 && v["158"] <= 100 && v["159"] <= 100,
			"vessels":                     v["91"] >= 5_000 && v["91"] <= 10_000 && v["155"] >= 200 && v["155"] <= 900,
			"metabolism":                  v["226"] > 700 && v["226"] < 4_500 && v["227"] > 18 && v["227"] < 90,
		} {
			if !ok {
				t.Fatalf("%s does not hold: %v", relation, v)
			}
		}
	})
}
