// SPDX-License-Identifier: MIT

package homeassistant

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"unicode"
)

// FuzzAnswer reads any message of Home Assistant: its rows are numbers or
// missing, and the text of an error stays in one line.
func FuzzAnswer(f *testing.F) {
	for _, text := range []string{
		`{"id":1,"type":"result","success":true,"result":[{"entity_id":"sensor.a","unique_id":7}]}`,
		`{"id":2,"type":"result","success":false,"error":{"code":"unauthorized","message":"no\n\u001b[31m"}}`,
		`{"id":3,"type":"auth_required","ha_version":"2026.11.0"}`, `{"result":{"sensor.a":[{"start":1e300,"mean":null,"sum":1}]}}`,
		`{"result":null}`, `[]`, ``, `{"ha_version":"-1.99999999999999999999"}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		var a answer
		if json.Unmarshal(message, &a) != nil {
			return
		}
		if v := parseVersion(a.Version); v.isBefore(v) {
			t.Errorf("%+v is before itself", v)
		}
		failure := a.Error
		failure.Command = "recorder/info"
		if text := failure.Error(); strings.ContainsFunc(text, unicode.IsControl) || len(text) > 3000 {
			t.Errorf("it says %q", text)
		}
		var rows map[string][]wireRow
		if json.Unmarshal(a.Result, &rows) != nil {
			return
		}
		for _, w := range rows["sensor.a"] {
			if mean := orNaN(w.Mean); math.IsInf(mean, 0) {
				t.Errorf("a mean of %v", mean)
			}
		}
	})
}
