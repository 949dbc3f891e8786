// SPDX-License-Identifier: MIT

package docs_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vitals2mqtt/homeassistant/homeassistanttest"
)

// checkStatistics runs commands beside a Home Assistant whose address and token
// are configured.
func checkStatistics(t *testing.T, s *harness, b block) {
	t.Helper()
	s.setUp()
	s.addHome()
	const topic = "vitals2mqtt/bridge/response/statistics"
	before := len(s.payloads(topic))
	checkShell(t, s, b)
	if !strings.Contains(b.text, "request/statistics") {
		return
	}
	s.await("the response", func() bool { return len(s.payloads(topic)) > before })
	var answer struct{ Status, Error string }
	must(t, json.Unmarshal([]byte(s.payloads(topic)[before]), &answer))
	if answer.Status != "ok" {
		t.Errorf("%s:%d: the bridge responds %+v", b.path, b.line, answer)
	}
}

// addHome configures a Home Assistant once, and waits for the button.
func (s *harness) addHome() {
	s.t.Helper()
	if s.home != nil {
		return
	}
	s.home = homeassistanttest.Start(s.t)
	text, err := os.ReadFile(filepath.Join(s.folder, "config.yaml"))
	must(s.t, err)
	s.writeConfig(fmt.Sprintf("%s\nhomeassistant: {url: %q, token: %q}\n", text, s.home.URL(), s.home.Token))
	s.await("the button", func() bool {
		for topic, payload := range s.broker.Retained() {
			if strings.HasSuffix(topic, "/config") && strings.Contains(payload, "request/statistics") {
				return true
			}
		}
		return false
	})
}
