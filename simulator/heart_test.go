package simulator

import (
	"testing"
	"testing/synctest"
	"time"
)

// patient has everything that records hearts.
func patient(days int) Person {
	return Person{
		Name: "Carol", Timezone: "Europe/Berlin", Days: days,
		Owns: Owns{Watch: true, WatchModel: 93, ECG: true, BPMCore: true, Stethoscope: true},
	}
}

func heartsOf(t *testing.T, c *Cloud, service, access string, pairs ...string) []map[string]any {
	t.Helper()
	return pages(t, c, service, access, "series", append([]string{"action", "list"}, pairs...)...)
}

// TestHeartLists checks every record against its signal, its group and the
// other list.
func TestHeartLists(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		<-time.After(15 * time.Hour)
		c := newUnlimitedCloud(patient(400))
		access := signIn(t, c, "Carol").access
		groups := map[int64]map[int64]int64{} // values by type, by date
		for _, g := range measuresOf(t, c, access) {
			if groups[whole(g, "date")] == nil {
				groups[whole(g, "date")] = map[int64]int64{}
			}
			for _, m := range as[[]any](g["measures"]) {
				m := as[map[string]any](m)
				groups[whole(g, "date")][whole(m, "type")] = whole(m, "value")
			}
		}
		sounds := map[int64]map[string]any{}
		for _, s := range heartsOf(t, c, "v2/stetho", access) {
			sounds[whole(s, "signalid")] = s
		}
		seen, before := map[string]int{}, int64(0)
		for _, h := range heartsOf(t, c, "v2/heart", access) {
			at := whole(h, "timestamp")
			if at < before || whole(h, "modified") < at || whole(h, "modified") > c.Now().Unix() {
				t.Errorf("after one at %d: %v", before, h)
			}
			before = at
			want := map[int64]int64{11: whole(h, "heart_rate")}
			core := hasKey(h, "bloodpressure")
			if core {
				pressure := as[map[string]any](h["bloodpressure"])
				want[9], want[10] = whole(pressure, "diastole"), whole(pressure, "systole")
			}
			if ecg, ok := h["ecg"].(map[string]any); ok {
				want[130] = whole(ecg, "afib")
				countHolding(seen, "afib", want[130] == 1)
				countHolding(seen, "inconclusive", want[130] == 2)
			}
			if len(want) != len(groups[at]) {
				t.Errorf("%v in the list, %v in getmeas", h, groups[at])
			}
			for typ, value := range want {
				if groups[at][typ] != value {
					t.Errorf("%v in the list, %v in getmeas", h, groups[at])
				}
			}
			if stetho, ok := h["stetho"].(map[string]any); ok {
				s := sounds[whole(stetho, "signalid")]
				if s == nil || s["vhd"] != stetho["vhd"] || whole(s, "timestamp") != at || s["hash_deviceid"] != h["deviceid"] {
					t.Errorf("%v in one list, %v in the other", h, s)
				}
				delete(sounds, whole(stetho, "signalid"))
			}
			if core != (whole(h, "model") == 44) || hasKey(h, "stetho") && !core {
				t.Errorf("not what the device can do: %v", h)
			}
			countHolding(seen, "pressure alone", core && !hasKey(h, "ecg"))
			countHolding(seen, "sounds", hasKey(h, "stetho"))
			countHolding(seen, "watch", whole(h, "model") == 93)
			countHolding(seen, "zone", hasKey(h, "timezone"))
			countHolding(seen, "no zone", !hasKey(h, "timezone"))
		}
		for _, want := range []string{"afib", "inconclusive", "pressure alone", "sounds", "watch"} {
			if seen[want] == 0 {
				t.Errorf("no record with %s", want)
			}
		}
		if len(sounds) < 20 {
			t.Errorf("%d sounds of the stethoscope", len(sounds))
		}
	})
}

// TestECGsOfGroups compares the list with the groups of those whose measures
// include ECGs.
func TestECGsOfGroups(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		people := []Person{BodyScanOwner(), ScanWatchOwner()}
		for i := range people {
			people[i].Days = 90
		}
		c := newUnlimitedCloud(people...)
		for _, p := range people {
			access := signIn(t, c, p.Name).access
			hearts := map[int64]map[string]any{}
			for _, h := range heartsOf(t, c, "v2/heart", access) {
				hearts[whole(h, "timestamp")] = h
			}
			count := len(hearts)
			for _, g := range measuresOf(t, c, access, "meastypes", "11,130") {
				values := map[int64]int64{}
				for _, m := range as[[]any](g["measures"]) {
					m := as[map[string]any](m)
					values[whole(m, "type")] = whole(m, "value")
				}
				afib, told := values[130]
				if !told {
					continue
				}
				h := hearts[whole(g, "date")]
				if h == nil || whole(as[map[string]any](h["ecg"]), "afib") != afib || h["deviceid"] != g["deviceid"] ||
					values[11] != 0 && whole(h, "heart_rate") != values[11] || h["model"] != g["modelid"] {
					t.Errorf("%s: %v in getmeas, %v in the list", p.Name, g, h)
				}
				delete(hearts, whole(g, "date"))
			}
			if count < 10 || len(hearts) > 0 {
				t.Errorf("%s: %d ECGs, not in getmeas %v", p.Name, count, hearts)
			}
		}
	})
}

func TestHeartRange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newUnlimitedCloud(patient(-1))
		now := c.Now()
		for _, ago := range []time.Duration{3, 2, 1} {
			c.ECG("Carol", 0, 70, now.Add(-ago*time.Hour))
			c.HeartSound("Carol", 1, now.Add(-ago*time.Hour))
		}
		access := signIn(t, c, "Carol").access
		for _, service := range []string{"v2/heart", "v2/stetho"} {
			for want, pairs := range map[int][]string{
				3: nil,
				2: {"startdate", unix(now.Add(-2 * time.Hour))},
				1: {"startdate", unix(now.Add(-2 * time.Hour)), "enddate", unix(now.Add(-2 * time.Hour))},
				0: {"enddate", unix(now.Add(-4 * time.Hour))},
			} {
				if rows := heartsOf(t, c, service, access, pairs...); len(rows) != want {
					t.Errorf("%s %v: %d rows, want %d", service, pairs, len(rows), want)
				}
			}
		}
	})
}
