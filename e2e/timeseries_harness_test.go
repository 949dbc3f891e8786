// SPDX-License-Identifier: MIT

//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/mirror"
	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
)

// influxDB is a running InfluxDB 1.
type influxDB struct {
	t    *testing.T
	host string
}

// newInfluxDB starts InfluxDB at an address.
func newInfluxDB(t *testing.T, host string) influxDB {
	t.Helper()
	folder := t.TempDir()
	config := filepath.Join(folder, "influxdb.conf")
	text := fmt.Sprintf(`reporting-disabled = true
bind-address = %q
[meta]
dir = "%[2]s/meta"
[data]
dir = "%[2]s/data"
wal-dir = "%[2]s/wal"
query-log-enabled = false
[monitor]
store-enabled = false
[http]
bind-address = %[3]q
log-enabled = false
`, freePort(t), folder, host)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	start(t, "influxd", "-config", config)
	db := influxDB{t, host}
	awaitStatus(t, "http://"+host+"/ping", http.StatusNoContent)
	db.query("CREATE DATABASE vitals")
	return db
}

// influxSeries is a series of a result.
type influxSeries struct {
	Tags    map[string]string `json:"tags"`
	Columns []string          `json:"columns"`
	Values  [][]any           `json:"values"`
}

func (db influxDB) query(text string) []influxSeries {
	db.t.Helper()
	form := url.Values{"q": {text}, "db": {"vitals"}, "epoch": {"ns"}}
	var answer struct {
		Error   string `json:"error"`
		Results []struct {
			Error  string         `json:"error"`
			Series []influxSeries `json:"series"`
		} `json:"results"`
	}
	body := post(db.t, "http://"+db.host+"/query", form)
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if err := decoder.Decode(&answer); err != nil || answer.Error != "" || len(answer.Results) != 1 || answer.Results[0].Error != "" {
		db.t.Fatalf("%s: %v, %.300s", text, err, body)
	}
	return answer.Results[0].Series
}

// points returns what is stored, as "profile device key=value time".
func (db influxDB) points() map[string]bool {
	found := map[string]bool{}
	for _, series := range db.query("SELECT * FROM vitals GROUP BY *") {
		for _, row := range series.Values {
			for i, value := range row {
				if i > 0 && value != nil {
					profile, device := series.Tags["profile"], series.Tags["device"]
					found[fmt.Sprint(profile, "|", device, "|", series.Columns[i], "=", value, " ", row[0])] = true
				}
			}
		}
	}
	return found
}

// victoriaMetrics is a running VictoriaMetrics.
type victoriaMetrics struct {
	t    *testing.T
	host string
}

func newVictoriaMetrics(t *testing.T) victoriaMetrics {
	t.Helper()
	host := freePort(t)
	start(t, "victoria-metrics", "-httpListenAddr="+host, "-storageDataPath="+t.TempDir(), "-retentionPeriod=100y",
		"-search.latencyOffset=0s", "-loggerLevel=WARN")
	awaitStatus(t, "http://"+host+"/health", http.StatusOK)
	return victoriaMetrics{t, host}
}

// points returns what is stored, as "profile device key=value time".
func (db victoriaMetrics) points() map[string]bool {
	db.t.Helper()
	// What was just written becomes searchable at a flush.
	_ = get(db.t, "http://"+db.host+"/internal/force_flush")
	body := post(db.t, "http://"+db.host+"/api/v1/export", url.Values{"match[]": {`{__name__!=""}`}})
	found := map[string]bool{}
	for line := range strings.Lines(string(body)) {
		var series struct {
			Metric     map[string]string `json:"metric"`
			Values     []json.Number     `json:"values"`
			Timestamps []int64           `json:"timestamps"`
		}
		if err := json.Unmarshal([]byte(line), &series); err != nil {
			db.t.Fatal(err)
		}
		key := strings.TrimPrefix(series.Metric["__name__"], "vitals_")
		for i, value := range series.Values {
			found[fmt.Sprint(series.Metric["profile"], "|", series.Metric["device"], "|", key, "=", value, " ",
				series.Timestamps[i]*int64(time.Millisecond))] = true
		}
	}
	return found
}

// memoryArchive is an archive in memory.
type memoryArchive struct {
	mu       sync.Mutex
	changes  []mirror.Change
	sequence int64
}

func (a *memoryArchive) add(items ...transfer.Item) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, item := range items {
		a.changes = append(a.changes, mirror.Change{Sequence: int64(len(a.changes) + 1), Item: item})
	}
}

// Changed implements mirror.Source.
func (a *memoryArchive) Changed(_ context.Context, _ string, after int64) iter.Seq2[mirror.Change, error] {
	return func(yield func(mirror.Change, error) bool) {
		a.mu.Lock()
		changes := a.changes[after:]
		a.mu.Unlock()
		for _, change := range changes {
			if !yield(change, nil) {
				return
			}
		}
	}
}

// Mirrored implements mirror.Source.
func (a *memoryArchive) Mirrored(context.Context, string, string) (int64, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.sequence, nil
}

// SetMirrored implements mirror.Source.
func (a *memoryArchive) SetMirrored(_ context.Context, _, _ string, sequence int64) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sequence = sequence
	return nil
}

// runMirror runs a mirror until the test ends.
func runMirror(t *testing.T, source mirror.Source, target mirror.Target) *mirror.Mirror {
	t.Helper()
	m, err := mirror.New(mirror.Options{
		Target:   target,
		Source:   source,
		Accounts: func(context.Context) []mirror.Account { return []mirror.Account{{User: "1", Profile: "alice"}} },
		Log:      zerolog.Nop(),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan struct{})
	go func() {
		defer close(done)
		m.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	return m
}

// exampleRecords has each kind of value, and the wanted points.
func exampleRecords(t *testing.T) (items []transfer.Item, want map[string]bool) {
	t.Helper()
	want = map[string]bool{}
	add := func(kind sensors.Kind, at int64, device, date string, values map[string]string) {
		item := transfer.Item{Kind: kind, Record: sensors.Record{At: at, Model: device, Date: date, Values: map[string]sensors.Value{}}}
		if kind == sensors.KindDays {
			at -= at % 86400
		}
		for key, text := range values {
			number, err := decimal.Parse(text)
			if item.Values[key] = sensors.Number(number); err != nil {
				item.Values[key] = sensors.Text(text)
			}
			want[fmt.Sprint("alice|", device, "|", key, "=", text, " ", at*int64(time.Second))] = true
		}
		items = append(items, item)
	}
	add(sensors.KindMeasures, 1735711200, "Body Comp", "", map[string]string{"weight_kg": "81.35", "fat_ratio_pct": "21.4"})
	add(sensors.KindMeasures, 1735797600, "Body Comp", "", map[string]string{"weight_kg": "81", "fat_mass_kg": "17.019"})
	add(sensors.KindMeasures, 1735797600, "BPM, Core=\"2\"", "", map[string]string{
		"systolic_blood_pressure_mmhg": "121", "heart_pulse_bpm": "0",
	})
	add(sensors.KindMeasures, 1262304000, "", "", map[string]string{"height_m": "1.78"})
	add(sensors.KindNights, 1735885800, "Sleep Analyzer", "2025-01-03", map[string]string{
		"sleep_score": "78", "sleep_fell_asleep": "2025-01-02T22:31:00Z",
	})
	add(sensors.KindDays, 1735948799, "", "2025-01-03", map[string]string{"activity_steps_today": "12345"})
	return items, want
}

// awaitStatus waits until a server responds with a status.
func awaitStatus(t *testing.T, address string, status int) {
	t.Helper()
	await(t, address, func() bool {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return false
		}
		_ = response.Body.Close()
		return response.StatusCode == status
	})
}

func post(t *testing.T, address string, form url.Values) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return fetchBody(t, request)
}

func get(t *testing.T, address string) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	return fetchBody(t, request)
}

func fetchBody(t *testing.T, request *http.Request) []byte {
	t.Helper()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return body
}
