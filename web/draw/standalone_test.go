// SPDX-License-Identifier: MIT

package draw_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/web/draw"
)

func TestStandalonePictureIsADocument(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 3, 1, 23, 0, 0, 0, time.UTC)
	stages := []draw.Stage{{From: from, To: from.Add(time.Hour), Row: 1, Class: "deep"}}
	for name, row := range map[string]struct {
		picture    draw.Picture
		dimensions string
	}{
		"as wide as its place": {draw.Hypnogram("", from, from.Add(time.Hour), stages, 4), `width="752" height="112"`},
		"in millimetres":       {draw.Strip{Microvolts: make([]int, 600), Frequency: 300}.Draw(), `width="221" height="155"`},
	} {
		document := string(row.picture.Standalone("Night of <Alice>"))
		if !strings.Contains(document, row.dimensions) || !strings.Contains(document, "Night of &lt;Alice&gt;") ||
			!strings.Contains(document, string(row.picture)) {
			t.Errorf("%s: %.300s", name, document)
		}
		for decoder := xml.NewDecoder(strings.NewReader(document)); ; {
			if _, err := decoder.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
	if got := draw.Picture("").Standalone("nothing"); got != nil {
		t.Errorf("%s", got)
	}
}
