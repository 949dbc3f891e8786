// SPDX-License-Identifier: MIT

package simulator

import (
	"bytes"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"
)

// patient has everything that records hearts.
func patient(days int) Person {
	return Person{
		Name:     "Carol",
		Timezone: "Europe/Berlin",
		Days:     days,
		Owns:     Owns{Watch: true, WatchModel: 93, ECG: true, BPMCore: true, PressureAlone: true, Stethoscope: true},
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
				afib, ok := values[130]
				if !ok {
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

// TestECGs looks at the samples of watch, scale and cuff: length, frequency,
// and beats that can be counted.
func TestECGs(t *testing.T) {
	t.Parallel()
	scale := patient(-1)
	scale.Name, scale.Owns.ECGModel = "Dora", 10
	c := newUnlimitedCloud(patient(-1), scale)
	at := c.Now().Add(-time.Hour)
	for name, row := range map[string]struct {
		person                                                string
		id                                                    int64
		model, seconds, frequency, position, pulse, tolerance int
	}{
		"watch":     {"Carol", c.ECG("Carol", 0, 60, at), 93, 30, 300, 1, 60, 2},
		"fast":      {"Carol", c.ECG("Carol", 2, 120, at), 93, 30, 300, 1, 120, 3},
		"irregular": {"Carol", c.ECG("Carol", 1, 80, at), 93, 30, 300, 1, 80, 8},
		"scale":     {"Dora", c.ECG("Dora", 0, 72, at), 10, 30, 300, 7, 72, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			access, id := signIn(t, c, row.person).access, strconv.FormatInt(row.id, 10)
			e := call(t, c, "v2/heart", access, "action", "get", "signalid", id)
			status(t, e, 0, "")
			signal := as[[]any](e.Body["signal"])
			beats, high := 0, false
			for _, sample := range signal {
				was := high
				high = as[float64](sample) > 500
				if high && !was {
					beats++
				}
			}
			got := []int{
				int(whole(e.Body, "model")), len(signal) / row.frequency, int(whole(e.Body, "sampling_frequency")),
				int(whole(e.Body, "wearposition")), int(whole(e.Body, "heart_rate")),
			}
			if want := []int{row.model, row.seconds, row.frequency, row.position, row.pulse}; !slices.Equal(got, want) {
				t.Errorf("model, seconds, frequency, position, pulse: %v, want %v", got, want)
			}
			if minute := beats * 60 / row.seconds; minute < row.pulse-row.tolerance-3 || minute > row.pulse+row.tolerance+3 {
				t.Errorf("%d beats a minute, want %d", minute, row.pulse)
			}
			again := call(t, c, "v2/heart", access, "action", "get", "signalid", id,
				"with_filtered", "1", "with_intervals", "1")
			if !bytes.Equal(mustJSON(t, again.Body), mustJSON(t, e.Body)) {
				t.Error("the second answer differs")
			}
		})
	}
}

func TestSignalsOfOtherPeopleAreRefused(t *testing.T) {
	t.Parallel()
	other := patient(-1)
	other.Name = "Dora"
	c := newUnlimitedCloud(patient(-1), other)
	ecg, sound := c.ECG("Dora", 0, 66, c.Now().Add(-time.Hour)), c.HeartSound("Dora", 1, c.Now().Add(-time.Hour))
	ahead := c.ECG("Carol", 0, 60, c.Now().Add(time.Hour))
	access := signIn(t, c, "Carol").access
	for _, service := range []string{"v2/heart", "v2/stetho"} {
		if rows := heartsOf(t, c, service, access); len(rows) != 0 {
			t.Errorf("%s: %v", service, rows)
		}
		for _, id := range []int64{ecg, sound, ahead, 0, 7} {
			e := call(t, c, service, access, "action", "get", "signalid", strconv.FormatInt(id, 10))
			status(t, e, 503, "invalid signalid")
		}
		status(t, call(t, c, service, access, "action", "get"), 503, "missing signalid")
		status(t, call(t, c, service, access, "action", "get", "signalid", "x"), 503, "invalid signalid")
	}
}

func TestSounds(t *testing.T) {
	t.Parallel()
	c := newUnlimitedCloud(patient(-1))
	at := c.Now().Add(-time.Hour)
	for id, model := range map[int64]int64{c.HeartSound("Carol", 1, at): 71} {
		e := call(t, c, "v2/stetho", signIn(t, c, "Carol").access, "action", "get", "signalid", strconv.FormatInt(id, 10))
		status(t, e, 0, "")
		signal := as[[]any](e.Body["signal"])
		if whole(e.Body, "model") != model || whole(e.Body, "vhd") != 1 || len(signal) == 0 ||
			int64(len(signal)) != whole(e.Body, "size") ||
			int64(len(signal)) != whole(e.Body, "frequency")*whole(e.Body, "duration") {
			t.Errorf("%d samples: %v", len(signal), e.Body["model"])
		}
		for _, sample := range signal {
			if b := as[float64](sample); b < 0 || b > 255 {
				t.Fatalf("%v is not a byte", b)
			}
		}
	}
}
