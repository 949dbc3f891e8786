// SPDX-License-Identifier: MIT

package web_test

import (
	"testing"
	"time"

	"vitals2mqtt/web"
)

// How long the file is kept is said in the zone of the person.
func TestImportSaysHowLongTheFileIsKept(t *testing.T) {
	t.Parallel()
	h := newPastHarness(t)
	h.overview.Profiles[0].Zone = berlin(t)
	h.imports.shown = web.Import{
		ID: "the-id", Profile: "alice", State: web.ImportChecked,
		Expires: time.Date(2026, time.March, 1, 7, 5, 0, 0, time.UTC),
	}
	const target = "/history/imports/the-id"
	lacks(t, h.body(t, target), "The file is kept until 1 Mar 2026 08:05.")
	lacks(t, h.body(t, target, "Accept-Language", "de"), "Die Datei bleibt bis 1. März 2026 08:05 gespeichert.")
}
