// SPDX-License-Identifier: MIT

package cli

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestProgressPrintsFewLinesWithoutTerminal(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		total int64
		pause time.Duration // between two of 100 records
		want  int           // lines
		last  string
	}{
		"fast":          {100, time.Millisecond, 0, ""},
		"tenths":        {100, time.Second, 10, "export: 100 % (100 of 100 records)"},
		"slow":          {1000, time.Second, 10, "export: 10 % (100 of 1000 records)"},
		"very slow":     {100, time.Minute, 100, "export: 100 % (100 of 100 records)"},
		"unknown total": {0, time.Second, 10, "export: 100 records"},
		"too many":      {50, time.Second, 15, "export: 100 % (100 of 50 records)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var out bytes.Buffer
				p := startProgress(&out, false, "export", "records", test.total)
				for range 100 {
					<-time.After(test.pause)
					p.Add(1)
				}
				p.Close()
				lines := strings.Split(strings.TrimSpace(out.String()), "\n")
				if out.Len() == 0 {
					lines = nil
				}
				if len(lines) != test.want || test.want > 0 && lines[len(lines)-1] != test.last {
					t.Errorf("%d lines, want %d ending with %q:\n%s", len(lines), test.want, test.last, out.String())
				}
			})
		})
	}
}

func TestProgressDrawsBarOnTerminal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		p := startProgress(&out, true, "export", "records", 200)
		<-time.After(time.Second)
		p.Add(100)
		if got := out.String(); !strings.Contains(got, "export") || !strings.Contains(got, "50%") ||
			!strings.Contains(got, "100/200") {
			t.Errorf("half of the work is shown as %q", got)
		}
		p.Close()
		if got := out.String(); strings.Contains(got, "\n") || !strings.HasSuffix(got, "\r") {
			t.Errorf("the bar is not removed at the end: %q", got)
		}
	})
}

func TestProgressOfUnknownSizeCounts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		p := startProgress(&out, true, "backfill", "pages", 0)
		p.Describe("measures")
		<-time.After(time.Second)
		p.Add(7)
		if got := out.String(); !strings.Contains(got, "7") || !strings.Contains(got, "backfill measures") {
			t.Errorf("shown as %q", got)
		}
		p.Close()
	})
}
