// SPDX-License-Identifier: MIT

package bridge

import (
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/health"
)

// After an outage, the profile that is polled first is not taken for a
// recovery of one and a failure of the others; but what lasts is reported.
func TestRemaindersOfAnOutageAreNotLogged(t *testing.T) {
	t.Parallel()
	const slug = "bob"
	outage := health.Status{
		Subject:  health.API,
		Level:    health.Failed,
		Code:     health.CodeAPIFailing,
		Affected: []string{"alice", slug},
	}
	failing := health.Status{
		Subject: health.Polling,
		Profile: slug,
		Level:   health.Failed,
		Code:    health.CodeEndpointFailing,
	}
	fine := health.Status{Subject: health.Polling, Profile: slug, Level: health.OK, Code: health.CodeOK}
	verdict := func(findings ...health.Status) health.Verdict {
		return health.Verdict{Findings: findings, Subjects: append([]health.Status{fine}, findings...)}
	}
	for name, test := range map[string]struct {
		after []health.Verdict // a minute apart
		want  string
	}{
		"the next poll succeeds":   {[]health.Verdict{verdict(failing), verdict()}, "failing,answers"},
		"and fails later":          {[]health.Verdict{verdict(failing), verdict(), verdict(failing)}, "failing,answers,sync failed"},
		"the next poll fails, too": {repeated(verdict(failing)), "failing,answers,sync failed"},
		"another outage": {
			append([]health.Verdict{verdict(failing), verdict(outage)}, repeated(verdict())...),
			"failing,answers,failing,answers",
		},
	} {
		var text strings.Builder
		r := &healthReporter{log: zerolog.New(&text)}
		now := epoch()
		r.report(verdict(), now)
		r.report(verdict(outage), now)
		for _, next := range test.after {
			now = now.Add(time.Minute)
			r.report(next, now)
		}
		var got []string
		for line := range strings.Lines(text.String()) {
			for _, word := range []string{"API failing", "answers", "sync failed", "sync recovered"} {
				if strings.Contains(line, word) {
					got = append(got, strings.TrimPrefix(word, "API "))
				}
			}
		}
		if strings.Join(got, ",") != test.want {
			t.Errorf("%s: %v, want %s", name, got, test.want)
		}
	}
}

// repeated returns a verdict twelve times.
func repeated(v health.Verdict) (all []health.Verdict) {
	for range 12 {
		all = append(all, v)
	}
	return all
}
