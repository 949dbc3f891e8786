// SPDX-License-Identifier: MIT

package main

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestPlotPlacesPoints(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		points []point
		log    bool
		want   string
	}{
		{"linear", []point{{0, 0}, {50, 5}, {100, 10}}, false, "70.0,260.0 345.0,150.0 620.0,40.0"},
		{"logarithmic", []point{{1, 0.1}, {10, 1}, {100, 10}}, true, "70.0,260.0 345.0,150.0 620.0,40.0"},
		{"only zero", []point{{0, 0}}, false, "70.0,260.0"},
		{"one value, logarithmic", []point{{1, 1}}, true, "70.0,260.0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text := plot{title: "t", logarithmic: c.log, lines: []line{{"l", c.points}}}.svg()
			if !strings.Contains(text, `points="`+c.want+`"`) {
				t.Errorf("no %s in\n%s", c.want, text)
			}
			if !strings.Contains(text, "prefers-color-scheme: dark") || !strings.Contains(text, `<desc id="description">t, l.`) {
				t.Errorf("no dark theme or no description in\n%s", text)
			}
			for d := xml.NewDecoder(strings.NewReader(text)); ; {
				if _, err := d.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func TestAxisEndsAtARoundNumber(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]float64{0: 1, 0.25: 0.25, 1.2: 1.5, 38: 40, 76: 100, 100: 100} {
		if got := roundUp(v); got != want {
			t.Errorf("%v: got %v, want %v", v, got, want)
		}
	}
}
