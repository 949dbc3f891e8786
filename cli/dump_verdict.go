// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"slices"
	"time"

	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/health"
	"vitals2mqtt/sensors"
)

// verdictDump is the verdict without its sentences, which contain names.
type verdictDump struct {
	Source   string       `json:"source"` // "daemon" or "stored"
	Level    health.Level `json:"level"`
	Findings []statusDump `json:"findings"`
}

// statusDump is one of its findings.
type statusDump struct {
	Code    health.Code  `json:"code"`
	Level   health.Level `json:"level"`
	Profile string       `json:"who,omitempty"`
	// SinceAgo and NextIn are relative to now.
	SinceAgo  string   `json:"since_ago,omitempty"`
	NextIn    string   `json:"next_try_in,omitempty"`
	Affected  int      `json:"affected,omitempty"`
	Endpoints []string `json:"endpoints,omitempty"`
}

// rememberVerdict keeps the verdict that the doctor shows.
func (d *diagnosis) rememberVerdict(c *config.Config) func(context.Context) (health.Verdict, bool, error) {
	ask := doctorVerdict(c)
	return func(ctx context.Context) (health.Verdict, bool, error) {
		verdict, asked, err := ask(ctx)
		d.verdict, d.asked = &verdict, asked
		return verdict, asked, err
	}
}

// dumpVerdict describes the daemon's verdict, or the one about what is stored.
func dumpVerdict(ctx context.Context, d *diagnosis, now time.Time) *verdictDump {
	verdict, source := d.verdict, "stored"
	if verdict == nil { // no daemon is running
		stored := daemon.StoredVerdict(ctx, d.config)
		verdict = &stored
	}
	if d.asked {
		source = "daemon"
	}
	dump := &verdictDump{Source: source, Level: health.Level(knownLevel(verdict.Level)), Findings: []statusDump{}}
	for _, s := range verdict.Findings {
		row := statusDump{
			Code:     knownCode(s.Code),
			Level:    health.Level(knownLevel(s.Level)),
			Profile:  d.slugNumber(s.Profile),
			SinceAgo: ago(s.Since, now),
			Affected: len(s.Affected),
		}
		if !s.NextTry.IsZero() {
			row.NextIn = formatSpan(s.NextTry.Sub(now))
		}
		for _, name := range s.Endpoints {
			if sensors.Endpoint(name).Scope() != "" {
				row.Endpoints = append(row.Endpoints, name)
			}
		}
		dump.Findings = append(dump.Findings, row)
	}
	return dump
}

// knownCode replaces codes that are not in the table: the page may be another
// program's.
func knownCode(code health.Code) health.Code {
	isKnown := func(d health.Description) bool { return d.Code == code }
	if slices.ContainsFunc(health.Codes(), isKnown) {
		return code
	}
	return "another"
}

func knownLevel(l health.Level) string {
	return knownWord(string(l), string(health.OK), string(health.Attention), string(health.Failed))
}

// slugNumber stands for the slug of a profile.
func (d *diagnosis) slugNumber(slug string) string {
	for _, p := range d.config.Withings.Profiles {
		if p.Slug == slug {
			return d.profileNumber(p.Name)
		}
	}
	return ""
}
