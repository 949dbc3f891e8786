// SPDX-License-Identifier: MIT

package cli

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/health"
)

// writeVerdict prints the verdict in a word and some of its findings; pageErr is
// why the daemon could not be asked, nil without a page.
func (r statusReport) writeVerdict(out io.Writer, findings []health.Status, pageErr error) {
	switch {
	case r.Source == sourceDaemon:
		printTo(out, "%s, says the running daemon\n", capitalize(r.Verdict.Word()))
	case pageErr != nil:
		printTo(out, "%s, judging by what is stored: %v\n", capitalize(storedWord(r.Verdict)), pageErr)
	default:
		printTo(out, "%s, judging by what is stored: the page is disabled (web.enabled)\n",
			capitalize(storedWord(r.Verdict)))
	}
	for _, f := range findings {
		printTo(out, "\n%-9s  %s\n", f.Level, f.Text)
		if f.Remedy != "" {
			printTo(out, "%-9s  -> %s\n", "", f.Remedy)
		}
		if times := findingTimes(f); times != "" {
			printTo(out, "%-9s  %s\n", "", times)
		}
	}
}

// storedWord is the word for a verdict about stored state: without a daemon
// nothing is healthy.
func storedWord(v health.Verdict) string {
	if v.Level == health.OK {
		return "no problem known"
	}
	return v.Word()
}

// findingTimes says since when, and when it is tried again.
func findingTimes(f health.Status) string {
	var parts []string
	if !f.Since.IsZero() {
		parts = append(parts, "since "+f.Since.Local().Format(time.DateTime))
	}
	if !f.NextTry.IsZero() {
		parts = append(parts, "next try "+f.NextTry.Local().Format(time.DateTime))
	}
	return strings.Join(parts, ", ")
}

func capitalize(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// summary is a profile in one line.
func (p profileStatus) summary() string {
	line := fmt.Sprintf("%s: %d current values", p.Name, p.Current)
	if n := len(p.Keys); n > 0 {
		return line + fmt.Sprintf(", %s without a value (see `vitals2mqtt status %s`)", countKeys(n), p.Slug)
	}
	return line + ", none missing"
}

// missingGroup is keys without a value for the same reason.
type missingGroup struct {
	reason bridge.Reason
	note   string
	keys   []string
}

// writeMissing prints the keys without a value by reason, the most frequent one
// first.
func (p profileStatus) writeMissing(out io.Writer) {
	printTo(out, "%s: %d current values", p.Name, p.Current)
	if len(p.Keys) == 0 {
		printTo(out, ", none missing.\n")
	} else {
		printTo(out, ", %s without a value.\n", countKeys(len(p.Keys)))
	}
	var groups []missingGroup
	for _, why := range p.Keys {
		at := slices.IndexFunc(groups, func(g missingGroup) bool { return g.reason == why.Reason && g.note == why.Note })
		if at < 0 {
			at = len(groups)
			groups = append(groups, missingGroup{reason: why.Reason, note: why.Note})
		}
		groups[at].keys = append(groups[at].keys, why.Key)
	}
	slices.SortStableFunc(groups, func(a, b missingGroup) int { return cmp.Compare(len(b.keys), len(a.keys)) })
	for _, g := range groups {
		printTo(out, "\n%s (%d)", reasonText(g.reason), len(g.keys))
		if g.note != "" {
			printTo(out, ": %s", g.note)
		}
		printTo(out, "\n")
		if g.reason != bridge.ReasonSignInNeeded || len(groups) > 1 { // all of them, so why list them
			printTo(out, "%s", foldList(g.keys, "   ", 80))
		}
	}
	if lines := p.LeftOut.Lines(); len(lines) > 0 {
		printTo(out, "\nleft out\n")
		for _, line := range lines {
			printTo(out, "   %s\n", line)
		}
	}
}

// foldList prints words with commas, in lines of a width.
func foldList(words []string, indent string, width int) string {
	var text strings.Builder
	line := indent
	for i, word := range words {
		if i < len(words)-1 {
			word += ","
		}
		if line != indent && len(line)+1+len(word) > width {
			text.WriteString(line + "\n")
			line = indent
		}
		if line != indent {
			line += " "
		}
		line += word
	}
	return text.String() + line + "\n"
}

// writeEveryKey prints a table with a line for each key.
func (p profileStatus) writeEveryKey(out io.Writer) error {
	printTo(out, "%s: %d current values.\n\n", p.Name, p.Current)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "KEY\tSTATE\tREMARK")
	for _, why := range p.Keys {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\n", why.Key, reasonText(why.Reason), explanationText(why))
	}
	return table.Flush()
}

// reasonText is a reason for the terminal.
func reasonText(reason bridge.Reason) string {
	return map[bridge.Reason]string{
		bridge.ReasonNotConfigured:  "not configured",
		bridge.ReasonCurrent:        "current",
		bridge.ReasonSignInNeeded:   "sign-in needed",
		bridge.ReasonScopeMissing:   "scope not granted",
		bridge.ReasonNotOnPlan:      "not included in the plan",
		bridge.ReasonFailing:        "endpoint failing",
		bridge.ReasonApplication:    "client id and secret refused",
		bridge.ReasonAmbiguousOnly:  "only ambiguous measurements",
		bridge.ReasonHidden:         "hidden by policy",
		bridge.ReasonNotPolledYet:   "not polled yet",
		bridge.ReasonNoPush:         "needs notifications",
		bridge.ReasonTrackerSilent:  "tracker not syncing",
		bridge.ReasonNeverDelivered: "never received",
	}[reason]
}

func explanationText(why bridge.Explanation) string {
	if why.Reason == bridge.ReasonCurrent {
		return "measured " + why.MeasuredAt.Local().Format(time.DateTime)
	}
	return why.Note
}

func countKeys(n int) string {
	if n == 1 {
		return "1 key"
	}
	return fmt.Sprintf("%d keys", n)
}
