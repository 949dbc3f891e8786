// SPDX-License-Identifier: MIT

package daemon_test

import (
	"bytes"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/cli/clitest"
)

// post sends a form and returns the status.
func post(t *testing.T, link string, form url.Values) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, link, strings.NewReader(form.Encode()))
	clitest.Must(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := clitest.Browser().Do(request)
	clitest.Must(t, err)
	clitest.Must(t, answer.Body.Close())
	return answer.StatusCode
}

// A daemon that polls once a day receives notifications on the page's listener
// and on one of its own.
// clock: the daemon uses the real time
func TestNotificationPublishesValue(t *testing.T) {
	t.Parallel()
	for name, own := range map[string]bool{"its own listener": true, "the page's": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, o, folder := t.Context(), clitest.Start(t), t.TempDir()
			address := clitest.FreeAddress(t)
			public := "http://" + address + "/behind/a/proxy"
			settings := []string{"web: {listen: " + address + "}", "notifications: {public_url: " + public + "}"}
			if own {
				settings = []string{"notifications: {public_url: " + public + ", listen: " + address + "}"}
			}
			text := strings.Replace(o.Config("[Alice]", "all", settings...), "@every 1s", "@every 24h", 1)
			path := clitest.WriteFile(t, filepath.Join(folder, "config.yaml"), text)
			clitest.SignIn(t, path, "Alice")
			daemon := clitest.StartProgram(t, "--config", path, "run")
			clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/weight_kg", ""))
			clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/push/detail", ""))

			secret, err := os.ReadFile(filepath.Join(folder, "state", "notify.secret"))
			clitest.Must(t, err)
			link := public + "/notify/" + strings.TrimSpace(string(secret))
			o.Cloud.Weigh("Alice", "61.25", time.Now())
			user := url.Values{"userid": {o.Cloud.People()[0].UserID}, "appli": {"1"}}
			guessed := "http://" + address + "/notify/0123456789abcdef0123456789abcdef01234567"
			if code := post(t, guessed, user); code != http.StatusNotFound {
				t.Errorf("a guessed address answers %d", code)
			}
			if code := post(t, link, user); code != http.StatusOK {
				t.Errorf("the notification is answered with %d", code)
			}
			clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/weight_kg", "61.25"))
			mat := url.Values{
				"userid": user["userid"], "appli": {"50"}, "deviceid": {"0123456789"},
				"date": {strconv.FormatInt(time.Now().Unix(), 10)},
			}
			if code := post(t, link, mat); code != http.StatusOK {
				t.Errorf("the bed event is answered with %d", code)
			}
			clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/in_bed", "ON"))
			if log := daemon.Stderr.String(); strings.Contains(log, strings.TrimSpace(string(secret))) {
				t.Errorf("the secret address is logged:\n%s", log)
			}

			// After a rotation, posts to the previous address are accepted until the
			// subscriptions have moved.
			clitest.Run(t, "--config", path, "push", "rotate").Expect(t, 0, "")
			fresh, err := os.ReadFile(filepath.Join(folder, "state", "notify.secret"))
			clitest.Must(t, err)
			if bytes.Equal(fresh, secret) {
				t.Error("the address has not changed")
			}
			clitest.WriteFile(t, path, text+"# again\n")
			_, err = daemon.Stderr.WaitForLine(ctx, "configuration reloaded")
			clitest.Must(t, err)
			clitest.Must(t, clitest.WaitFor(ctx, "the listener is back", func() bool {
				c, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
				return err == nil && c.Close() == nil
			}))
			mat.Set("appli", "51")
			mat.Set("date", strconv.FormatInt(time.Now().Unix()+1, 10)) // clock: the daemon uses the real time
			if code := post(t, link, mat); code != http.StatusOK {
				t.Errorf("the bed event at the old address is answered with %d", code)
			}
			clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/in_bed", "OFF"))
			link = public + "/notify/" + strings.TrimSpace(string(fresh))
			if code := post(t, link, user); code != http.StatusOK {
				t.Errorf("the new address answers %d", code)
			}
		})
	}
}
