// SPDX-License-Identifier: MIT

//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/mirror"
	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
)

// grafanaTarget is one query of a dashboard.
type grafanaTarget struct {
	Query string `json:"query"`
	Expr  string `json:"expr"`
}

// grafanaTargets returns the queries of the dashboards for a database, by their
// panels.
func grafanaTargets(t *testing.T, folder string) map[string]grafanaTarget {
	t.Helper()
	targets := map[string]grafanaTarget{}
	paths, err := filepath.Glob(filepath.Join("..", "deploy", "grafana", "dashboards", folder, "*.json"))
	if err != nil || len(paths) != 2 {
		t.Fatalf("%v, %v", paths, err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var dashboard struct {
			Title  string `json:"title"`
			Panels []struct {
				Title   string          `json:"title"`
				Targets []grafanaTarget `json:"targets"`
			} `json:"panels"`
		}
		if err := json.Unmarshal(data, &dashboard); err != nil {
			t.Fatal(err)
		}
		for _, p := range dashboard.Panels {
			for i, target := range p.Targets {
				targets[fmt.Sprint(dashboard.Title, ", ", p.Title, ", ", i+1)] = target
			}
		}
	}
	if len(targets) < 20 {
		t.Fatalf("%d queries", len(targets))
	}
	return targets
}

// grafanaBegin and grafanaDays are the span of the records.
const grafanaDays = 40

func grafanaBegin() time.Time { return time.Date(2025, time.March, 1, 6, 0, 0, 0, time.UTC) }

// everyField returns records of each day with all numbers that the catalogue
// knows, made of fields as those of the cloud are.
func everyField(t *testing.T) []transfer.Item {
	t.Helper()
	var items []transfer.Item
	for day := range grafanaDays {
		records := map[sensors.Kind]*sensors.Record{}
		at := grafanaBegin().AddDate(0, 0, day)
		for i, key := range sensors.Keys() {
			kind, field, ok := sensors.FieldFor(key, sensors.Number(decimal.FromInt(int64(20+i%60))), nil)
			if !ok {
				continue
			}
			if records[kind] == nil {
				records[kind] = &sensors.Record{
					ID:      at.Unix(),
					At:      at.Unix(),
					Start:   at.Add(-8 * time.Hour).Unix(),
					Date:    at.Format(time.DateOnly),
					Tracker: true,
				}
			}
			records[kind].Fields = append(records[kind].Fields, field)
		}
		for kind, rec := range records {
			sensors.Interpret(kind, rec, nil)
			items = append(items, transfer.Item{Kind: kind, Record: *rec})
		}
	}
	return items
}

// expandGrafana replaces the variables of a query as Grafana does.
func expandGrafana(query string) string {
	end := grafanaBegin().AddDate(0, 0, grafanaDays)
	return strings.NewReplacer(
		"$timeFilter", fmt.Sprintf("time >= %dms and time <= %dms", grafanaBegin().AddDate(0, 0, -1).UnixMilli(), end.UnixMilli()),
		"$__interval", "1d",
		"$profile", "(alice|bob)",
	).Replace(query)
}

// TestGrafanaDashboardsFindTheirSeriesInInfluxDB runs every query of the
// shipped Grafana dashboards: each finds what the mirror has written.
//
//nolint:paralleltest // it needs the machine for itself
func TestGrafanaDashboardsFindTheirSeriesInInfluxDB(t *testing.T) {
	db := newInfluxDB(t, freePort(t))
	fillForGrafana(t, mirror.Target{URL: "http://" + db.host, Database: "vitals"})
	for name, target := range grafanaTargets(t, "influxdb") {
		series := db.query(expandGrafana(target.Query))
		// A moving average of ten days begins on the tenth.
		if len(series) != 1 || series[0].Tags["profile"] != "alice" || len(series[0].Values) < grafanaDays-10 {
			t.Errorf("%s: %+.300v", name, series)
		}
	}
}

// TestGrafanaDashboardsFindTheirSeriesInVictoriaMetrics runs every query of the
// shipped Grafana dashboards: each finds what the mirror has written.
//
//nolint:paralleltest // it needs the machine for itself
func TestGrafanaDashboardsFindTheirSeriesInVictoriaMetrics(t *testing.T) {
	db := newVictoriaMetrics(t)
	fillForGrafana(t, mirror.Target{URL: "http://" + db.host})
	_ = db.points() // flushes
	for name, target := range grafanaTargets(t, "victoriametrics") {
		body := post(t, "http://"+db.host+"/api/v1/query_range", url.Values{
			"query": {expandGrafana(target.Expr)},
			"start": {strconv.FormatInt(grafanaBegin().Unix(), 10)},
			"end":   {strconv.FormatInt(grafanaBegin().AddDate(0, 0, grafanaDays-1).Unix(), 10)},
			"step":  {"1d"},
		})
		var answer struct {
			Data struct {
				Result []struct {
					Metric map[string]string `json:"metric"`
					Values [][]any           `json:"values"`
				} `json:"result"`
			} `json:"data"`
		}
		if err := json.Unmarshal(body, &answer); err != nil {
			t.Fatalf("%s: %v, %.300s", name, err, body)
		}
		result := answer.Data.Result
		if len(result) != 1 || result[0].Metric["profile"] != "alice" || len(result[0].Values) < grafanaDays-2 {
			t.Errorf("%s: %.300s", name, body)
		}
	}
}

func fillForGrafana(t *testing.T, target mirror.Target) {
	t.Helper()
	archive := &memoryArchive{}
	archive.add(everyField(t)...)
	m := runMirror(t, archive, target)
	await(t, "the records", func() bool { return !m.Status().LastSuccess.IsZero() })
	if m.Status().Refused > 0 {
		t.Fatalf("%+v", m.Status())
	}
}
