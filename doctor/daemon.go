// SPDX-License-Identifier: MIT

package doctor

import (
	"context"
	"slices"
	"strings"
	"time"

	"vitals2mqtt/health"
)

// checkDaemon reports the verdict of the running daemon, or the one about what
// it has stored when it cannot be asked.
func checkDaemon(ctx context.Context, r *run) []Finding {
	if running, err := r.daemonRunning(); err != nil || !running || r.Verdict == nil {
		return []Finding{found("daemon_not_running")}
	}
	verdict, asked, err := r.Verdict(ctx)
	r.reported, r.asked = verdict.Findings, asked
	var findings []Finding
	switch {
	case asked && len(r.reported) == 0:
		findings = append(findings, found("daemon_ok"))
	case err != nil:
		findings = append(findings, found("daemon_silent").because(err))
	case !asked:
		findings = append(findings, found("daemon_page_disabled"))
	}
	for _, s := range r.reported {
		findings = append(findings, r.reportedFinding(s))
	}
	return findings
}

// reportedFinding is a finding of the daemon as one of the doctor. Its facts are
// terms of this program: what a page or a broker says may be another one's.
func (r *run) reportedFinding(s health.Status) Finding {
	f := found("daemon_problem")
	if at := slices.IndexFunc(health.Codes(), func(d health.Description) bool { return d.Code == s.Code }); at >= 0 {
		f.Code = Code(s.Code)
		f = f.term("subject", string(health.Codes()[at].Subject))
	}
	f.Level, f.Kind, f.Profile = Warn, reportedKind(s), r.profileName(s.Profile)
	if s.Level == health.Failed {
		f.Level = Fail
	}
	if !s.Since.IsZero() {
		f = f.number("minutes", max(0, int(r.Now().Sub(s.Since)/time.Minute)))
	}
	remedy := withoutDoctor().Replace(s.Remedy)
	if check, ok := examinedBy()[s.Code]; ok {
		remedy = `see "` + check + `" below`
	}
	return f.detail("text", s.Text).detail("remedy", remedy)
}

// reportedKind sorts a finding of the daemon.
func reportedKind(s health.Status) Kind {
	switch {
	case len(health.SignInFindings([]health.Status{s})) > 0:
		return SignIn
	case slices.Contains(brokerCodes(), s.Code):
		return Broker
	}
	return Other
}

// profileName is the name of a profile, "" for no profile.
func (r *run) profileName(slug string) string {
	at := slices.IndexFunc(r.Profiles, func(p Profile) bool { return p.Slug == slug })
	if at < 0 {
		return slug
	}
	return r.Profiles[at].Name
}

// compatibleCodes are findings that a check which passes does not contradict: a
// single request, or a look at the broker, cannot see what they are about.
func compatibleCodes() []health.Code {
	return []health.Code{health.CodeRateLimited, health.CodeSecondInstallation}
}

func brokerCodes() []health.Code {
	return []health.Code{health.CodeBrokerRefused, health.CodeBrokerUnreachable, health.CodeBrokerConnecting}
}

func signInCodes() []health.Code {
	return []health.Code{
		health.CodeNotSignedIn, health.CodeSignInNeeded, health.CodeRefreshRetrying, health.CodeTokenCorrupt,
		health.CodeTokenNewer, health.CodeTokenUnreadable,
	}
}

func credentialCodes() []health.Code {
	return []health.Code{health.CodeApplicationCredentials, health.CodeAPIUnreachable, health.CodeRateLimited}
}

func clockCodes() []health.Code { return []health.Code{health.CodeClockOff, health.CodeClockWrong} }

// examinedBy names the check that finds out more about what the daemon reports.
func examinedBy() map[health.Code]string {
	checks := map[health.Code]string{health.CodePushUnhealthy: nameNotifications}
	for _, code := range brokerCodes() {
		checks[code] = nameBroker
	}
	return checks
}

// withoutDoctor replaces the advice to run the doctor.
func withoutDoctor() *strings.Replacer {
	return strings.NewReplacer(
		"run `vitals2mqtt doctor`", "report it with `vitals2mqtt dump`",
		"`vitals2mqtt doctor` measures the limit", `see "`+nameMessageSize+`" below`,
	)
}

// isSignInReported reports whether the daemon has said what is wrong with the
// sign-in of a profile.
func (r *run) isSignInReported(p Profile) bool {
	return slices.ContainsFunc(r.reported, func(s health.Status) bool {
		return s.Profile == p.Slug && slices.Contains(signInCodes(), s.Code)
	})
}

// reconcile compares the findings of a check with what the daemon has reported
// about the same: nothing is said twice, and a difference is named.
func (r *run) reconcile(row check, findings []Finding) []Finding {
	lasting := health.WithoutTransient(r.reported) // the rest may have passed
	for i, f := range findings {
		at := slices.IndexFunc(lasting, func(s health.Status) bool {
			return slices.Contains(row.covers, s.Code) && r.profileName(s.Profile) == f.Profile
		})
		if at < 0 {
			continue
		}
		reported := lasting[at]
		replacement := f
		switch {
		case f.Level == OK && slices.Contains(compatibleCodes(), reported.Code):
		case f.Level == OK:
			replacement = found("differs_from_daemon").term("reported", string(reported.Code))
		case f.Code == Code(reported.Code) && examinedBy()[reported.Code] != row.name:
			replacement = found("reported_by_daemon")
		}
		replacement.Profile = f.Profile
		findings[i] = replacement
	}
	return findings
}
