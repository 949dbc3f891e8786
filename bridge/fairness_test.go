// SPDX-License-Identifier: MIT

package bridge_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

// emptyAPI answers every request at once with nothing, and records when it was
// made, by access token.
type emptyAPI struct {
	mu   sync.Mutex
	made []apiRequest
}

// apiRequest is one request to emptyAPI.
type apiRequest struct {
	at            time.Time
	token, action string
}

// RoundTrip implements http.RoundTripper.
//
// clock: used in bubbles only
func (a *emptyAPI) RoundTrip(r *http.Request) (*http.Response, error) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(text))
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	a.made = append(a.made, apiRequest{time.Now(), token, form.Get("action")})
	const body = `{"status":0,"body":{"measuregrps":[],"series":[],"activities":[],"devices":[],"goals":{}}}`
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Request: r,
		Body: io.NopCloser(bytes.NewReader([]byte(body))), ContentLength: int64(len(body)), ProtoMajor: 1, ProtoMinor: 1,
	}, nil
}

// requests returns what was requested with a token since a time.
func (a *emptyAPI) requests(token string, since time.Time) (all []apiRequest) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, r := range a.made {
		if r.token == token && !r.at.Before(since) {
			all = append(all, r)
		}
	}
	return all
}

// profilesOf returns signed-in profiles that share the limit of one application;
// the nth has the user id and the token n.
func (a *emptyAPI) profilesOf(t *testing.T, n, perMinute int) []bridge.Profile {
	t.Helper()
	client, err := withings.New(withings.Options{
		ClientID: "id", ClientSecret: secret.New("secret"), Transport: a, APIURL: "http://127.0.0.1:1", PerMinute: perMinute,
	})
	if err != nil {
		t.Fatal(err)
	}
	profiles, tokens := make([]bridge.Profile, n), tokenstore.NewMemory()
	for i := range profiles {
		p := profile(fmt.Sprintf("Profile %04d", i), nil)
		number := strconv.Itoa(i)
		token := withings.Token{
			UserID: number, Access: secret.New(number), Refresh: secret.New("refresh"), Expiry: time.Now().Add(1000 * time.Hour),
		}
		if err := tokens.Save(t.Context(), p.Slug, token); err != nil {
			t.Fatal(err)
		}
		p.Cloud = client.Account(p.Slug, tokens)
		profiles[i] = withKeys(p, "weight_kg", "sleep_score", "activity_steps_today", "workout_type")
	}
	return profiles
}

// TestHintsDoNotWaitForARestart restarts with many profiles: the first polls take
// the limit for a quarter of an hour. Meanwhile there are a notification, a
// request for one endpoint and a request for all.
func TestHintsDoNotWaitForARestart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const profiles = 300
		h, api := newHarness(), &emptyAPI{}
		runFor(t, h.bridge(t, api.profilesOf(t, profiles, 1_000_000)...), time.Minute, nil)
		b := h.bridge(t, api.profilesOf(t, profiles, 120)...)
		runFor(t, b, 0, func() {
			<-time.After(time.Minute)
			for number, ask := range map[int]func(){
				270: func() {
					b.HandleHint(bridge.Hint{UserID: "270", Category: withings.CategoryWeight, Received: time.Now()})
				},
				280: func() {
					if err := b.Refresh("profile_0280", "measure/getmeas", nil); err != nil {
						t.Error(err)
					}
				},
				290: func() {
					if err := b.Refresh("profile_0290", "", nil); err != nil {
						t.Error(err)
					}
				},
			} {
				asked := time.Now()
				ask()
				<-time.After(20 * time.Second)
				measures := 0
				for _, r := range api.requests(strconv.Itoa(number), asked) {
					if r.action == "getmeas" {
						measures++
					}
				}
				if measures == 0 {
					t.Errorf("profile %d was not asked for within 20 s", number)
				}
			}
			if late := b.Health().Profiles["profile_0299"].LateSeconds; late < 100 {
				t.Errorf("a poll that has been waiting for two minutes is %d s late", late)
			}
		})
	})
}
