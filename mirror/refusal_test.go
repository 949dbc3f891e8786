// SPDX-License-Identifier: MIT

package mirror_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/internal/secret"
)

// responses are those that the databases really give: of InfluxDB 1.6 and
// QuestDB as recorded, of InfluxDB 2 and 3 as documented.
func responses() map[string]struct {
	status  int
	body    string
	problem string // "" when the line is left out and the rest goes on
} {
	type row = struct {
		status  int
		body    string
		problem string
	}
	return map[string]row{
		"influxdb 1, no database given": {
			400, `{"error":"database is required"}`, "does not take measurements: HTTP 400: database is required",
		},
		"influxdb 1, unknown database": {
			404, `{"error":"database not found: \"health\""}`,
			`does not take measurements: HTTP 404: database not found: "health"`,
		},
		"influxdb 1, bad line": {
			400, `{"error":"partial write: unable to parse 'vitals weight_kg=70kg 1': invalid boolean dropped=0"}`, "",
		},
		"influxdb 1, type": {
			400, `{"error":"partial write: field type conflict: input field \"weight_kg\" on measurement \"vitals\" ` +
				`is type string, already exists as type float dropped=1"}`, "",
		},
		"influxdb 1, retention": {
			400, `{"error":"partial write: points beyond retention policy dropped=1"}`, "",
		},
		"influxdb 1, password": {401, `{"error":"authorization failed"}`, "refuses the credentials: HTTP 401: authorization failed"},
		"influxdb 2, token": {
			401, `{"code":"unauthorized","message":"unauthorized access"}`, "refuses the credentials: HTTP 401: unauthorized access",
		},
		"influxdb 2, bucket": {
			404, `{"code":"not found","message":"bucket \"health\" not found"}`,
			`does not take measurements: HTTP 404: bucket "health" not found`,
		},
		"influxdb 2, retention": {
			422, `{"code":"unprocessable entity","message":"failure writing points to database: partial write: points beyond ` +
				`retention policy dropped=1"}`, "",
		},
		"influxdb 3, bad line": {
			400, `{"error":"partial write of line protocol occurred","data":[{"original_line":"vitals weight_kg=70kg 1"}]}`, "",
		},
		"a proxy's page": {403, "<html><body>Forbidden</body></html>", "refuses the credentials: HTTP 403 Forbidden"},
		"a redirect":     {301, "", "does not take measurements: HTTP 301 Moved Permanently"},
		"overload":       {503, `{"error":"timeout, vitals weight_kg=70"}`, "has a temporary problem: HTTP 503 Service Unavailable"},
	}
}

// What somebody can correct is a problem in words, and nothing is lost by it;
// what nobody can correct is left out.
func TestResponsesOfDatabases(t *testing.T) {
	t.Parallel()
	for name, row := range responses() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				archive, db := newArchive(), &database{}
				o := options(archive, db)
				o.Target.Username, o.Target.Password = "me", secret.New("hunter2")
				archive.add("1", weighIn(1))
				m := start(t, o)
				defer m.stop()
				db.setRefuse(func([]string, *http.Request) (int, string) { return row.status, row.body })
				archive.add("1", weighIn(2))
				m.Notify()
				synctest.Wait()
				status := m.Status()
				if row.problem == "" {
					if status.Problem != nil || status.Refused != 1 || !strings.Contains(m.log.String(), `"count":1`) {
						t.Errorf("%+v, %+v, %s", status, status.Problem, m.log)
					}
				} else if status.Problem == nil || status.Problem.Text != "the database at db.lan:8086 "+row.problem {
					t.Errorf("%+v", status.Problem)
				}
				db.setRefuse(nil)
				archive.add("1", weighIn(3))
				pass(20 * time.Minute)
				want := 3
				if row.problem == "" {
					want = 2
				}
				if got := db.stored(); len(got) != want || m.Status().Problem != nil {
					t.Errorf("after it was corrected: %q", got)
				}
				if text := m.log.String() + fmt.Sprint(status, status.Problem); strings.Contains(text, "weight_kg") ||
					strings.Contains(text, "hunter2") {
					t.Errorf("private: %s", text)
				}
			})
		})
	}
}

// questDB refuses a request as a whole for one bad line.
func questDB(isBad func(line string) bool) func([]string, *http.Request) (int, string) {
	return func(lines []string, _ *http.Request) (int, string) {
		for i, line := range lines {
			if isBad(line) {
				return http.StatusBadRequest, fmt.Sprintf(
					`{"code":"invalid","message":"failed to parse line protocol:errors encountered on line(s):\nerror in line %d",`+
						`"line":%d,"errorId":"x"}`, i+1, i+1)
			}
		}
		return 0, ""
	}
}

func TestBadLinesAreFoundAndLeftOut(t *testing.T) {
	t.Parallel()
	for name, bad := range map[string][]int64{
		"first": {1}, "last": {7000}, "neighbours": {3000, 3001}, "alone in its request": {7001},
		"several": {1, 2, 2500, 4999, 5000, 5001},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				archive, db := newArchive(), &database{}
				archive.add("1", weighIns(1, 7000)...)
				db.setRefuse(questDB(func(line string) bool {
					for _, second := range bad {
						if strings.HasSuffix(line, fmt.Sprintf(" %d000000000", second)) {
							return true
						}
					}
					return false
				}))
				m := start(t, options(archive, db))
				defer m.stop()
				archive.add("1", weighIn(7001))
				m.Notify()
				synctest.Wait()
				status := m.Status()
				if got := len(db.stored()); got != 7001-len(bad) || status.Problem != nil || status.Refused != int64(len(bad)) {
					t.Errorf("%d lines, %+v, %+v", got, status, status.Problem)
				}
				if n := db.requests(); n > 40*len(bad)+3 {
					t.Errorf("%d requests", n)
				}
			})
		})
	}
}

// A database that accepts no line at all is not one that all lines are wrong
// for: nothing is left out.
func TestNothingIsLeftOutWhenEverythingIsRefused(t *testing.T) {
	t.Parallel()
	for name, count := range map[string]int64{"many": 6000, "one": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				archive, db := newArchive(), &database{}
				archive.add("1", weighIns(1, count)...)
				db.setRefuse(questDB(func(string) bool { return true }))
				m := start(t, options(archive, db))
				defer m.stop()
				if s := m.Status(); s.Problem == nil || s.Refused != 0 || !strings.Contains(s.Problem.Text, "accepts no measurement") {
					t.Errorf("%+v", s)
				}
				if n := db.requests(); n > 60 {
					t.Errorf("%d requests", n)
				}
				db.setRefuse(nil)
				pass(time.Minute)
				if got := int64(len(db.stored())); got != count {
					t.Errorf("%d lines", got)
				}
			})
		})
	}
}

func TestTooLargeRequestsAreHalved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		archive, db := newArchive(), &database{}
		archive.add("1", weighIns(1, 5000)...)
		db.setRefuse(func(lines []string, _ *http.Request) (int, string) {
			if len(lines) > 1000 {
				return http.StatusRequestEntityTooLarge, ""
			}
			return 0, ""
		})
		m := start(t, options(archive, db))
		defer m.stop()
		if got := db.stored(); len(got) != 5000 || m.Status().Refused != 0 {
			t.Errorf("%d lines, %+v", len(got), m.Status())
		}
	})
}

func TestCompressionIsGivenUpWhenItIsRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		archive, db := newArchive(), &database{}
		archive.add("1", weighIns(1, 6000)...)
		db.setRefuse(func(_ []string, request *http.Request) (int, string) {
			if request.Header.Get("Content-Encoding") != "" {
				return http.StatusUnsupportedMediaType, `{"message":"gzip encoding is not supported"}`
			}
			return 0, ""
		})
		m := start(t, options(archive, db))
		defer m.stop()
		if len(db.stored()) != 6000 || db.requests() != 3 {
			t.Errorf("%d lines in %d requests", len(db.stored()), db.requests())
		}
	})
}

// VictoriaMetrics would store texts as 0. All its responses have this header.
func TestTextsAreLeftOutForVictoriaMetrics(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		archive, db := newArchive(), &database{header: http.Header{"X-Server-Hostname": {"vm"}}}
		archive.add("1", weighIn(1))
		m := start(t, options(archive, db))
		defer m.stop()
		if got := db.stored(); len(got) != 1 || got[0] != "vitals,profile=alice,device=Body+ weight_kg=71 1000000000" {
			t.Errorf("%q", got)
		}
	})
}

// What is stored partly is not sent again.
func TestPartialWritesAreNotRepeated(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		archive, db := newArchive(), &database{}
		archive.add("1", weighIns(1, 50)...)
		db.setRefuse(func([]string, *http.Request) (int, string) {
			return http.StatusBadRequest, `{"error":"partial write: points beyond retention policy dropped=30"}`
		})
		m := start(t, options(archive, db))
		defer m.stop()
		pass(time.Hour)
		if s := m.Status(); db.requests() != 1 || s.Sent != 20 || s.Refused != 30 || s.Problem != nil {
			t.Errorf("%d requests, %+v", db.requests(), s)
		}
	})
}

// A redirect would take the token to another server.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		archive, db := newArchive(), &database{header: http.Header{"Location": {"http://other.lan/write"}}}
		archive.add("1", weighIn(1))
		db.setRefuse(func([]string, *http.Request) (int, string) { return http.StatusTemporaryRedirect, "" })
		m := start(t, options(archive, db))
		defer m.stop()
		for _, request := range db.posts {
			if request.URL.Host != "db.lan:8086" {
				t.Errorf("a request to %s", request.URL.Host)
			}
		}
		if p := m.Status().Problem; p == nil || !strings.Contains(p.Text, "HTTP 307") {
			t.Errorf("%+v", p)
		}
	})
}
