// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// measurement is one table.
type measurement struct {
	name    string
	measure func(context.Context, *testbed, effort) (outcome, error)
	kind    kind
}

// kind is when something is measured.
type kind int

const (
	ofBinary  kind = iota
	ofSources      // does not run the binary: it cannot be compared with another
	onRequest      // takes long
)

func measurements() []measurement {
	return []measurement{
		{"size", programSize, ofBinary},
		{"start", startTimes, ofBinary},
		{"cpu", pollCPU, ofBinary},
		{"usual", usualCPU, ofBinary},
		{"memory", memoryUse, ofBinary},
		{"years", years, ofBinary},
		{"keys", keys, ofBinary},
		{"scale", scale, ofBinary},
		{"soak", soak, onRequest},
		{"decoding", decodeComparison, ofSources},
		{"push", pushes, ofSources},
	}
}

// bound is how long it may take. It ends what hangs, and is far above what any
// of them takes.
func (m measurement) bound() time.Duration {
	if m.kind == onRequest {
		return 90 * time.Minute
	}
	return 20 * time.Minute
}

// run measures, but no longer than its bound.
func (m measurement) run(ctx context.Context, h *testbed, much effort) (outcome, error) {
	began := time.Now()
	h.say("%s …", m.name)
	tooLong := fmt.Errorf("given up after %v", m.bound())
	bounded, cancel := context.WithTimeoutCause(ctx, m.bound(), tooLong)
	defer cancel()
	found, err := m.measure(bounded, h, much)
	if err != nil {
		if bounded.Err() != nil {
			err = fmt.Errorf("%w: %w", context.Cause(bounded), err)
		}
		return outcome{}, fmt.Errorf("%s: %w", m.name, err)
	}
	h.say("%s took %v", m.name, time.Since(began).Round(time.Second))
	return found, nil
}

// measureAll measures one after the other. One that fails loses nothing of the
// others.
func measureAll(ctx context.Context, h *testbed, w wish, where string, out io.Writer) error {
	var rows []row
	var failed []error
	for _, m := range w.measurements {
		if ctx.Err() != nil {
			return errors.Join(append(failed, context.Cause(ctx))...)
		}
		found, err := m.run(ctx, h, w.much)
		if err == nil {
			rows = append(rows, found.rows...)
			err = h.deliver(out, w.write, m.name, where+"\n"+found.text(), found.plots)
		}
		if err != nil {
			h.say("%v", err)
			failed = append(failed, err)
		}
	}
	if w.whole {
		failed = append(failed, h.deliver(out, w.write, "goals", where+"\n"+goalTable(rows).String(), nil))
	}
	return errors.Join(failed...)
}

// deliver prints a part, and puts it into the page.
func (h *testbed) deliver(out io.Writer, write bool, name, text string, plots []plot) error {
	_, _ = fmt.Fprintf(out, "%s\n\n%s\n", name, text)
	if !write {
		return nil
	}
	return page{h.module}.write(name, text, plots)
}

// compare measures another version and this one in turn.
func compare(ctx context.Context, h *testbed, w wish, where string, out io.Writer) error {
	rounds, this := w.much.repeats, h.binary
	w.much.repeats = 1
	_, _ = fmt.Fprintln(out, where)
	for _, m := range w.measurements {
		if m.kind == ofSources {
			continue
		}
		var before, now []row
		for range rounds {
			for _, version := range []struct {
				binary string
				rows   *[]row
			}{{w.binary, &before}, {this, &now}} {
				h.binary = version.binary
				found, err := m.run(ctx, h, w.much)
				if err != nil {
					return fmt.Errorf("%s: %w", version.binary, err)
				}
				*version.rows = joined(*version.rows, found.rows)
			}
		}
		_, _ = fmt.Fprintf(out, "%s\n\n%s\n", m.name, compared(before, now))
	}
	return nil
}

// joined adds the repeats of further rows to rows.
func joined(rows, further []row) []row {
	if rows == nil {
		return further
	}
	for i := range rows {
		rows[i].series = append(rows[i].series, further[i].series...)
	}
	return rows
}
