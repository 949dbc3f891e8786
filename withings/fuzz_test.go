// SPDX-License-Identifier: MIT

package withings

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
)

// addSeeds adds the invented responses of testdata, the recorded ones that are
// short, and some malformed ones.
func addSeeds(f *testing.F) {
	f.Helper()
	addRecordings(f)
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		f.Fatalf("%d seeds: %v", len(files), err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
		f.Add(raw[:len(raw)/2])
	}
	for _, text := range []string{
		``, `{}`, `[]`, `null`, `{"status":0}`, `{"status":"0","body":[]}`,
		"{\"status\":0,\"body\":{\"a\xff\":1,\"\\u0041\":{}}}", `<html>`,
	} {
		f.Add([]byte(text))
	}
}

// addRecordings adds recorded responses: see fixturesVariable.
func addRecordings(f *testing.F) {
	f.Helper()
	const longest = 8 << 10 // longer ones are mutated too slowly
	files, _ := filepath.Glob(filepath.Join(os.Getenv(fixturesVariable), "*", "*.json"))
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		if len(raw) <= longest {
			f.Add(raw)
		}
	}
}

// fuzzRoundTrip checks that what a model kept of a response survives writing
// and reading.
func fuzzRoundTrip[T any](f *testing.F) {
	f.Helper()
	addSeeds(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		env, err := decode[T](raw)
		if err != nil {
			return
		}
		first, err := json.Marshal(env)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, err := decode[T](first)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, first)
		}
		second, err := json.Marshal(again)
		if err != nil || !bytes.Equal(first, second) {
			t.Fatalf("%v\n%s\n%s", err, first, second)
		}
	})
}

func FuzzMeasures(f *testing.F) { fuzzRoundTrip[Measures](f) }
func FuzzNights(f *testing.F)   { fuzzRoundTrip[Nights](f) }
func FuzzStages(f *testing.F)   { fuzzRoundTrip[Stages](f) }

func FuzzActivities(f *testing.F) { fuzzRoundTrip[Activities](f) }
func FuzzIntraday(f *testing.F)   { fuzzRoundTrip[Intraday](f) }
func FuzzWorkouts(f *testing.F)   { fuzzRoundTrip[Workouts](f) }
func FuzzHeart(f *testing.F)      { fuzzRoundTrip[HeartRecords](f) }
func FuzzSounds(f *testing.F)     { fuzzRoundTrip[SoundRecords](f) }
func FuzzDevices(f *testing.F)    { fuzzRoundTrip[Devices](f) }
func FuzzGoals(f *testing.F)      { fuzzRoundTrip[GoalsResponse](f) }

func FuzzHeartSignal(f *testing.F) {
	f.Add([]byte(`{"status":0,"body":{"signal":[1,-2,"3",null,1e9],"sampling_frequency":500,"wearposition":1,"heart_rate":62}}`))
	fuzzRoundTrip[HeartSignal](f)
}

func FuzzSubscriptions(f *testing.F) {
	f.Add([]byte(`{"status":0,"body":{"profiles":[{"appli":1,"callbackurl":"https:\/\/a.example\/n","expires":"2147483647"}]}}`))
	fuzzRoundTrip[Subscriptions](f)
}

func FuzzEnvelope(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, code := range []int{200, 302, 400, 401, 404, 429, 503} {
			var body throttledBody
			v := interpretResponse(code, http.Header{"Retry-After": {"17"}}, raw, &body)
			if v.class == OK && (v.status != 0 || code != 200) {
				t.Fatalf("HTTP %d, status %d is taken for success", code, v.status)
			}
			if v.retryAfter < 0 || v.retryAfter > maxWait || (v.class == Limited && v.retryAfter == 0) {
				t.Fatalf("a wait of %v", v.retryAfter)
			}
			if failure := v.toError(apiRequest{}, code); failure != nil && strings.ContainsAny(failure.Error(), "\n\r") {
				t.Fatalf("more than one line: %q", failure.Error())
			}
		}
	})
}

// BenchmarkMeasures reads a page of 1,000 groups of seven measures each.
func BenchmarkMeasures(b *testing.B) {
	const groups, measures = 1000, 7
	var page bytes.Buffer
	page.WriteString(`{"status":0,"body":{"updatetime":1767340810,"timezone":"Europe\/Zurich","measuregrps":[`)
	for g := range groups {
		if g > 0 {
			page.WriteByte(',')
		}
		at := strconv.Itoa(1700000000 + g*86400)
		page.WriteString(`{"grpid":` + strconv.Itoa(7412345678+g) + `,"attrib":0,"date":` + at + `,"created":` + at +
			`,"modified":` + at +
			`,"category":1,"deviceid":"0f2a6d1c9b8e7f3041526374859607a8b9cadbec"` +
			`,"hash_deviceid":"0f2a6d1c9b8e7f3041526374859607a8b9cadbec","measures":[`)
		for m := range measures {
			if m > 0 {
				page.WriteByte(',')
			}
			page.WriteString(`{"value":` + strconv.Itoa(70000+g*7+m) + `,"type":` + strconv.Itoa(m+1) +
				`,"unit":-3,"algo":0,"fm":131}`)
		}
		page.WriteString(`],"modelid":18,"model":"Body Comp","comment":null}`)
	}
	page.WriteString(`]}}`)
	b.SetBytes(int64(page.Len()))
	b.ReportAllocs()
	for b.Loop() {
		env, err := decode[Measures](page.Bytes())
		if err != nil || len(env.Body.Value.Groups) != groups {
			b.Fatal(err)
		}
	}
	perMeasure := testing.AllocsPerRun(3, func() { _, _ = decode[Measures](page.Bytes()) }) / (groups * measures)
	b.ReportMetric(perMeasure, "allocs/measure")
	if perMeasure > 3 {
		b.Errorf("%.1f allocations a measure, want 3 at most", perMeasure)
	}
}
