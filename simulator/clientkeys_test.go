// SPDX-License-Identifier: MIT

package simulator

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestKeysThatClientsNeed looks at what other people's clients refuse a response
// without, for everybody in the demo.
func TestKeysThatClientsNeed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		<-time.After(15 * time.Hour)
		people := DemoPeople()
		c := newUnlimitedCloud(people...)
		hearts := 0
		for _, p := range people {
			access := signIn(t, c, p.Name).access
			for _, h := range heartsOf(t, c, "v2/heart", access) {
				for _, key := range []string{"deviceid", "model", "ecg", "heart_rate", "timestamp", "modified"} {
					if h[key] == nil {
						t.Errorf("%s: a heart record without %s: %v", p.Name, key, h)
					}
				}
				hearts++
			}
			for model, d := range devicesOf(t, c, access) {
				for _, key := range []string{"type", "model", "model_id", "battery", "deviceid", "timezone"} {
					if d[key] == nil {
						t.Errorf("%s: %s without %s: %v", p.Name, model, key, d)
					}
				}
			}
		}
		if hearts < 100 {
			t.Errorf("%d heart records", hearts)
		}
	})
}

// TestProgramsWithAndWithoutZone: the phone programs of some makers have one.
func TestProgramsWithAndWithoutZone(t *testing.T) {
	t.Parallel()
	for model, want := range map[int]bool{1054: true, 1055: false, 1057: true} {
		owns := Owns{Phone: true, PhoneModel: model}
		c := newUnlimitedCloud(Person{Name: "Carol", Timezone: "Asia/Tokyo", Days: -1, Owns: owns})
		for name, d := range devicesOf(t, c, signIn(t, c, "Carol").access) {
			if hasKey(d, "timezone") != want || want && d["timezone"] != "Asia/Tokyo" {
				t.Errorf("%s: %v", name, d)
			}
		}
	}
}
