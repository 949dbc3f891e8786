// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/simulator"
	"vitals2mqtt/simulator/simtest"
)

// TestWithingsAPI compares every row that withings-api reads with the cloud's
// own JSON, for all its calls that read health data, and its newest measurements
// with what this program publishes. It sends the token in the URL of a GET.
//
// clock: other programs use the real time
func TestWithingsAPI(t *testing.T) {
	t.Parallel()
	h := newTestbed(t)
	ours := h.publishes(t, "Alice")
	direct, client := newDirectClient(t, h, "Alice"), newAPIClient(h, "Alice")
	to := time.Now().UTC().AddDate(0, 0, -2) // clock: other programs use the real time
	from := to.AddDate(0, 0, -28)
	for call, rows := range client.compareLists(direct, from, to) {
		if rows < 3 {
			t.Errorf("%s: only %d rows", call, rows)
		}
	}
	client.compareSignal(direct, from)
	client.compareNewest(ours)
	if saved := client.value("refresh_token", nil); saved != 1.0 {
		t.Errorf("after a refresh the client saved %v tokens", saved)
	}
	client.value("user_get_device", nil)
	for _, logged := range client.logged {
		if !strings.HasPrefix(logged, "Unsupported <enum") {
			t.Errorf("withings-api logged: %s", logged)
		}
	}
}

// compareLists compares all rows of a period with the cloud's, and returns how
// many there were.
func (c *apiClient) compareLists(direct *directClient, from, to time.Time) map[string]int {
	c.t.Helper()
	counts := map[string]int{}
	moments := object{"startdate": from.Unix(), "enddate": to.Unix(), "lastupdate": nil}
	days := object{
		"startdateymd": from.Format(time.DateOnly), "enddateymd": to.Format(time.DateOnly), "lastupdate": nil,
	}
	night := object{"startdate": to.AddDate(0, 0, -1).Unix(), "enddate": to.Unix()}
	with := func(o object, name string, value any) object {
		more := maps.Clone(o)
		more[name] = value
		return more
	}
	heart := with(object{}, "startdate", from.AddDate(0, -2, 0).Unix())
	heart["enddate"] = to.Unix()
	for _, row := range []struct {
		call          string
		args          object
		service, name string
		action        string
		fields        string
	}{
		{"user_get_device", nil, "v2/user", "devices", "getdevice", ""},
		{"measure_get_meas", moments, "measure", "measuregrps", "getmeas", ""},
		{"measure_get_activity", days, "v2/measure", "activities", "getactivity", activityFields},
		{"sleep_get", with(night, "data_fields", object{"all": "GetSleepField"}), "v2/sleep", "series", "get", sleepFields},
		{
			"sleep_get_summary", with(days, "data_fields", object{"all": "GetSleepSummaryField"}),
			"v2/sleep", "series", "getsummary", summaryFields + ",durationtosleep,durationtowakeup", // their former names
		},
		{"heart_list", heart, "v2/heart", "series", "list", ""},
	} {
		form := action(row.action, nil)
		if row.fields != "" {
			form.Set("data_fields", row.fields)
		}
		for name, value := range row.args {
			if _, isEnum := value.(object); !isEnum && value != nil {
				form.Set(name, fmt.Sprint(value))
			}
		}
		theirs, _ := c.value(row.call, row.args).(object)
		cloud := direct.cloud(row.service, form)
		differences := differencesFromCloud(row.name, theirs[row.name], cloud[row.name])
		counts[row.call] = len(listOf(theirs[row.name]))
		if len(differences) > 0 {
			c.t.Errorf("%s: %d differences:\n%.2000s", row.call, len(differences), strings.Join(differences, "\n"))
		}
	}
	c.t.Logf("the same rows in the cloud and in the client: %v", counts)
	return counts
}

// compareSignal compares the newest electrocardiogram whole.
func (c *apiClient) compareSignal(direct *directClient, from time.Time) {
	c.t.Helper()
	rows := direct.rows("v2/heart", "series", action("list", nil, "startdate", unixText(from.AddDate(0, -2, 0))))
	ecg, _ := rows[len(rows)-1]["ecg"].(object)
	id := strconv.FormatInt(int64(numberOf(ecg["signalid"])), 10)
	theirs := c.value("heart_get", object{"signalid": ecg["signalid"]})
	cloud := direct.cloud("v2/heart", action("get", nil, "signalid", id))
	if diff := differencesFromCloud("recording", theirs, cloud); len(diff) > 0 || len(listOf(cloud["signal"])) < 1000 {
		c.t.Errorf("recording %s: %.500s", id, strings.Join(diff, "\n"))
	}
}

// compareNewest compares what the library itself takes for the newest
// unambiguous measurements with what is published.
func (c *apiClient) compareNewest(ours published) {
	c.t.Helper()
	newest, _ := c.value("newest", object{"startdate": 0, "enddate": time.Now().Unix()}).(object) // clock: real time
	compared := 0
	for key, here := range publishedMeasures(c.t, ours) {
		there, known := newest[strconv.Itoa(here.Kind)].(object)
		if !known {
			continue
		}
		at, group := int64(numberOf(there["at"])), int64(numberOf(there["group"]))
		if at > here.At { // measured since
			continue
		}
		compared++
		if at != here.At || group != here.Group || !sameNumber(numberOf(there["value"]), here.Value) {
			c.t.Errorf("%s is %+v here and %v there", key, here, there)
		}
	}
	if compared < 10 {
		c.t.Errorf("only %d published values to compare", compared)
	}
	c.t.Logf("%d published values, the same in the client", compared)
}

// TestWithingsAPIOfOwners does the same for people with every device of the
// simulator.
func TestWithingsAPIOfOwners(t *testing.T) {
	t.Parallel()
	h := &testbed{t: t}
	people := simulator.Owners()
	cloud := simulator.New(simulator.Options{People: people, Knobs: simulator.Knobs{PerMinute: -1}})
	h.cloud.APIURL = simtest.Serve(t, cloud)
	h.cloud.ClientID, h.cloud.ClientSecret = cloud.ClientID(), cloud.ClientSecret()
	to := time.Now().UTC().AddDate(0, 0, -2) // clock: other programs use the real time
	total := map[string]int{}
	for _, person := range people {
		direct, client := newDirectClient(t, h, person.Name), newAPIClient(h, person.Name)
		for call, rows := range client.compareLists(direct, to.AddDate(0, 0, -28), to) {
			total[call] += rows
		}
	}
	for call, rows := range total {
		if rows < 10 {
			t.Errorf("%s: only %d rows", call, rows)
		}
	}
}

// TestWithingsAPINotifications subscribes with withings-api, changes address and
// category of the subscription in one request, receives a notification, and
// revokes it.
func TestWithingsAPINotifications(t *testing.T) {
	t.Parallel()
	h := newTestbed(t)
	client := newAPIClient(h, "Alice")
	posts := make(chan url.Values, 16)
	listener := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.ParseForm() == nil && r.PostForm.Has("appli") {
			r.PostForm.Set("path", r.URL.Path)
			posts <- r.PostForm
		}
	}))
	t.Cleanup(listener.Close)
	category := func(name string) object { return object{"one": []any{"NotifyAppli", name}} }
	first, second := listener.URL+"/first", listener.URL+"/second"
	client.value("notify_subscribe", object{"callbackurl": first, "appli": category("SLEEP"), "comment": "a comment"})
	client.expectSubscriptions(`44 ` + first + ` a comment`)
	client.value("notify_update", object{
		"callbackurl": first, "appli": category("SLEEP"), "new_callbackurl": second, "new_appli": category("WEIGHT"),
		"comment": "another",
	})
	client.expectSubscriptions(`1 ` + second + ` another`)
	one, _ := client.value("notify_get", object{"callbackurl": second, "appli": category("WEIGHT")}).(object)
	if one["callbackurl"] != second || one["appli"] != 1.0 {
		t.Errorf("notify_get has %v", one)
	}

	h.control("notify", `{"delay": "-1s"}`)
	h.control("weigh", `{"person": "Alice", "kg": "68.25"}`)
	select {
	case post := <-posts:
		if post.Get("appli") != "1" || post.Get("userid") != h.userID("Alice") || post.Get("path") != "/second" {
			t.Errorf("the notification is %v", post)
		}
	case <-time.After(waitTimeout):
		t.Fatal("nothing was posted to the listener")
	}
	client.value("notify_revoke", object{"callbackurl": second, "appli": category("WEIGHT")})
	client.expectSubscriptions()
	refused := object{"callbackurl": "http://127.0.0.1:9/nobody", "appli": category("WEIGHT")}
	if _, failure := client.ask("notify_subscribe", refused); !strings.Contains(failure, "Exception: Error code ") {
		t.Errorf("subscribing where nobody listens ended with %q", failure)
	}
}

// expectSubscriptions fails unless the subscriptions are these.
func (c *apiClient) expectSubscriptions(want ...string) {
	c.t.Helper()
	list, _ := c.value("notify_list", nil).(object)
	var have []string
	for _, row := range listOf(list["profiles"]) {
		fields, _ := row.(object)
		have = append(have, fmt.Sprint(fields["appli"], " ", fields["callbackurl"], " ", fields["comment"]))
	}
	if !slices.Equal(want, have) {
		c.t.Errorf("the subscriptions are %q, want %q", have, want)
	}
}
