// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/withings"
)

// control sends a command to the simulated cloud.
func (h *testbed) control(verb, body string) object {
	h.t.Helper()
	//nolint:noctx // bounded by the test
	reply, err := http.Post(h.cloud.ControlURL+verb, "application/json", strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	var answer object
	if err := json.NewDecoder(reply.Body).Decode(&answer); err != nil || reply.StatusCode != http.StatusOK {
		h.t.Fatalf("%s %s: %v, %s %v", verb, body, err, reply.Status, answer)
	}
	return answer
}

// TestAiowithingsNotifications subscribes with aiowithings, receives a
// notification, fetches the data and unsubscribes.
func TestAiowithingsNotifications(t *testing.T) {
	t.Parallel()
	h := newTestbed(t)
	s := newAiowithingsClient(t, h, "Alice")
	posts := make(chan url.Values, 16)
	listener := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.ParseForm() == nil && r.PostForm.Has("appli") {
			posts <- r.PostForm
		}
	}))
	t.Cleanup(listener.Close)
	category := func(name string) object { return object{"one": []any{"NotificationCategory", name}} }
	callback := listener.URL + "/webhook/of-the-client"
	s.value("subscribe_notification", callback, category("WEIGHT"))
	s.value("subscribe_notification", callback, category("SLEEP"))
	if all := listOf(s.value("list_notification_configurations")); len(all) != 2 {
		t.Errorf("subscriptions are %v", all)
	}
	weights := listOf(s.value("list_notification_configurations", category("WEIGHT")))
	if want := (object{"notification_category": 1.0, "callback_url": callback, "comment": nil}); len(weights) != 1 ||
		fmt.Sprint(weights[0]) != fmt.Sprint(want) {
		t.Errorf("the weight's subscription is %v, want %v", weights, want)
	}

	h.control("notify", `{"delay": "-1s"}`)
	added := h.control("weigh", `{"person": "Alice", "kg": "68.25"}`)
	var post url.Values
	select {
	case post = <-posts:
	case <-time.After(waitTimeout):
		t.Fatal("nothing was posted to the listener")
	}
	call, _ := s.value("webhook", post).(object)
	if keyOf([]any{call["user_id"]}) != h.userID("Alice") || call["notification_category"] != 1.0 {
		t.Errorf("aiowithings reads %v from %v", call, post)
	}
	groups := listOf(s.value("get_measurement_in_period",
		object{"at": call["start_date"]}, object{"at": numberOf(call["end_date"]) + 1},
		object{"types": "WEIGHT"}))
	found := false
	for _, group := range groups {
		row, _ := group.(object)
		for _, measure := range listOf(row["measurements"]) {
			m, _ := measure.(object)
			found = found || row["group_id"] == added["id"] && m["value"] == 68.25
		}
	}
	if !found {
		t.Errorf("the notified group is not among %v", groups)
	}

	s.value("revoke_notification_configurations", callback, category("WEIGHT"))
	s.value("revoke_notification_configurations", callback, category("SLEEP"))
	if all := listOf(s.value("list_notification_configurations")); len(all) != 0 {
		t.Errorf("after revoking there are %v", all)
	}
}

// userID is the user id of a person.
func (h *testbed) userID(name string) string {
	h.t.Helper()
	people := listOf(h.control("people", "")["people"])
	for _, row := range people {
		if person, _ := row.(object); person["name"] == name {
			return fmt.Sprint(person["userid"])
		}
	}
	h.t.Fatalf("no %s among %v", name, people)
	return ""
}

// TestAiowithingsErrors maps each refusal to the error of aiowithings.
func TestAiowithingsErrors(t *testing.T) {
	t.Parallel()
	h := newTestbed(t)
	s := newAiowithingsClient(t, h, "Bob")
	category := object{"one": []any{"NotificationCategory", "WEIGHT"}}
	for _, row := range []struct {
		fault string
		ask   apiCall
		want  string
	}{
		{
			`{"call": "v2/user getgoals", "times": 1, "status": 601}`,
			apiCall{"get_goals", nil},
			"WithingsTooManyRequestsError",
		},
		{`{"call": "v2/user getgoals", "times": 1, "status": 214}`, apiCall{"get_goals", nil}, "WithingsUnauthorizedError"},
		{`{"call": "v2/user getgoals", "times": 1, "status": 524}`, apiCall{"get_goals", nil}, "WithingsBadStateError"},
		{`{"call": "v2/user getgoals", "times": 1, "status": 522}`, apiCall{"get_goals", nil}, "WithingsConnectionError"},
		{`{}`, apiCall{"subscribe_notification", []any{"http://127.0.0.1:9/nobody", category}}, "WithingsInvalidParamsError"},
		{
			`{}`,
			apiCall{"revoke_notification_configurations", []any{"http://127.0.0.1:9/nobody", category}},
			"WithingsInvalidParamsError",
		},
	} {
		h.control("fault", row.fault)
		if got := s.ask(row.ask).Answers[0].Error; !strings.HasPrefix(got, row.want+": ") {
			t.Errorf("%v with %s ended with %q, want %s", row.ask, row.fault, got, row.want)
		}
	}
	h.control("fault", "{}")
	s.value("get_goals")
	h.control("clock", `{"advance": "24h"}`)
	failure := s.ask(apiCall{"get_goals", nil}).Answers[0].Error
	if !strings.HasPrefix(failure, "WithingsAuthenticationFailedError: ") {
		t.Errorf("with an old token: %q", failure)
	}
}

// singleTokenStore is a token store that holds what it was given.
type singleTokenStore struct{ token withings.Token }

func (o singleTokenStore) Load(context.Context, string) (withings.Token, error) { return o.token, nil }
func (o singleTokenStore) Save(context.Context, string, withings.Token) error   { return nil }
func (o singleTokenStore) Lock(context.Context, string) (unlock func(), err error) {
	return func() {}, nil
}
func (o singleTokenStore) CheckWritable(context.Context, string) error { return nil }

// TestTwoClientsAgree compares what aiowithings and the client of this program
// read from the same answers: each weight, night and walk.
//
// clock: other programs use the real time
func TestTwoClientsAgree(t *testing.T) {
	t.Parallel()
	h := newTestbed(t)
	s := newAiowithingsClient(t, h, "Alice")
	client, err := withings.New(withings.Options{
		ClientID:     h.cloud.ClientID,
		ClientSecret: secret.New(h.cloud.ClientSecret),
		APIURL:       s.api,
		AccountURL:   s.api,
	})
	if err != nil {
		t.Fatal(err)
	}
	ours := client.Account("alice", singleTokenStore{withings.Token{
		UserID:  h.userID("Alice"),
		Access:  secret.New(s.token),
		Refresh: secret.New("never used"),
		Expiry:  time.Now().Add(time.Hour),
		Scopes:  []string{"user.info", "user.metrics", "user.activity"},
	}})
	to := time.Now().AddDate(0, 0, -2) // clock: other programs use the real time
	from := to.AddDate(0, 0, -50)
	at := func(moment time.Time) object { return object{"at": moment.Unix()} }
	day := func(moment time.Time) object { return object{"day": moment.Format(time.DateOnly)} }
	theirs := s.ask(
		apiCall{"get_measurement_in_period", []any{at(from), at(to)}},
		apiCall{"get_sleep_summary_in_period", []any{day(from), day(to), object{"all": "SleepSummaryDataFields"}}},
		apiCall{"get_workouts_in_period", []any{day(from), day(to), object{"all": "WorkoutDataFields"}}},
	)

	values := numberTable{}
	measures, err := allRows(ours.MeasuresBetween(t.Context(), from, to), func(page withings.Measures) []withings.Group {
		return page.Groups
	})
	for _, group := range measures {
		for _, m := range group.Measures {
			exact, shiftErr := m.Value.Decimal.Shift(int(m.Unit.N))
			if shiftErr != nil {
				t.Fatal(shiftErr)
			}
			values.add(exact.Float(), group.ID.N, m.Type.N, m.Position.N)
		}
	}
	values.compare(t, "measures", err, theirs.Answers[0].Value, func(row object, add func(value any, key ...any)) {
		for _, measure := range listOf(row["measurements"]) {
			m, _ := measure.(object)
			add(m["value"], row["group_id"], m["measurement_type"], numberOf(m["position"]))
		}
	})

	values = numberTable{}
	nights, err := allRows(ours.NightsBetween(t.Context(), from, to), func(page withings.Nights) []withings.Night {
		return page.Series
	})
	for _, night := range nights {
		values.add(night.Data.Fields.Number("total_sleep_time").Decimal.Float(), night.Start.N, night.End.N)
	}
	values.compare(t, "nights", err, theirs.Answers[1].Value, func(row object, add func(value any, key ...any)) {
		add(row["total_sleep_time"], row["start_date"], row["end_date"])
	})

	values = numberTable{}
	workouts, err := allRows(ours.WorkoutsBetween(t.Context(), from, to), func(page withings.Workouts) []withings.Workout {
		return page.Series
	})
	for _, workout := range workouts {
		values.add(float64(workout.End.N-workout.Start.N), workout.ID.N, workout.Category.N)
	}
	values.compare(t, "workouts", err, theirs.Answers[2].Value, func(row object, add func(value any, key ...any)) {
		category := row["category"]
		if category == 36.0 { // also what it has no name for: see TestAiowithings
			category = values.category(row["workout_id"])
		}
		add(numberOf(row["end_date"])-numberOf(row["start_date"]), row["workout_id"], category)
	})
}

// allRows fetches all pages.
func allRows[A, R any](pages iter.Seq2[A, error], rows func(A) []R) ([]R, error) {
	var all []R
	for page, err := range pages {
		if err != nil {
			return nil, err
		}
		all = append(all, rows(page)...)
	}
	return all, nil
}

// numberTable is numbers by what names them.
type numberTable map[string]float64

func (v numberTable) add(value float64, key ...any) { v[keyOf(key)] = value }

// keyOf formats whole numbers of Go and of JSON alike.
func keyOf(parts []any) string {
	words := make([]string, 0, len(parts))
	for _, part := range parts {
		if n, ok := part.(float64); ok {
			part = int64(n)
		}
		words = append(words, fmt.Sprint(part))
	}
	return strings.Join(words, " ")
}

// category is the second field of the only key that begins with an id.
func (v numberTable) category(id any) string {
	for key := range v {
		if first, second, _ := strings.Cut(key, " "); first == keyOf([]any{id}) {
			return second
		}
	}
	return ""
}

// compare fails unless the rows of aiowithings hold the same values, and enough.
func (v numberTable) compare(
	t *testing.T, what string, err error, rows any, each func(row object, add func(value any, key ...any)),
) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	seen := map[string]bool{}
	for _, row := range listOf(rows) {
		fields, _ := row.(object)
		each(fields, func(value any, key ...any) {
			name := keyOf(key)
			seen[name] = true
			have, ok := v[name]
			if !ok || math.Abs(have-numberOf(value)) > 1e-9*math.Abs(have) {
				t.Errorf("%s %s: ours %v (found: %v), theirs %v", what, name, have, ok, value)
			}
		})
	}
	if len(seen) != len(v) || len(v) < 5 {
		t.Errorf("%s: %d of ours, %d of theirs", what, len(v), len(seen))
	}
	t.Logf("%s: %d values, the same in both", what, len(v))
}
