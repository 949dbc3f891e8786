// SPDX-License-Identifier: MIT

package simulator

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// exampleCloud is a cloud in which every example of the list works.
func exampleCloud() *Cloud {
	people := DemoPeople()
	for i := range people {
		people[i].Days = 20
	}
	return New(Options{Start: defaultStart(), People: people})
}

// runExample runs the example of a command, and first the one that it needs.
func runExample(t *testing.T, c *Cloud, k control) map[string]any {
	t.Helper()
	body := k.example
	if k.needs != "" {
		i := slices.IndexFunc(controls(), func(other control) bool { return other.name == k.needs })
		id := int64(as[float64](runExample(t, c, controls()[i])["id"]))
		body = strings.ReplaceAll(body, "ID", strconv.FormatInt(id, 10))
	}
	code, answer := command(t, c, k.name, body)
	if code != http.StatusOK {
		t.Fatalf("%s %s: HTTP %d %v", k.name, body, code, answer)
	}
	return answer
}

// TestExamplesOfControls runs each, and looks at the answer that the list
// promises.
func TestExamplesOfControls(t *testing.T) {
	t.Parallel()
	for _, k := range controls() {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			answer := runExample(t, exampleCloud(), k)
			if (len(answer) == 0) != (k.answer == "nothing") {
				t.Errorf("answers %v, promised %q", answer, k.answer)
			}
			for member := range answer {
				if !strings.Contains(k.answer, member) {
					t.Errorf("%s is not in %q", member, k.answer)
				}
			}
		})
	}
}

// TestControlsRefuseWhatMakesNoSense tries bad bodies, missing and unknown
// fields, and bad values of every field at every command.
func TestControlsRefuseWhatMakesNoSense(t *testing.T) {
	t.Parallel()
	for _, k := range controls() {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			c := exampleCloud()
			refused := func(body, words string) {
				t.Helper()
				code, answer := command(t, c, k.name, body)
				message, _ := answer["error"].(string)
				if code != http.StatusBadRequest || !strings.Contains(message, words) || len(message) > 900 {
					t.Errorf("%.80s: HTTP %d %v, want %q", body, code, answer, words)
				}
			}
			for _, body := range []string{
				"null", "42", `"x"`, "[]", "person=Alice", `{"person": `, `{} {}`, "\xff",
				`{"person": "Alice", "person": "Bob"}`,
			} {
				refused(body, "the body must be a JSON object")
			}
			refused(`{"person": "`+strings.Repeat("x", maxControlBody)+`"}`, "65536 bytes")
			refused(`{"nonsense": 1}`, `unknown field "nonsense"; `+k.usage())
			valid := map[string]json.RawMessage{}
			if err := json.Unmarshal([]byte(strings.ReplaceAll(k.example, "ID", "1")), &valid); err != nil {
				t.Fatal(err)
			}
			with := func(name, value string) string {
				body := map[string]json.RawMessage{name: json.RawMessage(value)}
				for _, f := range k.fields {
					if _, given := valid[f.name]; given && f.name != name {
						body[f.name] = valid[f.name]
					}
				}
				return string(mustJSON(t, body))
			}
			for _, f := range k.fields {
				if !f.optional {
					body := map[string]json.RawMessage{}
					for _, other := range k.fields {
						if !other.optional && other.name != f.name {
							body[other.name] = valid[other.name]
						}
					}
					refused(string(mustJSON(t, body)), `missing field "`+f.name+`"`)
				}
				for _, value := range badValues(f) {
					refused(with(f.name, value), f.name)
				}
				if f.name == "person" {
					refused(with("person", `"Erin"`), `no person "Erin"; known people: Alice (`)
				}
			}
		})
	}
}

// badValues are values that a field must not have.
func badValues(f field) []string {
	bad := []string{"null", "[]", `[1]`}
	if f.kind != kindTexts {
		bad = append(bad, `{}`)
	}
	switch f.kind {
	case kindText:
		bad = append(bad, "7", "true", `"`+strings.Repeat("x", maxText+1)+`"`)
		if len(f.oneOf) > 0 {
			bad = append(bad, `"other"`, `""`)
		}
	case kindWhole:
		bad = append(bad, `"many"`, "1.5", "true", "1e3", "99999999999999999999")
		if f.from != "" {
			bad = append(bad, strconv.FormatInt(mustWhole(f.from)-1, 10))
		}
		if f.to != "" {
			bad = append(bad, strconv.FormatInt(mustWhole(f.to)+1, 10))
		}
	case kindDecimal:
		bad = append(bad, `"much"`, "1e2", `"NaN"`, `"1,5"`, `""`, "true", `"0.1234567"`, "1234567890123")
		if f.from != "" {
			bad = append(bad, "-1")
		}
	case kindTime:
		bad = append(bad, `"noon"`, "1767340000", `"2026-05-20"`, `"0001-01-01T00:00:00Z"`, `"9999-01-01T00:00:00Z"`, `""`)
	case kindDuration:
		bad = append(bad, "5", `"soon"`, `""`, `"999999h"`, `"-999999h"`)
	case kindFlag:
		bad = append(bad, `"yes"`, "1")
	case kindTexts:
		bad = append(bad, `{"date": 5}`, `"x"`)
	}
	return bad
}

// TestFaultCallsInEveryForm makes a call fail by each of its names.
func TestFaultCallsInEveryForm(t *testing.T) {
	t.Parallel()
	c := New(Options{Start: defaultStart(), People: []Person{{Name: "Carol", Days: -1}}})
	access := signIn(t, c, "Carol").access
	for _, row := range []struct {
		call               string
		measure, night, v2 bool // which of three calls fail
	}{
		{"measure/getmeas", true, false, false},
		{"measure getmeas", true, false, false},
		{"/measure/getmeas", true, false, false},
		{"measure?action=getmeas", true, false, false},
		{"Measure/GetMeas", true, false, false},
		{"measure/*", true, false, false},
		{"measure *", true, false, false},
		{"v2/measure/getmeas", false, false, true},
		{"v2/measure/*", false, false, true},
		{"v2/sleep/getsummary", false, true, false},
		{"v2/sleep getsummary", false, true, false},
		{"sleep/getsummary", false, true, false},
		{"sleep getsummary", false, true, false},
		{"sleep/*", false, true, false},
		{"measure/getactivity", false, false, false}, // of v2/measure
		{"*", true, true, true},
		{"", true, true, true},
	} {
		code, answer := command(t, c, "fault", `{"call": `+string(mustJSON(t, row.call))+`, "status": 522}`)
		if code != http.StatusOK {
			t.Errorf("%q: HTTP %d %v", row.call, code, answer)
		}
		failed := func(service, action string, pairs ...string) bool {
			return call(t, c, service, access, append([]string{"action", action}, pairs...)...).Status == 522
		}
		measure, night := failed("measure", "getmeas"), failed("v2/sleep", "getsummary", "lastupdate", "1")
		if v2 := failed("v2/measure", "getmeas"); measure != row.measure || night != row.night || v2 != row.v2 {
			t.Errorf("%q: measure %v, night %v, v2/measure %v", row.call, measure, night, v2)
		}
	}
	for _, name := range []string{"oauth2/refresh_token", "v2/oauth2/refresh_token", "v2/oauth2 requesttoken"} {
		command(t, c, "fault", `{"call": "`+name+`", "status": 522}`)
		status(t, refresh(t, c, "x"), 522, "")
	}
}

// TestFaultOfRevocation: a person is known by the user id where there is no
// token.
func TestFaultOfRevocation(t *testing.T) {
	t.Parallel()
	c := New(Options{Start: defaultStart(), People: []Person{{Name: "Carol", Days: -1}, {Name: "Dave", Days: -1}}})
	command(t, c, "fault", `{"call": "v2/oauth2/revoke", "person": "Carol", "status": 522}`)
	for i, want := range []int{522, 503} {
		status(t, call(t, c, "v2/oauth2", "", "action", "revoke", "client_id", "x", "userid", c.People()[i].UserID), want, "")
	}
}

func TestControlStrict(t *testing.T) {
	t.Parallel()
	c := New(Options{Start: defaultStart(), People: []Person{{Name: "Carol", Days: -1}}})
	access := signIn(t, c, "Carol").access
	for _, row := range []struct {
		on   string
		want int
	}{{"true", 401}, {"false", 0}} {
		if code, answer := command(t, c, "strict", `{"on": `+row.on+`}`); code != http.StatusOK {
			t.Fatalf("HTTP %d %v", code, answer)
		}
		status(t, call(t, c, "measure", "", "action", "getmeas", "access_token", access), row.want, "")
	}
}

// TestListOfControls reads it as programs and people do.
func TestListOfControls(t *testing.T) {
	t.Parallel()
	c := exampleCloud()
	get := func(method, path, accept string) (int, string) {
		r := httptest.NewRequestWithContext(t.Context(), method, path, http.NoBody)
		r.Header.Set("Accept", accept)
		w := httptest.NewRecorder()
		c.Control().ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	for _, path := range []string{"/control", "/control/"} {
		code, raw := get(http.MethodGet, path, "*/*")
		var list struct {
			Groups []listedGroup `json:"groups"`
			Calls  []string      `json:"calls"`
		}
		if err := json.Unmarshal([]byte(raw), &list); err != nil || code != http.StatusOK {
			t.Fatalf("%s: HTTP %d, %v", path, code, err)
		}
		count := 0
		for _, group := range list.Groups {
			count += len(group.Controls)
		}
		if count != len(controls()) || !slices.Contains(list.Calls, "v2/oauth2/refresh_token") {
			t.Errorf("%s lists %d commands, calls %v", path, count, list.Calls)
		}
		_, words := get(http.MethodGet, path, "text/html,application/xhtml+xml,*/*")
		if _, asked := get(http.MethodGet, path+"?format=text", "*/*"); asked != words {
			t.Error("a browser and ?format=text differ")
		}
		for _, k := range controls() {
			if !strings.Contains(words, "POST /control/"+k.name+"  ") {
				t.Errorf("no %s in %.200s", k.name, words)
			}
		}
	}
	code, raw := get(http.MethodGet, "/control/weigh", "*/*")
	if code != 200 || !strings.Contains(raw, `"path":"/control/weigh"`) {
		t.Errorf("HTTP %d %s", code, raw)
	}
	code, raw = get(http.MethodGet, "/control?format=yaml", "*/*")
	if code != 400 || !strings.Contains(raw, "known: json, text") {
		t.Errorf("HTTP %d %s", code, raw)
	}
	if code, raw := get(http.MethodPut, "/control/weigh", "*/*"); code != 405 || !strings.Contains(raw, "takes POST") {
		t.Errorf("HTTP %d %s", code, raw)
	}
	for _, path := range []string{"/control", "/control/dance", "/control/weigh/now"} {
		if code, raw := get(http.MethodPost, path, "*/*"); code != 404 || !strings.Contains(raw, "blood-pressure") {
			t.Errorf("POST %s: HTTP %d %s", path, code, raw)
		}
	}
}
