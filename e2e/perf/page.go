// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// machine describes where, when and how, without names.
func machine(broker, command string) string {
	processor := runtime.GOARCH
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
				processor = strings.TrimSpace(value)
				break
			}
		}
	}
	load := "unknown"
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		load, _, _ = strings.Cut(string(text), " ")
	}
	return fmt.Sprintf("Measured on %s by %#q: %s/%s, %d cores (%s), load %s at the start, %s, broker: %s.\n",
		time.Now().UTC().Format(time.DateOnly), command, runtime.GOOS, runtime.GOARCH, runtime.NumCPU(),
		processor, load, runtime.Version(), broker)
}

// page is docs/performance.md, in the module's folder.
type page struct{ module string }

// write replaces the generated part for a measurement, and draws its plots.
func (p page) write(name, text string, plots []plot) error {
	path := filepath.Join(p.module, "docs", "performance.md")
	all, err := os.ReadFile(path) //nolint:gosec // the page in this repository
	if err != nil {
		return err
	}
	replaced, err := replacePart(string(all), name, text)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := os.WriteFile(path, []byte(replaced), 0o644); err != nil { //nolint:gosec // a public page
		return err
	}
	for _, drawn := range plots {
		image := filepath.Join(p.module, "docs", "images", drawn.file)
		if err := os.WriteFile(image, []byte(drawn.svg()), 0o644); err != nil { //nolint:gosec // a public picture
			return err
		}
	}
	return nil
}

// replacePart replaces the text between the two marks of a measurement.
func replacePart(page, name, text string) (string, error) {
	begin, end := mark(name, "begin"), mark(name, "end")
	head, rest, ok := strings.Cut(page, begin)
	_, tail, also := strings.Cut(rest, end)
	if !ok || !also {
		return "", fmt.Errorf("the marks of the generated part %q are missing", name)
	}
	return head + begin + "\n" + text + "\n" + end + tail, nil
}

func mark(name, which string) string { return "<!-- " + name + ": " + which + " -->\n" }
