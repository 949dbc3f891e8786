// SPDX-License-Identifier: MIT

package bridge_test

import (
	"strings"
	"testing"
)

// TestReleaseIsPartOfBridgeInfo also removes the entity when nothing is asked
// any more.
func TestReleaseIsPartOfBridgeInfo(t *testing.T) {
	t.Parallel()
	h := newHarness()
	options := h.options()
	options.Site.ReleaseCheck = true
	b := newBridge(t, options)
	info := func() string { return h.publisher.all()[h.tree.BridgeInfo()] }
	if strings.Contains(info(), "latest_version") {
		t.Errorf("before any answer: %s", info())
	}
	b.PublishRelease("1.5.0", "https://code.example/1.5.0")
	if got := info(); !containsAll(got, `"latest_version":"1.5.0"`, `"release_url":"https://code.example/1.5.0"`,
		`"version":"test"`, `"instance":"0a1b2c3d"`) {
		t.Error(got)
	}
	b.PublishRelease("1.5.1", "")
	if got := info(); !strings.Contains(got, `"latest_version":"1.5.1"`) || strings.Contains(got, "release_url") {
		t.Error(got)
	}
	document := func() string { return h.publisher.all()[h.tree.Document(h.site().BridgeID())] }
	if !strings.Contains(document(), `"update":`) {
		t.Errorf("no entity in %s", document())
	}
	h.replayRetained(h.bridge(t))
	if strings.Contains(document(), `"update":`) || strings.Contains(info(), "latest_version") {
		t.Errorf("still there: %s, %s", document(), info())
	}
}
