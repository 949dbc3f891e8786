// SPDX-License-Identifier: MIT

package sensors_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
	"unicode/utf8"

	jsonv2 "github.com/go-json-experiment/json"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// wireDecoder decodes the body of a response into records, false for what is no
// such response.
type wireDecoder func(body []byte, o sensors.DecodeOptions) (sensors.Batch, bool)

func wireDecoderOf[T any](decode func(T, sensors.DecodeOptions) sensors.Batch) wireDecoder {
	return func(body []byte, o sensors.DecodeOptions) (sensors.Batch, bool) {
		var response T
		if err := jsonv2.Unmarshal(body, &response); err != nil {
			return sensors.Batch{}, false
		}
		return decode(response, o), true
	}
}

// wireDecoders are those of every kind of response.
func wireDecoders() []wireDecoder {
	return []wireDecoder{
		wireDecoderOf(sensors.DecodeMeasures),
		wireDecoderOf(sensors.DecodeNights),
		wireDecoderOf(sensors.DecodeStages),
		wireDecoderOf(sensors.DecodeMinutes),
		wireDecoderOf(sensors.DecodeDays),
		wireDecoderOf(sensors.DecodeIntraday),
		wireDecoderOf(sensors.DecodeWorkouts),
		wireDecoderOf(sensors.DecodeHeartRecords),
		wireDecoderOf(sensors.DecodeSoundRecords),
		wireDecoderOf(sensors.DecodeDevices),
		wireDecoderOf(sensors.DecodeGoals),
	}
}

// addBodies adds bodies of responses: invented ones, and the recorded ones that
// V2M_FIXTURES names.
func addBodies(f *testing.F) {
	f.Helper()
	bodies := []string{
		`{"timezone":"Europe/Zurich","measuregrps":[{"grpid":7,"attrib":0,"date":1772618400,"created":1772618401,` +
			`"modified":1772618401,"category":1,"deviceid":"d","model":"Body","measures":[{"value":79300,"type":1,"unit":-3},` +
			`{"value":5,"type":9999,"unit":0},{"value":1,"type":170,"unit":300,"position":7}]}]}`,
		`{"series":[{"id":3,"model":32,"startdate":1772575200,"enddate":1772604000,"modified":1772604000,"date":"2026-03-04",` +
			`"timezone":"Europe/Zurich","hash_deviceid":"m","data":{"total_sleep_time":24400,"sleep_score":80}}]}`,
		`{"series":[{"startdate":1772575200,"enddate":1772578800,"state":1,"hash_deviceid":"m","hr":{"1772575200":55}}],"model":32}`,
		`{"activities":[{"date":"2026-03-04","timezone":"Europe/Zurich","deviceid":"w","is_tracker":true,"brand":18,"steps":7000}]}`,
		`{"series":{"1772575200":{"deviceid":"w","model":"Watch","duration":60,"steps":20}}}`,
		`{"series":[{"id":9,"category":9999,"startdate":1772575200,"enddate":1772578800,"timezone":"Europe/Zurich",` +
			`"data":{"calories":100,"hr_average":120}}]}`,
		`{"series":[{"timestamp":1772618400,"heart_rate":60,"ecg":{"signalid":4,"afib":1234567},"deviceid":"e"}]}`,
		`{"series":[{"timestamp":1772575200,"vhd":0,"signalid":4}]}`,
		`{"devices":[{"type":"Scale","model":"Body","model_id":19,"battery":"low","deviceid":"d","last_session_date":1772575200}]}`,
		`{"series":[{"id":2,"startdate":1772575200,"enddate":1772600400,"data":{"":5,"total_sleep_time":24400}}]}`,
		`{"activities":[{"date":"2026-03-04","timezone":"Europe/Zurich","":5,"steps":7000}]}`,
		`{"activities":[{"date":"2026-03-04","timezone":"Europe/Zurich","":"five","steps":7000}]}`,
		`{"goals":{"steps":10000,"sleep":28800,"weight":{"value":75000,"unit":-3}}}`,
	}
	files, _ := filepath.Glob(filepath.Join(os.Getenv("V2M_FIXTURES"), "*", "*.json"))
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		var recorded body[json.RawMessage]
		if json.Unmarshal(raw, &recorded) == nil && recorded.Body != nil && len(recorded.Body) < 8<<10 {
			bodies = append(bodies, string(recorded.Body))
		}
	}
	for kind := range wireDecoders() {
		for _, text := range bodies {
			f.Add(uint8(kind), []byte(text))
		}
	}
}

// FuzzDecode decodes any response as one of every kind. Its records have times
// that exist, and values that can be written; a response that comes twice is news once;
// and a restart finds the same readings.
func FuzzDecode(f *testing.F) {
	addBodies(f)
	f.Fuzz(func(t *testing.T, kind uint8, raw []byte) {
		o := pollOptions()
		decode := wireDecoders()[int(kind)%len(wireDecoders())]
		batch, ok := decode(raw, decodeOptions(o))
		if !ok {
			return
		}
		checkRecords(t, batch, o.Now)
		s := newStore()
		first := s.Apply(batch, o)
		checkReadings(t, s)
		for _, event := range first.Events {
			if event.MeasuredAt.After(o.Now.Add(24 * time.Hour)) {
				t.Errorf("an event of %s", event.MeasuredAt)
			}
		}
		again, _ := decode(raw, decodeOptions(o))
		second := s.Apply(again, o)
		if len(second.Events) != 0 || len(second.Changed) != 0 || len(second.Gone) != 0 {
			t.Errorf("the same response again: events %v, changed %v, gone %v", second.Events, second.Changed, second.Gone)
		}
		before := readingsJSON(t, s)
		if after := readingsJSON(t, s.restarted(o)); after != before {
			t.Errorf("after a restart:\n%s\nbefore:\n%s", after, before)
		}
	})
}

func checkRecords(t *testing.T, batch sensors.Batch, now time.Time) {
	t.Helper()
	for _, rec := range batch.Records {
		if !rec.Pending && (rec.At > now.Add(24*time.Hour).Unix() || rec.At < 0 || rec.Start > rec.At) {
			t.Errorf("a record from %d to %d", rec.Start, rec.At)
		}
		for _, text := range []string{rec.Device, rec.Model, rec.Zone, rec.Date} {
			if !utf8.ValidString(text) {
				t.Errorf("a record with %q", text)
			}
		}
		if slices.ContainsFunc(rec.Fields, func(f sensors.Field) bool { return f.Name == "" }) {
			t.Error("a field without a name")
		}
	}
}

// checkReadings checks what will be published.
func checkReadings(t *testing.T, s *store) {
	t.Helper()
	for _, reading := range s.Readings() {
		text := reading.Value.String()
		if !reading.Value.Valid() || text == "" || !utf8.ValidString(text) {
			t.Errorf("%s is %q", reading.Key, text)
		}
		if at := reading.MeasuredAt; at.Year() > 9999 || at.Year() < 1970 {
			t.Errorf("%s was measured at %s", reading.Key, at)
		}
	}
}

// FuzzWaveform: samples that are accepted can be stored and drawn.
func FuzzWaveform(f *testing.F) {
	f.Add([]byte(`{"signal":[1,-2,"3",null,1e9,99999999999],"sampling_frequency":500,"wearposition":1,"heart_rate":62}`))
	f.Add([]byte(`{"signal":[0],"sampling_frequency":-1,"wearposition":-1,"heart_rate":1e30}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var signal withings.HeartSignal
		if jsonv2.Unmarshal(raw, &signal) != nil {
			return
		}
		w, err := sensors.DecodeWaveform(signal)
		if err == nil && (w.Check() != nil || len(w.Samples) != len(signal.Signal) || w.Unreadable > len(w.Samples)) {
			t.Errorf("accepted: %+v", w)
		}
	})
}
