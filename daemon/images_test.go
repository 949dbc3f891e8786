// SPDX-License-Identifier: MIT

package daemon_test

import (
	"os"
	"strings"
	"testing"

	"vitals2mqtt/cli/clitest"
)

// TestLastNightIsPublishedAsAPicture runs the whole program with pictures, and
// then without.
func TestLastNightIsPublishedAsAPicture(t *testing.T) {
	t.Parallel()
	o, folder := clitest.Start(t), t.TempDir()
	configure := func(images string) string {
		return o.Configure(t, folder, "[Alice]", "all", "homeassistant: {language: de, images: "+images+"}")
	}
	path := configure("true")
	clitest.SignIn(t, path, "Alice")
	program := clitest.StartProgram(t, "--config", path, "run")
	const topic = "vitals2mqtt/alice/night_image"
	clitest.Must(t, clitest.WaitFor(t.Context(), "the picture of a night", func() bool {
		picture := o.Broker.Retained()[topic]
		return strings.HasPrefix(picture, "<svg ") && strings.Contains(picture, "Nacht zum ")
	}))
	configure("false")
	clitest.Must(t, o.WaitCleared(t.Context(), topic))
	program.Interrupts <- os.Interrupt
	program.ExpectExit(t, 0)
}
