// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"encoding/json"
	"fmt"
	"strconv"
	"testing"
	"time"
)

// garminKinds are the measurements that withings2garmin has a name for.
func garminKinds() map[string]int {
	return map[string]int{
		"weight": 1, "height": 4, "fat_free_mass": 5, "fat_ratio": 6, "fat_mass_weight": 8, "diastolic_bp": 9,
		"systolic_bp": 10, "heart_rate": 11, "temperature": 12, "muscle_mass": 76, "hydration": 77, "bone_mass": 88,
	}
}

// TestWithings2Garmin signs in with withings2garmin, and compares the
// measurements that it would upload with the cloud and with what this program
// publishes. It sends everything in the URL of its requests, the secret and the
// tokens too.
//
// clock: other programs use the real time
func TestWithings2Garmin(t *testing.T) {
	t.Parallel()
	h := newTestbed(t)
	ours := h.publishes(t, "Bob")
	direct := newDirectClient(t, h, "Bob")
	c := newOtherClient(h, "withings2garmin-hugoh", "withings2garmin", "WITHINGS2GARMIN_CONFIG_DIR=HOME",
		"WITHINGS2GARMIN_DATA_DIR=HOME", "WITHINGS2GARMIN_LOG_DIR=HOME", "WITHINGS_CLIENT_ID="+h.cloud.ClientID,
		"WITHINGS_CLIENT_SECRET="+h.cloud.ClientSecret, "WITHINGS_CALLBACK_URL=https://client.example.org/callback")
	since := time.Now().UTC().AddDate(0, 0, -30).Truncate(24 * time.Hour) // clock: other programs use the real time
	arguments := []string{
		"-f", since.Format(time.DateOnly), "--output-json", c.home + "/out.json", "--output-fit", c.home + "/out.fit",
	}
	p := c.start(arguments...)
	if _, err := fmt.Fprintln(p.stdin, codeOf(t, c.allow("Bob", p))); err != nil {
		t.Fatal(err)
	}
	c.finished(p)

	var read []measure
	groups := stable(t, func() []object {
		return direct.rows("measure", "measuregrps", action("getmeas", nil, "category", "1", "startdate", unixText(since)))
	}, func() {
		c.run(arguments...) // again, now with a refreshed token
		var rows []struct {
			Group        string             `json:"grpid"`
			Timestamp    string             `json:"timestamp"`
			Measurements map[string]float64 `json:"measurements"`
		}
		if err := json.Unmarshal([]byte(c.file("out.json")), &rows); err != nil {
			t.Fatal(err)
		}
		read = nil
		for _, row := range rows {
			at, timeErr := time.Parse("2006-01-02T15:04:05", row.Timestamp)
			group, idErr := strconv.ParseInt(row.Group, 10, 64)
			if timeErr != nil || idErr != nil {
				t.Fatalf("%+v: %v, %v", row, timeErr, idErr)
			}
			for name, value := range row.Measurements {
				read = append(read, measure{Group: group, At: at.Unix(), Kind: garminKinds()[name], Value: value})
			}
		}
	})
	compareWithCloud(t, 2, measuresOf(groups, oneOf(garminKinds())), read)
	compareWithPublished(t, 2, 8, ours, read, equalUnits)
	if text := c.file("out.fit"); len(text) < 100 || text[8:12] != ".FIT" {
		t.Errorf("out.fit is no such file: %d bytes", len(text))
	}
}
