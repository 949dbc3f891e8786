// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vitals2mqtt/simulator"
	"vitals2mqtt/simulator/simtest"
)

// aiowithingsClient is aiowithings with the token of one person, beside direct
// requests to the simulated cloud.
type aiowithingsClient struct {
	*directClient

	python string
}

// apiCall is one call of aiowithings; ask.py describes the arguments.
type apiCall struct {
	Call string `json:"call"`
	Args []any  `json:"args"`
}

// apiResults is the output of ask.py.
type apiResults struct {
	Answers []struct {
		Value any    `json:"value"`
		Error string `json:"error"`
	} `json:"answers"`
	Logged []string         `json:"logged"`
	Calls  []string         `json:"calls"`
	Enums  map[string][]any `json:"enums"`
}

// newAiowithingsClient signs a person in.
func newAiowithingsClient(t *testing.T, h *testbed, person string) *aiowithingsClient {
	t.Helper()
	python := filepath.Join(installFolder(t, "aiowithings"), "venv", "bin", "python")
	return &aiowithingsClient{directClient: newDirectClient(t, h, person), python: python}
}

// ask makes calls with aiowithings.
func (s *aiowithingsClient) ask(calls ...apiCall) apiResults {
	s.t.Helper()
	question, err := json.Marshal(object{"token": s.token, "asks": calls})
	if err != nil {
		s.t.Fatal(err)
	}
	var answer apiResults
	var trouble strings.Builder
	command := exec.CommandContext(s.t.Context(), s.python, "aiowithings/ask.py", s.api)
	command.Stdin, command.Stderr = strings.NewReader(string(question)), &trouble
	out, err := command.Output()
	if err == nil {
		err = json.Unmarshal(out, &answer)
	}
	if err != nil || len(answer.Answers) != len(calls) {
		s.t.Fatalf("%v\n%s", err, trouble.String())
	}
	return answer
}

// value is what one call gave.
func (s *aiowithingsClient) value(call string, args ...any) any {
	s.t.Helper()
	answer := s.ask(apiCall{call, args}).Answers[0]
	if answer.Error != "" {
		s.t.Fatalf("%s: %s", call, answer.Error)
	}
	return answer.Value
}

// TestAiowithings compares every row that aiowithings reads from the simulated
// cloud with the cloud's own JSON, for all its calls that read health data.
func TestAiowithings(t *testing.T) {
	t.Parallel()
	h := newTestbed(t)
	// Only hikes measure oxygen, and not every month has one.
	hike := time.Now().UTC().Truncate(24 * time.Hour).Add(-14 * time.Hour) // clock: the simulated histories end now
	h.control("workout", fmt.Sprintf(`{"person": "Alice", "category": 3, "start": %q, "end": %q}`,
		hike.Format(time.RFC3339), hike.Add(time.Hour).Format(time.RFC3339)))
	seen := map[string]map[string]bool{} // by call and field: whether there was a value
	for _, person := range []string{"Alice", "Bob"} {
		for _, logged := range newAiowithingsClient(t, h, person).compare(person, seen).Logged {
			if number, _, _ := strings.Cut(logged, " "); !slices.Contains(unknownToAiowithings(), number) {
				t.Errorf("%s: aiowithings logged: %s", person, logged)
			}
		}
	}
	for _, call := range slices.Sorted(maps.Keys(seen)) {
		for _, field := range slices.Sorted(maps.Keys(seen[call])) {
			if !seen[call][field] && !slices.Contains(neverSent(), field) {
				t.Errorf("%s never had a value for %s", call, field)
			}
		}
	}
}

// TestAiowithingsOfOwners does the same for people with every device of the
// simulator, including data that aiowithings does not know.
func TestAiowithingsOfOwners(t *testing.T) {
	t.Parallel()
	h := &testbed{t: t}
	people := simulator.Owners()
	cloud := simulator.New(simulator.Options{
		People: people,
		Strict: true,
		Panic:  func(text string) { t.Error(text) },
		Knobs:  simulator.Knobs{PerMinute: -1},
	})
	h.cloud.APIURL = simtest.Serve(t, cloud)
	h.cloud.ClientID, h.cloud.ClientSecret = cloud.ClientID(), cloud.ClientSecret()
	seen := map[string]map[string]bool{}
	for _, person := range people {
		newAiowithingsClient(t, h, person.Name).compare(person.Name, seen)
	}
}

// compare makes all calls for one person and fails for every difference.
func (s *aiowithingsClient) compare(person string, seen map[string]map[string]bool) apiResults {
	s.t.Helper()
	cases := readings(time.Now()) // clock: other programs use the real time
	calls := make([]apiCall, 0, len(cases))
	for _, c := range cases {
		calls = append(calls, apiCall{c.call, c.args})
	}
	truth := func() []object {
		var bodies []object
		for _, c := range cases {
			bodies = append(bodies, s.cloud(c.service, c.form))
		}
		return bodies
	}
	var answer apiResults
	before := truth()
	await(s.t, "a comparison without new data in between", func() bool {
		answer = s.ask(calls...)
		after := truth()
		still := cmp.Equal(before, after,
			cmpopts.IgnoreMapEntries(func(name string, _ any) bool { return name == "updatetime" }))
		before = after
		return still
	})
	for i, c := range cases {
		name := fmt.Sprintf("%s: %s %v", person, c.call, c.args)
		if answer.Answers[i].Error != "" {
			s.t.Errorf("%s: %s", name, answer.Answers[i].Error)
			continue
		}
		want := c.read(before[i], answer.Enums)
		if diff := cmp.Diff(want, answer.Answers[i].Value, cmpopts.EquateApprox(1e-12, 0)); diff != "" {
			s.t.Errorf("%s (-cloud +aiowithings):\n%.4000s", name, diff)
		}
		recordFields(seen, c.kind(), answer.Answers[i].Value)
	}
	for _, call := range answer.Calls {
		if !isTestedElsewhere(call) && !slices.ContainsFunc(cases, func(c reading) bool { return c.call == call }) {
			s.t.Errorf("aiowithings has a call %s that is not tested", call)
		}
	}
	return answer
}

// recordFields records which fields of rows had a value.
func recordFields(seen map[string]map[string]bool, call string, value any) {
	if seen[call] == nil {
		seen[call] = map[string]bool{}
	}
	if _, one := value.(object); one {
		value = []any{value}
	}
	for _, row := range listOf(value) {
		fields, _ := row.(object)
		for field, v := range fields {
			seen[call][field] = seen[call][field] || v != nil
		}
	}
}
