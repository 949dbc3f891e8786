// SPDX-License-Identifier: MIT

package doctor_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/doctor"
	"vitals2mqtt/health"
	"vitals2mqtt/mqtt"
)

// Each finding is reported before the next check runs, so that a slow check
// holds back nothing.
func TestFindingsAreReportedAsTheyBecomeKnown(t *testing.T) {
	t.Parallel()
	s := newHarness(t, setup{})
	probing, answer := make(chan struct{}), make(chan struct{})
	probe := s.input.Broker
	s.input.Broker = func(ctx context.Context, o mqtt.ProbeOptions) (mqtt.ProbeResult, error) {
		close(probing)
		<-answer
		return probe(ctx, o)
	}
	var before []string
	s.input.Progress = doctor.Progress{
		Started: func(check string) {
			if check == "broker" {
				<-probing // it runs ahead
				close(answer)
			}
		},
		Found: func(f doctor.Finding) { before = append(before, f.Check) },
	}
	report := doctor.Run(t.Context(), s.input)
	at := slices.Index(before, "broker")
	if len(before) != len(report.Findings) || at < 0 || !slices.Contains(before[:at], "callback address") {
		t.Errorf("reported %v", before)
	}
}

// slowCloud does not respond.
type slowCloud struct{ doctor.Cloud }

func (slowCloud) Probe(ctx context.Context) error {
	<-ctx.Done()
	return context.Cause(ctx)
}

// Without a network, the checks wait for the slowest request and not for the
// sum of all.
func TestRequestsWithoutAnswerRunTogether(t *testing.T) {
	t.Parallel()
	s := newHarness(t, setup{})
	input := s.input
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		input.Timeout = 10 * time.Second
		input.Cloud = slowCloud{input.Cloud}
		input.Config.Web.Enabled, input.Config.Notifications.PublicURL = false, ""
		input.CallbackIsExternal = true
		input.Broker = func(ctx context.Context, _ mqtt.ProbeOptions) (mqtt.ProbeResult, error) {
			return mqtt.ProbeResult{}, slowCloud{}.Probe(ctx)
		}
		doctor.Run(t.Context(), input)
		if took := time.Since(began); took != 10*time.Second {
			t.Errorf("it took %s", took)
		}
	})
}

// longReport has texts and remedies of several lengths.
func longReport() doctor.Report {
	return doctor.Run(context.Background(), doctor.Input{})
}

func TestPrinterFoldsLinesOfATerminal(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	report := longReport()
	p := doctor.NewPrinter(&out, doctor.Input{}, doctor.Style{Width: 60})
	for _, f := range report.Findings {
		p.Found(f)
	}
	must(t, p.Finish(report))
	want := strings.Join([]string{
		"FAIL  configuration         no configuration found",
		"                            -> run vitals2mqtt init",
		`skip  state folder          skipped: needs "configuration"`,
		"                            to pass",
	}, "\n")
	if got := out.String(); !strings.HasPrefix(got, want+"\n") {
		t.Errorf("got\n%s", got)
	}
	for line := range strings.Lines(out.String()) {
		if width := len([]rune(strings.TrimSuffix(line, "\n"))); width > 60 {
			t.Errorf("%d columns: %s", width, line)
		}
	}
}

func TestPrinterShowsTheRunningCheckOnATerminal(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	report := longReport()
	p := doctor.NewPrinter(&out, doctor.Input{}, doctor.Style{Live: true, Color: true})
	p.Started("configuration")
	p.Found(report.Findings[0])
	p.Clear()
	want := "      checking: configuration …\r\x1b[K\x1b[1;31mFAIL\x1b[0m  configuration         no configuration found\n" +
		"                            -> run vitals2mqtt init\n\r\x1b[K"
	if got := out.String(); got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestPrinterWithoutATerminalIsPlain(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	report := longReport()
	p := doctor.NewPrinter(&out, doctor.Input{}, doctor.Style{})
	for _, f := range report.Findings {
		p.Started(f.Check)
		p.Found(f)
	}
	must(t, p.Finish(report))
	if got := out.String(); strings.Contains(got, "\x1b") || strings.Contains(got, "checking") ||
		!strings.HasSuffix(got, "\n1 failed, 0 warnings. Start with: configuration.\n") {
		t.Errorf("got %q", got)
	}
}

// Texts may come from the network or from another client of the broker: they
// must not control the terminal.
func TestPrinterReplacesControlCharacters(t *testing.T) {
	t.Parallel()
	s := newHarness(t, setup{})
	s.report(health.Status{
		Level:  health.Failed,
		Code:   health.CodeNotRetained,
		Text:   "gone\x1b[2J\r\nok    broker",
		Remedy: "look\u009bthere",
	})
	var out bytes.Buffer
	must(t, doctor.Run(t.Context(), s.input).WriteTable(&out))
	if got := out.String(); strings.ContainsAny(got, "\x1b\r\u009b") ||
		!strings.Contains(got, "gone [2J  ok    broker\n") {
		t.Errorf("got %q", got)
	}
}
