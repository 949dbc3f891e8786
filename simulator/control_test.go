// SPDX-License-Identifier: MIT

package simulator

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// command posts to the control API.
func command(t *testing.T, c *Cloud, name, body string) (code int, answer map[string]any) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/control/"+name, strings.NewReader(body))
	w := httptest.NewRecorder()
	c.Control().ServeHTTP(w, r)
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%s: %v in %s", name, err, w.Body)
	}
	return w.Code, answer
}

func TestControlAdds(t *testing.T) {
	t.Parallel()
	c, carol := carolCloud(t)
	at := c.Now().Add(-time.Hour).UTC().Format(time.RFC3339)
	for name, body := range map[string]string{
		"weigh":          `{"person": "Carol", "kg": "79.3", "at": "` + at + `"}`,
		"stranger":       `{"person": "carol", "kg": 20.5}`,
		"goal":           `{"person": "Carol", "kg": 75}`,
		"blood-pressure": `{"person": "Carol", "systolic": 121, "diastolic": 79, "pulse": 60}`,
		"temperature":    `{"person": "Carol", "celsius": "37.2"}`,
		"spo2":           `{"person": "Carol", "percent": 97}`,
		"measure":        `{"person": "Carol", "type": 999, "value": "-1.5"}`,
		"night":          `{"person": "Carol", "end": "` + at + `"}`,
		"nap":            `{"person": "` + c.People()[0].UserID + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows := func() int {
				return len(measuresOf(t, c, carol.access, "lastupdate", "1")) + len(nightsOf(t, c, carol.access, "lastupdate", "1"))
			}
			code, answer := command(t, c, name, body)
			if code != http.StatusOK || answer["id"] == nil || rows() < 2 {
				t.Errorf("HTTP %d %v, %d rows", code, answer, rows())
			}
		})
	}
}

func TestControlChanges(t *testing.T) {
	t.Parallel()
	c, carol := carolCloud(t)
	id := string(mustJSON(t, whole(measuresOf(t, c, carol.access)[0], "grpid")))
	do := func(name, body string) map[string]any {
		t.Helper()
		code, answer := command(t, c, name, body)
		if code != http.StatusOK {
			t.Fatalf("%s: HTTP %d %v", name, code, answer)
		}
		return answer
	}
	do("edit", `{"id": `+id+`, "type": 54, "value": "99"}`)
	if raw := text(t, c, "measure", carol.access, "action", "getmeas"); !strings.Contains(raw, `"value":99`) {
		t.Errorf("not edited: %s", raw)
	}
	do("delete", `{"id": `+id+`}`)
	if got := measuresOf(t, c, carol.access); len(got) != 0 {
		t.Errorf("not deleted: %v", got)
	}
	do("fault", `{"call": "measure getmeas", "status": 601, "wait": "90s", "times": 1, "text": "slow down"}`)
	e := call(t, c, "measure", carol.access, "action", "getmeas")
	if e.Status != 601 || e.Body["wait_seconds"] != 90.0 || e.Error != "slow down" {
		t.Errorf("no fault: %+v", e)
	}
	do("fault", `{"http": 502, "delay": "1ms", "retry_after": "5s"}`)
	do("fault", `{}`)
	status(t, call(t, c, "measure", carol.access, "action", "getmeas"), 0, "")
	before := c.Now()
	do("clock", `{"advance": "2h"}`)
	if c.Now().Sub(before) < 2*time.Hour {
		t.Error("the clock did not advance")
	}
	got := do("requests", "")
	if as[map[string]any](got["requests"])["measure getmeas"] != 5.0 || got["busiest_minute"] != 6.0 {
		t.Errorf("requests: %v", got)
	}
	if got := do("people", ""); len(as[[]any](got["people"])) != 2 {
		t.Errorf("people: %v", got)
	}
	do("withdraw", `{"person": "Carol"}`)
	status(t, call(t, c, "measure", carol.access, "action", "getmeas"), 401, "")
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestControlErrorsAreClear(t *testing.T) {
	t.Parallel()
	c, _ := carolCloud(t)
	for _, row := range []struct{ name, body, words string }{
		{"weigh", `{"person": "Erin", "kg": "70"}`, `no person "Erin"; known people: Carol (`},
		{"weigh", `{"person": "Carol"}`, `missing field "kg"; weigh has person, kg, [at]`},
		{"weigh", `{"person": "Carol", "kg": "much"}`, `a plain decimal number from 0.1 to 1000, not "much"`},
		{"weigh", `{"person": "Carol", "kg": "-5"}`, `not "-5"`},
		{"weigh", `{"person": "Carol", "kg": "70", "when": "now"}`, `unknown field "when"; weigh has person, kg, [at]`},
		{"weigh", `{"person": "Carol", "kg": "70", "pulse": 60}`, `unknown field "pulse"`},
		{"weigh", `{"person": "Carol", "kg": "70"} {}`, "must be a JSON object"},
		{"weigh", `{"person": "Carol", "kg": "70", "at": "noon"}`, "noon"},
		{"blood-pressure", `{"person": "Carol", "systolic": 80, "diastolic": 120, "pulse": 60}`, "80/120"},
		{"spo2", `{"person": "Carol", "percent": 101}`, "101"},
		{"edit", `{"id": 1, "type": 1, "value": "1"}`, "no group 1"},
		{"delete", `{"id": 1}`, "no group, night, workout or heart record 1"},
		{"fault", `{"delay": "soon"}`, "soon"},
		{"fault", `{"shape": "round"}`, `unknown shape "round"; known: truncated`},
		{"fault", `{"http": 7}`, "7"},
		{"fault", `{"person": "Erin", "reset": true}`, "Erin"},
		{"clock", `{"advance": 5}`, "a duration"},
		{"clock", `{"advance": "900000h"}`, "to 87600h"},
		{
			"fault", `{"call": "measure/getmaes", "reset": true}`,
			`no call "measure/getmaes"; known calls: *, SERVICE/*, measure/getmeas, notify/get`,
		},
		{"fault", `{"call": "getmeas", "reset": true}`, `no call "getmeas"`},
		{"fault", `{"call": "weather/*", "reset": true}`, `no call "weather/*"`},
		{"fault", `{"call": "measure/getmeas"}`, "the fault does nothing: give one of [delay status"},
		{"fault", `{"text": "x", "reset": true}`, "text belongs to status"},
		{"fault", `{"wait": "9s", "http": 502}`, "wait belongs to status"},
		{"fault", `{"retry_after": "9s", "status": 601}`, "retry_after belongs to http"},
		{"fault", `{"times": 0, "reset": true}`, "from 1"},
		{"fault", `{"delay": "-1s"}`, "from 0s"},
		{
			"fault", `{"call": "v2/signature/getnonce", "person": "Carol", "reset": true}`,
			"a call of the application",
		},
		{"fault", `{"stauts": 601}`, `unknown field "stauts"; fault has [call], [person]`},
		{"tell", `{"person": "Carol", "category": 3}`, "no category 3; known categories: [1 2 4 16"},
		{
			"tell", `{"person": "Carol", "category": 1, "fields": {"devicid": "x"}}`,
			`unknown member "devicid" of fields; known: action`,
		},
		{"people", `{"person": "Carol"}`, `unknown field "person"; people has no fields`},
		{"strict", `{}`, `missing field "on"`},
		{"withdraw", `{"person": "Erin"}`, "Erin"},
	} {
		code, answer := command(t, c, row.name, row.body)
		if message, _ := answer["error"].(string); code != http.StatusBadRequest || !strings.Contains(message, row.words) {
			t.Errorf("%s %s: HTTP %d %v, want %q", row.name, row.body, code, answer, row.words)
		}
	}
	code, answer := command(t, c, "dance", "")
	if code != http.StatusNotFound || !strings.Contains(as[string](answer["error"]), "blood-pressure") {
		t.Errorf("HTTP %d %v", code, answer)
	}
}
