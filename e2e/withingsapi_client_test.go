// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

// apiClient is a running Python program that makes calls with withings-api.
type apiClient struct {
	t        *testing.T
	program  *process
	answered int
	logged   []string
}

// newAPIClient signs a person in.
func newAPIClient(h *testbed, person string) *apiClient {
	h.t.Helper()
	const landing = "https://client.example.org/callback"
	c := newOtherClient(h, "withings-api", "")
	p := c.startScript("ask_withings_api.py", h.cloud.ClientID, h.cloud.ClientSecret, landing)
	if _, err := fmt.Fprintln(p.stdin, c.allow(person, p)); err != nil {
		h.t.Fatal(err)
	}
	return &apiClient{t: h.t, program: p}
}

// value is the value of a call.
func (c *apiClient) value(call string, args object) any {
	c.t.Helper()
	value, failure := c.ask(call, args)
	if failure != "" {
		c.t.Fatalf("%s %v: %s", call, args, failure)
	}
	return value
}

// ask makes a call and returns its value or its error.
func (c *apiClient) ask(call string, args object) (value any, failure string) {
	c.t.Helper()
	question, err := json.Marshal(object{"call": call, "args": args})
	if err != nil {
		c.t.Fatal(err)
	}
	if _, err := fmt.Fprintln(c.program.stdin, string(question)); err != nil {
		c.t.Fatal(err)
	}
	var answers []string
	await(c.t, "the answer to "+call, func() bool {
		answers = slices.DeleteFunc(c.program.output(), func(line string) bool { return !strings.HasPrefix(line, `{"`) })
		return len(answers) > c.answered
	})
	c.answered = len(answers)
	var answer struct {
		Value  any      `json:"value"`
		Error  string   `json:"error"`
		Logged []string `json:"logged"`
	}
	if err := json.Unmarshal([]byte(answers[len(answers)-1]), &answer); err != nil {
		c.t.Fatal(err)
	}
	c.logged = answer.Logged
	return answer.Value, answer.Error
}

// unknownToAPI is what withings-api makes of numbers that it does not know.
func unknownToAPI() []float64 { return []float64{-999999, -1} }

// differencesFromCloud are the fields of a client that are not what the cloud
// has. The client may leave fields out, but not lose or change what it has.
func differencesFromCloud(path string, client, cloud any) []string {
	var all []string
	switch value := client.(type) {
	case object:
		fields, _ := cloud.(object)
		for _, name := range keys(value) {
			all = append(all, differencesFromCloud(path+"."+name, value[name], fields[name])...)
		}
		return all
	case []any:
		elements := listOf(cloud)
		if len(elements) != len(value) {
			return []string{fmt.Sprintf("%s has %d elements, in the cloud %d", path, len(value), len(elements))}
		}
		for i := range value {
			all = append(all, differencesFromCloud(fmt.Sprintf("%s[%d]", path, i), value[i], elements[i])...)
		}
		return all
	case float64:
		if sameNumber(value, cloud) {
			return nil
		}
	default:
		if client == cloud || client == true && cloud == 1.0 || client == false && cloud == 0.0 {
			return nil
		}
	}
	return []string{fmt.Sprintf("%s is %v, in the cloud %v", path, client, cloud)}
}

// sameNumber says whether a number is that of the cloud, or its date as unix
// seconds, or stands for one that the client does not know.
func sameNumber(value float64, cloud any) bool {
	switch c := cloud.(type) {
	case float64:
		return math.Abs(value-c) < 1e-9 || slices.Contains(unknownToAPI(), value)
	case string:
		day, err := time.Parse(time.DateOnly, c)
		return err == nil && float64(day.Unix()) == value
	}
	return false
}
