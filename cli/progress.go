// SPDX-License-Identifier: MIT

package cli

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress shows how far long work is: a bar on a terminal, elsewhere a line
// now and then. Several goroutines may use it.
type progress struct {
	out   io.Writer
	title string // "export"
	unit  string // "records"
	total int64  // 0 when unknown
	bar   *progressbar.ProgressBar

	mu    sync.Mutex
	what  string // is being done now
	done  int64
	lines lineRate
}

// newProgress starts to show work of a total size, 0 when that is unknown.
func newProgress(out io.Writer, title, unit string, total int64) *progress {
	return startProgress(out, isTerminal(out), title, unit, total)
}

func startProgress(out io.Writer, terminal bool, title, unit string, total int64) *progress {
	p := &progress{out: out, title: title, unit: unit, total: max(0, total)}
	p.lines.last = time.Now()
	if terminal {
		p.bar = newBar(out, title, unit, total)
	}
	return p
}

// newBar is a bar, without a total a wheel that turns beside a count.
func newBar(out io.Writer, title, unit string, total int64) *progressbar.ProgressBar {
	options := []progressbar.Option{
		progressbar.OptionSetWriter(out),
		progressbar.OptionSetDescription(title),
		progressbar.OptionSetWidth(barWidth),
		progressbar.OptionThrottle(barInterval),
		progressbar.OptionSetSpinnerChangeInterval(0), // no goroutine: it turns when something is added
		progressbar.OptionClearOnFinish(),
	}
	switch {
	case total <= 0:
		total = -1
		options = append(options, progressbar.OptionSetElapsedTime(true))
	case unit == unitBytes:
		options = append(options, progressbar.OptionShowBytes(true), progressbar.OptionShowCount())
	default:
		options = append(options, progressbar.OptionShowCount())
	}
	return progressbar.NewOptions64(total, options...)
}

// unitBytes is the unit of files; their sizes are shown as people read them.
const unitBytes = "bytes"

const (
	barWidth    = 30
	barInterval = 100 * time.Millisecond
)

// Add counts what has been done since the last call.
func (p *progress) Add(count int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += count
	if p.bar != nil {
		if p.total == 0 {
			p.describe()
		}
		_ = p.bar.Add64(count) // a bar that cannot be drawn stops no work
		return
	}
	if !p.lines.isDue(time.Now(), p.percent()) {
		return
	}
	if p.total > 0 {
		printTo(p.out, "%s: %d %% (%d of %d %s)\n", p.title, p.percent(), p.done, p.total, p.unit)
	} else {
		printTo(p.out, "%s: %d %s\n", p.title, p.done, p.unit)
	}
}

// Describe says what is being done now, such as the name of a file.
func (p *progress) Describe(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.what = " " + what
	p.describe()
}

// describe writes the text before the bar, without a total the count too.
func (p *progress) describe() {
	switch {
	case p.bar == nil:
	case p.total > 0:
		p.bar.Describe(p.title + p.what)
	default:
		p.bar.Describe(fmt.Sprintf("%s%s: %d %s", p.title, p.what, p.done, p.unit))
	}
}

// Close removes the bar.
func (p *progress) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}

func (p *progress) percent() int64 {
	if p.total == 0 {
		return 0
	}
	return min(100, 100*p.done/p.total)
}

// lineRate decides when a line about progress is due: every lineInterval, and
// for every tenth of the work unless the last line has only just been printed.
type lineRate struct {
	last    time.Time
	percent int64
}

const (
	lineInterval    = 10 * time.Second
	minLineInterval = time.Second
	lineStep        = 10 // per cent
)

func (r *lineRate) isDue(now time.Time, percent int64) bool {
	passed := now.Sub(r.last)
	if passed < lineInterval && (percent < r.percent+lineStep || passed < minLineInterval) {
		return false
	}
	r.last, r.percent = now, percent
	return true
}
