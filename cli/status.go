package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/health"
)

type statusCommand struct {
	jsonFlag

	Profile string `arg:"" optional:"" help:"Profile name from the configuration: also explain why its sensors have no value."`
	All     bool   `help:"List every key, also those with a value and those that are not configured."`
	Format  string `enum:"table,json" default:"table" hidden:"" help:"table or json."`
}

// Help is the long help text.
func (statusCommand) Help() string {
	return "The verdict is that of the running daemon, the same as on its page; without one, its stored state is judged."
}

// statusReport is what status prints.
type statusReport struct {
	// Source is sourceDaemon or sourceStored.
	Source   string          `json:"source"`
	Verdict  health.Verdict  `json:"verdict"`
	Profiles []profileStatus `json:"profiles"`
}

// profileStatus says what a profile has and lacks.
type profileStatus struct {
	Slug    string               `json:"profile"`
	Name    string               `json:"name"`
	Current int                  `json:"current"` // keys with a value
	Keys    []bridge.Explanation `json:"keys"`    // those without one, or all
	// LeftOut counts records that were left out, by kind and reason.
	LeftOut bridge.LeftOut `json:"left_out,omitempty"`
}

func (c statusCommand) run(ctx context.Context, s *session) error {
	settings, err := s.load(ctx)
	if err != nil {
		return err
	}
	profiles := settings.Withings.Profiles
	if c.Profile != "" {
		profile, err := findProfile(settings, c.Profile)
		if err != nil {
			return err
		}
		profiles = []config.Profile{profile}
	}
	verdict, fromDaemon, pageErr := currentVerdict(ctx, settings)
	report := statusReport{Source: sourceStored, Verdict: verdict}
	if fromDaemon {
		report.Source = sourceDaemon
	}
	for _, p := range profiles {
		status, err := c.profileStatus(ctx, settings, &p)
		if err != nil {
			return err
		}
		report.Profiles = append(report.Profiles, status)
	}
	if c.JSON || c.Format == "json" {
		return s.printJSON(report)
	}
	s.printVerdict(report, pageErr)
	for _, status := range report.Profiles {
		s.printf("\n")
		switch {
		case c.All:
			err = s.printEveryKey(status)
		case c.Profile != "":
			s.printMissing(status)
		default:
			s.printf("%s\n", status.summary())
		}
	}
	return err
}

func (c statusCommand) profileStatus(
	ctx context.Context, settings *config.Config, profile *config.Profile,
) (profileStatus, error) {
	status := profileStatus{Slug: profile.Slug, Name: profile.Name, Keys: []bridge.Explanation{}}
	explanations, err := explainKeys(ctx, settings, profile)
	if err != nil {
		return status, err
	}
	for _, why := range explanations {
		if why.Reason == bridge.ReasonCurrent {
			status.Current++
		}
		if c.All || why.Reason != bridge.ReasonCurrent && why.Reason != bridge.ReasonNotConfigured {
			status.Keys = append(status.Keys, why)
		}
	}
	status.LeftOut, err = bridge.LoadLeftOut(checkpoint.OpenReadOnly(settings.StateDir), profile.Slug)
	return status, err
}

// printVerdict prints the findings.
func (s *session) printVerdict(report statusReport, pageErr error) {
	switch {
	case report.Source == sourceDaemon:
		s.printf("%s, says the running daemon\n", capitalize(report.Verdict.Word()))
	case pageErr != nil:
		s.printf("%s, judging by what is stored: %v\n", capitalize(storedWord(report.Verdict)), pageErr)
	default:
		s.printf("%s, judging by what is stored: the page is disabled (web.enabled)\n",
			capitalize(storedWord(report.Verdict)))
	}
	for _, f := range report.Verdict.Findings {
		s.printf("\n%-9s  %s\n", f.Level, f.Text)
		if f.Remedy != "" {
			s.printf("%-9s  -> %s\n", "", f.Remedy)
		}
		if times := findingTimes(f); times != "" {
			s.printf("%-9s  %s\n", "", times)
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
		return line + fmt.Sprintf(", %d keys without a value (see `vitals2mqtt status %s`)", n, p.Slug)
	}
	return line + ", none missing"
}

// missingGroup is keys without a value for the same reason.
type missingGroup struct {
	reason bridge.Reason
	note   string
	keys   []string
}

// printMissing prints the keys without a value by reason, the most frequent one
// first.
func (s *session) printMissing(p profileStatus) {
	s.printf("%s: %d current values", p.Name, p.Current)
	if len(p.Keys) == 0 {
		s.printf(", none missing.\n")
	} else {
		s.printf(", %d keys without a value.\n", len(p.Keys))
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
		s.printf("\n%s (%d)", reasonText(g.reason), len(g.keys))
		if g.note != "" {
			s.printf(": %s", g.note)
		}
		s.printf("\n")
		if g.reason != bridge.ReasonSignInNeeded || len(groups) > 1 { // all of them, so why list them
			s.printf("%s", foldList(g.keys, "   ", 100))
		}
	}
	if lines := p.LeftOut.Lines(); len(lines) > 0 {
		s.printf("\nleft out\n")
		for _, line := range lines {
			s.printf("   %s\n", line)
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

// printEveryKey prints a table with a line for each key.
func (s *session) printEveryKey(p profileStatus) error {
	s.printf("%s: %d current values.\n\n", p.Name, p.Current)
	table := tabwriter.NewWriter(s.Stdout, 0, 0, 2, ' ', 0)
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
