// SPDX-License-Identifier: MIT

package addon

import (
	"strings"
	"testing"
)

// FuzzSupervisorReply reads any answer about the broker: a broker has a host and
// a port, and an error shows nothing of the answer, which has a password.
func FuzzSupervisorReply(f *testing.F) {
	for _, body := range []string{
		`{"result":"ok","data":{"host":"core-mosquitto","port":1883,"ssl":false,"username":"addons","password":"hunter2"}}`,
		`{"result":"ok","data":{"host":"h","port":"hunter2"}}`, `{"result":"ok","data":{"host":"h","port":70000,"password":"hunter2"}}`,
		`{"result":"error","message":"hunter2"}`, `hunter2`, ``, `[]`, `{"result":"ok","data":{"host":"a b\u0000/#","port":1}}`,
	} {
		for _, status := range []int{200, 400, 401, 404, 500, 302} {
			f.Add(status, []byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		broker, err := parseReply(status, body)
		if err != nil {
			if broker != (Broker{}) || strings.Contains(err.Error(), "hunter2") || strings.ContainsAny(err.Error(), "\r\n") {
				t.Errorf("%+v, %q", broker, err)
			}
			return
		}
		if status != 200 || broker.Host == "" || broker.Port < 1 || broker.Port > 65535 {
			t.Errorf("HTTP %d: %+v", status, broker)
		}
	})
}
