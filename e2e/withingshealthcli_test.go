// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// healthKinds are the measurements that withings-health-cli has a name for.
func healthKinds() map[string]int {
	return map[string]int{
		"weight": 1, "height": 4, "fat_free_mass": 5, "fat_ratio": 6, "fat_mass": 8, "muscle_mass": 76, "hydration": 77,
		"bone_mass": 88, "diastolic_bp": 9, "systolic_bp": 10, "heart_rate": 11, "temperature": 12, "sp_o2": 54,
		"pulse_wave_velocity": 91,
	}
}

// TestWithingsHealthCLI signs in with withings-health-cli, and compares the
// measurements and electrocardiograms that it prints with the cloud and with
// what this program publishes.
//
// clock: other programs use the real time
func TestWithingsHealthCLI(t *testing.T) {
	t.Parallel()
	h := newTestbed(t)
	ours := h.publishes(t, "Alice")
	direct := newDirectClient(t, h, "Alice")
	c := newOtherClient(h, "withings-health-cli", "withings")
	c.login()

	since := time.Now().UTC().AddDate(0, 0, -30).Format(time.DateOnly) // clock: other programs use the real time
	start, err := time.Parse(time.DateOnly, since)
	if err != nil {
		t.Fatal(err)
	}
	var read []measure
	groups := stable(t, func() []object {
		return direct.rows("measure", "measuregrps", action("getmeas", nil, "category", "1", "startdate", unixText(start)))
	}, func() {
		var rows []struct {
			Date, Type, Unit string
			Value            float64
		}
		if err := json.Unmarshal([]byte(c.run("measures", "--since", since, "--format", "json")), &rows); err != nil {
			t.Fatal(err)
		}
		read = nil
		for _, row := range rows {
			kind, known := healthKinds()[row.Type]
			at, err := time.Parse("2006-01-02T15:04:05", row.Date)
			if !known || err != nil {
				t.Fatalf("%+v: %v", row, err)
			}
			read = append(read, measure{At: at.Unix(), Kind: kind, Value: row.Value, Unit: row.Unit})
		}
	})
	compareWithCloud(t, 6, measuresOf(groups, oneOf(healthKinds())), read)
	compareWithPublished(t, 6, 8, ours, read, equalUnits)
	c.compareHeart(direct, ours)
}

// login signs in as its user would.
func (c *otherClient) login() {
	c.t.Helper()
	p := c.start("login")
	for _, line := range []string{c.cloud.ClientID, c.cloud.ClientSecret} {
		if _, err := fmt.Fprintln(p.stdin, line); err != nil {
			c.t.Fatal(err)
		}
	}
	if _, err := fmt.Fprintln(p.stdin, codeOf(c.t, c.allow("Alice", p))); err != nil {
		c.t.Fatal(err)
	}
	c.finished(p)
}

// recording is an electrocardiogram as withings-health-cli prints it.
type recording struct {
	ID        int64  `json:"signal_id"`
	Date      string `json:"date"`
	HeartRate int    `json:"heart_rate"`
	AFib      string `json:"afib_classification"`
}

// compareHeart compares the list of recordings. This client cannot read a whole
// one: it wants an object for the heart rate, and the vendor documents a number.
func (c *otherClient) compareHeart(direct *directClient, ours published) {
	c.t.Helper()
	var read []recording
	rows := stable(c.t, func() []object {
		return direct.rows("v2/heart", "series", action("list", nil))
	}, func() {
		if err := json.Unmarshal([]byte(c.run("ecg", "list", "--format", "json")), &read); err != nil {
			c.t.Fatal(err)
		}
	})
	var want []recording
	for _, row := range rows {
		ecg, _ := row["ecg"].(object)
		want = append(want, recording{
			ID:        int64(numberOf(ecg["signalid"])),
			Date:      time.Unix(int64(numberOf(row["timestamp"])), 0).UTC().Format("2006-01-02T15:04:05"),
			HeartRate: int(numberOf(row["heart_rate"])),
			AFib:      []string{"negative", "positive", "inconclusive", "unclassified"}[int(numberOf(ecg["afib"]))],
		})
	}
	if diff := cmp.Diff(want, read); diff != "" || len(read) == 0 {
		c.t.Fatalf("%d recordings (-cloud +client):\n%.2000s", len(read), diff)
	}
	newest := slices.MaxFunc(read, func(a, b recording) int { return strings.Compare(a.Date, b.Date) })
	rate, afib, at := ours.value("ecg_heart_rate_bpm"), ours.value("ecg_afib"), ours.value("ecg_time")
	if rate != strconv.Itoa(newest.HeartRate) || afib != newest.AFib || at != newest.Date+"Z" {
		c.t.Errorf("published are %s bpm, %s, %s; the client has %+v", rate, afib, at, newest)
	}
	whole := c.start("ecg", "get", strconv.FormatInt(newest.ID, 10))
	if code := whole.wait(); code == 0 || !strings.Contains(strings.Join(whole.output(), "\n"), "HeartSignalResponse") {
		c.t.Errorf("reading a whole recording ended with %d", code)
	}
}
