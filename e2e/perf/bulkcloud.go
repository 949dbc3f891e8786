// SPDX-License-Identifier: MIT

package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// bulkCloud is a cloud with any number of accounts that responds at once; each
// account has three devices, of the same three models.
type bulkCloud struct {
	// years is how many years of history each account has, 0 for two weeks of
	// weighings.
	years int
}

// ServeHTTP returns the measures, nights and devices of the token's account, and
// no other data.
func (c bulkCloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body := map[string]any{"series": []any{}, "activities": []any{}, "goals": map[string]any{}}
	person, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer access-")
	switch r.PostFormValue("action") {
	case "getmeas":
		body["updatetime"], body["timezone"], body["measuregrps"] = time.Now().Unix(), "Europe/Berlin", []any{}
		switch {
		case c.years > 0:
			addPage(body, "measuregrps", c.years*groupsPerYear, groupsPerPage, r, bulkGroup)
		case r.PostFormValue("lastupdate") == "" && r.PostFormValue("startdate") == "":
			body["measuregrps"] = twoWeeksOfWeights(time.Now())
		}
	case "getsummary":
		addPage(body, "series", c.years*nightsPerYear, nightsPerPage, r, bulkNight)
	case "getdevice":
		body["devices"] = threeDevices(person, time.Now())
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"status": 0, "body": body})
}

// twoWeeksOfWeights is one weighing a day.
func twoWeeksOfWeights(now time.Time) []any {
	var groups []any
	for day := range 14 {
		at := now.Add(-time.Duration(day)*24*time.Hour - time.Hour).Unix()
		var measures []any
		for _, kind := range []int{1, 5, 6, 8, 76, 77, 88} {
			measures = append(measures, map[string]any{"type": kind, "unit": -3, "value": 20000 + 10*day + kind})
		}
		groups = append(groups, map[string]any{
			"grpid": at, "attrib": 0, "category": 1, "date": at, "created": at + 30, "modified": at + 30, "measures": measures,
		})
	}
	return groups
}

func threeDevices(person string, now time.Time) []any {
	var devices []any
	for _, model := range []struct{ name, kind string }{
		{"Body Cardio", "Scale"}, {"BPM Connect", "Blood Pressure Monitor"}, {"Aura Sensor V2", "Sleep Monitor"},
	} {
		devices = append(devices, map[string]any{
			"type": model.kind, "model": model.name, "battery": "high", "deviceid": person + " " + model.name,
			"last_session_date": now.Add(-time.Hour).Truncate(time.Hour).Unix(),
		})
	}
	return devices
}
