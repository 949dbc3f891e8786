// SPDX-License-Identifier: MIT

package mirror_test

import (
	"net/http"
	"testing"
	"testing/synctest"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/mirror"
)

func TestFlavourFollowsFromTheURL(t *testing.T) {
	t.Parallel()
	token := secret.New("t0ken")
	for name, row := range map[string]struct {
		target        mirror.Target
		url, accounts string
	}{
		"influxdb 1": {
			mirror.Target{URL: "http://db:8086", Database: "health", Username: "me", Password: secret.New("pw")},
			"http://db:8086/write?db=health", "Basic bWU6cHc=",
		},
		"influxdb 1, retention policy": {
			mirror.Target{URL: "http://db:8086/write?rp=years", Database: "health"}, "http://db:8086/write?db=health&rp=years", "",
		},
		"influxdb 2 or 3": {
			mirror.Target{URL: "https://db:8086", Database: "health", Org: "home", Token: token},
			"https://db:8086/api/v2/write?bucket=health&org=home", "Token t0ken",
		},
		"influxdb 3": {
			mirror.Target{URL: "https://db:8181/api/v3/write_lp", Database: "health", Token: token},
			"https://db:8181/api/v3/write_lp?db=health", "Bearer t0ken",
		},
		"victoriametrics": {mirror.Target{URL: "http://vm:8428/"}, "http://vm:8428/write", ""},
		"victoriametrics cluster": {
			mirror.Target{URL: "http://vm:8480/insert/0/influx/write", Token: token},
			"http://vm:8480/insert/0/influx/write", "Bearer t0ken",
		},
		"a database that the URL names": {
			mirror.Target{URL: "http://db:8086/api/v2/write?bucket=mine", Database: "health"},
			"http://db:8086/api/v2/write?bucket=mine", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				archive, db := newArchive(), &database{}
				archive.add("1", weighIn(1))
				o := options(archive, db)
				o.Target = row.target
				m := start(t, o)
				defer m.stop()
				if db.requests() != 1 {
					t.Fatalf("%d requests", db.requests())
				}
				request := db.posts[0]
				if got := request.URL.String(); got != row.url || request.Method != http.MethodPost {
					t.Errorf("%s %s", request.Method, got)
				}
				if got := request.Header.Get("Authorization"); got != row.accounts {
					t.Errorf("Authorization: %q", got)
				}
			})
		})
	}
}
