// SPDX-License-Identifier: MIT

package cli_test

import (
	"encoding/json"
	"html"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/health"
)

// surfaces is everything that shows the verdict of one running daemon.
type surfaces struct {
	harness       *clitest.Harness
	path, address string
	daemon        *clitest.Process
	verdict       health.Verdict // of /api/overview
}

// await waits until the verdict has these findings and no others.
func (s *surfaces) await(t *testing.T, codes ...health.Code) {
	t.Helper()
	slices.Sort(codes)
	err := clitest.WaitFor(t.Context(), "the verdict", func() bool {
		s.verdict = clitest.GetOverview(t, s.address).Verdict
		// What affects both profiles may have reached only one of them yet.
		partial := func(f health.Status) bool { return len(f.Affected) == 1 }
		return slices.Equal(codesOf(s.verdict.Findings), codes) && !slices.ContainsFunc(s.verdict.Findings, partial)
	})
	if err != nil {
		t.Fatalf("%v: %+v, want %v\n%s", err, s.verdict.Findings, codes, s.daemon.Stderr)
	}
	for _, f := range s.verdict.Findings {
		if f.Since.IsZero() && f.Code != health.CodeNotSignedIn { // which has no beginning
			t.Errorf("%s does not say since when", f.Code)
		}
	}
}

func codesOf(findings []health.Status) []health.Code {
	codes := []health.Code{}
	for _, f := range findings {
		codes = append(codes, f.Code)
	}
	slices.Sort(codes)
	return codes
}

// get returns the status and the body of a page.
func (s *surfaces) get(t *testing.T, target string) (status int, body string) {
	t.Helper()
	reply, err := clitest.Browser().Do(clitest.Get(t, "http://"+s.address+target))
	clitest.Must(t, err)
	defer func() { _ = reply.Body.Close() }()
	text, err := io.ReadAll(reply.Body)
	clitest.Must(t, err)
	return reply.StatusCode, string(text)
}

// checkPage compares page and readiness check with the verdict.
func (s *surfaces) checkPage(t *testing.T) {
	t.Helper()
	_, body := s.get(t, "/")
	head, _, _ := strings.Cut(body, "data-profile")
	text := strings.Join(strings.Fields(html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(head, " "))), " ")
	if strings.Contains(text, "All is well.") != (s.verdict.Level == health.OK) {
		t.Errorf("the page says of %s: %s", s.verdict.Word(), text)
	}
	if top := s.verdict.Top(); top != nil && !strings.Contains(text, strings.ReplaceAll(top.Text, "`", "")) {
		t.Errorf("the page does not say %q: %s", top.Text, text)
	}
	status, ready := s.get(t, "/readyz")
	if blocking := s.verdict.NotReady(); (status == http.StatusOK) != (len(blocking) == 0) {
		t.Errorf("readyz %d %s, want %v", status, ready, blocking)
	}
}

// checkCommands compares status, profiles and doctor with the verdict.
func (s *surfaces) checkCommands(t *testing.T) {
	t.Helper()
	var status struct {
		Source  string
		Verdict health.Verdict
	}
	s.decode(t, &status, "status", "--json")
	if status.Source != "daemon" || !sameFindings(status.Verdict.Findings, s.verdict.Findings) {
		t.Errorf("status: %s %+v, want %+v", status.Source, status.Verdict.Findings, s.verdict.Findings)
	}
	var profiles []struct {
		Profile  string
		SignedIn bool `json:"signed_in"`
		Findings []health.Status
	}
	s.decode(t, &profiles, "profiles", "--json")
	for _, p := range profiles {
		want := s.verdict.Of(p.Profile)
		signedIn := !slices.ContainsFunc(want, func(f health.Status) bool {
			return f.Subject == health.SignIn && f.Level == health.Failed
		})
		if !sameFindings(p.Findings, want) || p.SignedIn != signedIn {
			t.Errorf("profiles: %+v, want %+v", p, want)
		}
	}
	var report struct {
		Findings []struct{ Code, Level string }
	}
	code := s.decode(t, &report, "doctor", "--json")
	for _, f := range s.verdict.Findings {
		level := map[health.Level]string{health.Attention: "warn", health.Failed: "FAIL"}[f.Level]
		if !slices.Contains(report.Findings, struct{ Code, Level string }{string(f.Code), level}) {
			t.Errorf("doctor does not report %s as %s: %v", f.Code, level, report.Findings)
		}
	}
	if failed := s.verdict.Level == health.Failed; failed && code == 0 {
		t.Errorf("doctor exits with 0 despite %v", s.verdict.Findings)
	}
	if len(health.SignInFindings(s.verdict.Findings)) > 0 && s.verdict.Top().Subject == health.SignIn && code != 4 {
		t.Errorf("doctor exits with %d, want 4", code)
	}
}

// decode runs a command and decodes its output.
func (s *surfaces) decode(t *testing.T, into any, args ...string) (code int) {
	t.Helper()
	result := clitest.Run(t, append([]string{"--config", s.path}, args...)...)
	if err := json.Unmarshal([]byte(result.Stdout), into); err != nil {
		t.Fatalf("%v: %v in %s %s", args, err, result.Stdout, result.Stderr)
	}
	return result.Code
}

func sameFindings(a, b []health.Status) bool {
	return slices.EqualFunc(a, b, func(a, b health.Status) bool {
		return a.Code == b.Code && a.Profile == b.Profile && a.Level == b.Level && a.Text == b.Text && a.Remedy == b.Remedy
	})
}

// checkMQTT compares bridge/health and the problem entities with the verdict,
// once they have arrived.
func (s *surfaces) checkMQTT(t *testing.T) {
	t.Helper()
	var report struct{ Verdict health.Verdict }
	err := clitest.WaitFor(t.Context(), "bridge/health", func() bool {
		report.Verdict = health.Verdict{}
		_ = json.Unmarshal([]byte(s.harness.Broker.Retained()["vitals2mqtt/bridge/health"]), &report)
		return slices.Equal(codesOf(report.Verdict.Findings), codesOf(s.verdict.Findings))
	})
	if err != nil || report.Verdict.Level != s.verdict.Level || report.Verdict.Problem != s.verdict.Problem {
		t.Errorf("bridge/health has %+v, want %+v", report.Verdict, s.verdict)
	}
	for _, slug := range []string{"alice", "bob"} {
		s.checkEntity(t, slug, "authorization", health.SignInFindings)
		s.checkEntity(t, slug, "sync_problem", health.SyncFindings)
	}
}

// checkEntity waits until a problem entity shows the findings about a profile.
// A verdict that concerns one more profile has the same findings.
func (s *surfaces) checkEntity(t *testing.T, slug, key string, selected func([]health.Status) []health.Status) {
	t.Helper()
	topic := "vitals2mqtt/" + slug + "/" + key + "/detail"
	clitest.Must(t, s.harness.WaitRetained(t.Context(), topic, ""))
	err := clitest.WaitFor(t.Context(), topic, func() bool {
		var detail struct{ Value, Reason string }
		clitest.Must(t, json.Unmarshal([]byte(s.harness.Broker.Retained()[topic]), &detail))
		findings := selected(clitest.GetOverview(t, s.address).Verdict.Of(slug))
		return (detail.Value == "ON") == (len(findings) > 0) && (len(findings) == 0 || detail.Reason == findings[0].Text)
	})
	if err != nil {
		t.Errorf("%v; it is %s", err, s.harness.Broker.Retained()[topic])
	}
}

// checkLog expects one line for each finding. The client of the broker logs what
// it observes itself, in words of its own and with the same code.
func (s *surfaces) checkLog(t *testing.T) {
	t.Helper()
	log := s.daemon.Stderr.String()
	for _, f := range health.WithoutTransient(s.verdict.Findings) {
		lines := 0
		for line := range strings.Lines(log) {
			var entry struct{ Code, Profile, Level string }
			if json.Unmarshal([]byte(line), &entry) == nil && entry.Code == string(f.Code) && entry.Profile == f.Profile &&
				(entry.Level == "warn" || entry.Level == "error") {
				lines++
			}
		}
		if lines == 0 || lines > 1 && f.Code != health.CodeMessageRefused { // one for each message
			t.Errorf("%d lines about %s of %q in the log:\n%s", lines, f.Code, f.Profile, log)
		}
	}
	if strings.Contains(log, "vitals2mqtt login") != (len(health.SignInFindings(s.verdict.Findings)) > 0) {
		t.Errorf("the log speaks of a login, or does not:\n%s", log)
	}
}
