// SPDX-License-Identifier: MIT

package discovery_test

import (
	"testing"

	"vitals2mqtt/discovery"
	"vitals2mqtt/topics"
)

// TestStatisticsButtonNeedsHomeAssistant checks that there is a button only
// where pressing it does something.
func TestStatisticsButtonNeedsHomeAssistant(t *testing.T) {
	t.Parallel()
	s, p := testSite(), alice()
	if _, found := decodeDocument(t, discovery.ProfileDocument(s, p)).Components["import_statistics"]; found {
		t.Error("there is a button without Home Assistant's address")
	}
	p.StatisticsButton = true
	document := discovery.ProfileDocument(s, p)
	button := decodeDocument(t, document).Components["import_statistics"]
	if button.CommandTopic != s.Tree.Request(topics.Statistics) || button.PayloadPress != `{"profile":"alice"}` ||
		button.Platform != "button" || button.UniqueID != discovery.UniqueID(discovery.ProfileID(p.UserID), "import_statistics") {
		t.Errorf("%+v", button)
	}
	if _, dropped := discovery.Validate(document); len(dropped) > 0 {
		t.Errorf("invalid: %v", dropped)
	}
}
