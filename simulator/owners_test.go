// SPDX-License-Identifier: MIT

package simulator

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"vitals2mqtt/internal/goldentest"
	"vitals2mqtt/withings"
)

// decoded is the body of a response as the client's models read it.
func decoded[T any](t *testing.T, c *Cloud, path, access string, pairs ...string) T {
	t.Helper()
	var e struct {
		Status int `json:"status"`
		Body   T   `json:"body"`
	}
	raw := text(t, c, path, access, pairs...)
	if err := json.Unmarshal([]byte(raw), &e); err != nil || e.Status != 0 {
		t.Fatalf("%s %v: %v, %.200s", path, pairs, err, raw)
	}
	return e.Body
}

// newSinglePersonCloud is a cloud with one person.
func newSinglePersonCloud(p Person) *Cloud {
	return newCloud(Options{People: []Person{p}, Knobs: Knobs{PerMinute: -1}})
}

// allGroups and allNights are all that a person's client can see.
func allGroups(t *testing.T, c *Cloud, p Person) (all []withings.Group) {
	t.Helper()
	access := signIn(t, c, p.Name).access
	for {
		page := decoded[withings.Measures](t, c, "measure", access,
			"action", "getmeas", "category", "1", "offset", strconv.Itoa(len(all)))
		if all = append(all, page.Groups...); len(page.Groups) < 1000 {
			return all
		}
	}
}

func allNights(t *testing.T, c *Cloud, p Person) (all []withings.Night) {
	t.Helper()
	access := signIn(t, c, p.Name).access
	for {
		page := decoded[withings.Nights](t, c, "v2/sleep", access,
			"action", "getsummary", "lastupdate", "1", "data_fields", allFields(), "offset", strconv.Itoa(len(all)))
		if all = append(all, page.Series...); len(page.Series) < 300 {
			return all
		}
	}
}

// measureKind is the type of a measure and its place, such as "173@12".
func measureKind(m withings.Measure) string {
	if m.Position.OK {
		return fmt.Sprintf("%d@%d", m.Type.N, m.Position.N)
	}
	return strconv.FormatInt(m.Type.N, 10)
}

// model describes a device; what is absent or null is "-".
func model(name withings.Text, id withings.Int, device string) string {
	words := []string{"-", "-", "-"}
	if name != "" {
		words[0] = strings.ReplaceAll(string(name), " ", "_")
	}
	if id.OK {
		words[1] = strconv.FormatInt(id.N, 10)
	}
	if device != "" {
		words[2] = "id"
	}
	return strings.Join(words, "/")
}

// sorted puts words in the order in which tally prints them.
func sorted(words string) string {
	list := strings.Fields(words)
	slices.Sort(list)
	return strings.Join(list, " ")
}

// TestGoldenOwners records what each owner's client can see: which measures at
// which place, with which attributions, and from which devices.
func TestGoldenOwners(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for _, p := range Owners() {
		kinds, attribs, models := tally{}, tally{}, tally{}
		groups := allGroups(t, newSinglePersonCloud(p), p)
		for _, g := range groups {
			attribs[strconv.FormatInt(g.Attribution.N, 10)]++
			models[model(g.Model, g.ModelID, g.Device())]++
			for _, m := range g.Measures {
				kinds[measureKind(m)]++
			}
		}
		if len(groups) == 0 {
			_, _ = fmt.Fprintf(&text, "%s\n\tno measures\n", p.Name)
			continue
		}
		_, _ = fmt.Fprintf(&text, "%s\n\tmeasures     %s\n\tattributions %s\n\tmodels       %s\n",
			p.Name, kinds, attribs, models)
		if years := yearsSpanned(groups); years < 2.9 {
			t.Errorf("%s: %d groups over %.1f years", p.Name, len(groups), years)
		}
	}
	goldentest.Compare(t, "testdata/owners.txt", []byte(text.String()))
}

// yearsSpanned is how many years lie between the first and the last group.
func yearsSpanned(groups []withings.Group) float64 {
	first, last := int64(math.MaxInt64), int64(0)
	for _, g := range groups {
		first, last = min(first, g.Date.N), max(last, g.Date.N)
	}
	return float64(last-first) / (365.25 * 86400)
}

func owner(t *testing.T, name string) Person {
	t.Helper()
	for _, p := range Owners() {
		if p.Name == name {
			return p
		}
	}
	t.Fatalf("no owner %s", name)
	return Person{}
}

// TestOwnersNights reads all nights of each owner.
func TestOwnersNights(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct{ models, absent, always string }{
		"Dora": {"", "", ""}, "Hanna": {"", "", ""}, "Jonas": {"", "", ""}, "Klara": {"", "", ""},
		"Emil":  {"32/63/id 16/94/id 16/-/-", "", ""},
		"Frida": {"32/63/id 16/-/-", "", ""},
		"Gustav": {
			"16/94/id",
			"mvt_score_avg chest_movement_rate_average breathing_disturbances_intensity asleepduration withings_index",
			"total_sleep_time hr_average rmssd_start_avg rmssd_end_avg sleep_score " +
				"core_body_temperature_avg core_body_temperature_min core_body_temperature_max",
		},
		"Ivan": {
			"32/63/id",
			"hr_average rr_average snoring breathing_disturbances_intensity rmssd_start_avg core_body_temperature_avg",
			"total_sleep_time deepsleepduration waso sleep_efficiency sleep_score",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := owner(t, name)
			models := tally{}
			nights := allNights(t, newSinglePersonCloud(p), p)
			for _, n := range nights {
				models[model(withings.Text(strconv.FormatInt(n.Model.N, 10)), n.ModelID, string(n.HashDeviceID))]++
				for field := range strings.FieldsSeq(want.absent) {
					if n.Data.Fields.Number(field).OK {
						t.Errorf("night %d has %s", n.ID.N, field)
					}
				}
				for field := range strings.FieldsSeq(want.always) {
					if !n.Data.Fields.Number(field).OK && (field != "sleep_score" || !n.Completed.OK) {
						t.Errorf("night %d has no %s", n.ID.N, field)
					}
				}
			}
			if got := models.String(); got != sorted(want.models) {
				t.Errorf("got %q, want %q", got, want.models)
			}
			if want.models != "" && len(nights) < 390 {
				t.Errorf("%d nights", len(nights))
			}
		})
	}
}

// TestOwnersDevices lists the devices of each: those that the data name and
// those of Owns.
func TestOwnersDevices(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Dora": "Body_Scan/10/id", "Emil": "Aura_Sensor_V2/63/id ScanWatch_2/94/id",
		"Frida":  "Aura_Sensor_V2/63/id HealthKit_step_iPhone_tracker/1057/id",
		"Gustav": "ScanWatch_2/94/id", "Hanna": "", "Jonas": "Thermo/70/id", "Klara": "U-Scan/-/id",
		"Ivan": "Aura_Sensor_V2/63/id BPM_Connect/45/id Body_Cardio/6/id ScanWatch/93/id",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := owner(t, name)
			c := newSinglePersonCloud(p)
			models := tally{}
			access := signIn(t, c, name).access
			for _, d := range decoded[withings.Devices](t, c, "v2/user", access, "action", "getdevice").Devices {
				models[model(d.Model, d.ModelID, string(d.DeviceID))]++
			}
			if models.String() != sorted(want) {
				t.Errorf("got %q, want %q", models, want)
			}
		})
	}
}
