package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Level is the severity of a finding.
type Level string

// The levels in ascending order.
const (
	LevelOK        Level = "ok"
	LevelAttention Level = "attention"
	LevelFailed    Level = "failed"
)

func (l Level) rank() int { return slices.Index([]Level{LevelOK, LevelAttention, LevelFailed}, l) }

// Finding is something that needs attention or has failed.
type Finding struct {
	Level Level `json:"level"`
	// Code is stable, for automations.
	Code string `json:"code"`
	// Profile is the slug of the profile, "" for the whole program.
	Profile string `json:"profile,omitempty"`
	// Text describes the problem in one sentence, Remedy what to do about it (""
	// for nothing).
	Text   string    `json:"text"`
	Remedy string    `json:"remedy,omitempty"`
	Since  time.Time `json:"since,omitzero"`
}

// The codes of findings. Overview.Problems have codes of their own.
const (
	codeStarting         = "starting"
	codeBrokerConnecting = "broker_connecting"
	codeBrokerRefused    = "broker_refused"
	codeBrokerDown       = "broker_unreachable"
	codeNoProfiles       = "no_profiles"
	codeSignIn           = "sign_in_needed"
	codeOverdue          = "poll_overdue"
	codeEndpoints        = "endpoint_failing"
	codeOffline          = "offline"
	codePush             = "push_unhealthy"
	codePushChecking     = "push_checking"
	codeState            = "state_not_stored"
	codeToken            = "token_not_stored"
)

// Verdict is the overall state.
type Verdict struct {
	Level Level `json:"level"`
	// Findings are sorted by severity, with those of the whole program before
	// those of profiles. They are empty if and only if the level is LevelOK.
	Findings []Finding `json:"findings"`
}

// Evaluate derives the verdict from the other fields of an overview.
func Evaluate(o Overview) Verdict {
	found := append(programFindings(o), brokerFindings(o)...)
	for _, p := range o.Profiles {
		found = append(found, profileFindings(p)...)
	}
	slices.SortStableFunc(found, func(a, b Finding) int { return cmp.Compare(b.Level.rank(), a.Level.rank()) })
	if len(found) == 0 {
		return Verdict{Level: LevelOK, Findings: []Finding{}}
	}
	return Verdict{Level: found[0].Level, Findings: found}
}

// Word returns the verdict in a word or two.
func (v Verdict) Word() string {
	switch {
	case v.Level == LevelOK:
		return "healthy"
	case !slices.ContainsFunc(v.Findings, isSerious):
		return stateStarting
	case v.Level == LevelAttention:
		return "needs attention"
	}
	return "failed"
}

// isSerious reports whether a finding is more than a normal state after start.
func isSerious(f Finding) bool {
	switch f.Code {
	case codeStarting, codeBrokerConnecting, codePushChecking:
		return false
	}
	return true
}

// Top returns the most severe finding, nil when there is none.
func (v Verdict) Top() *Finding {
	if len(v.Findings) == 0 {
		return nil
	}
	return &v.Findings[0]
}

// More returns the number of findings besides the top one.
func (v Verdict) More() int { return max(0, len(v.Findings)-1) }

// Program returns the findings of the whole program, except the top one.
func (v Verdict) Program() []Finding {
	if len(v.Findings) == 0 {
		return nil
	}
	return Verdict{Findings: v.Findings[1:]}.forProfile("")
}

// NotReady returns the codes of the findings that make the program not ready.
// Those of sign-ins and endpoints do not: an orchestrator that stops routing to
// a program that is not ready would make it impossible to sign in.
func (v Verdict) NotReady() []string {
	var codes []string
	for _, f := range v.Findings {
		switch f.Code {
		case codeSignIn, codeEndpoints, codeOffline:
			continue
		case codeBrokerConnecting:
		default:
			if f.Level != LevelFailed {
				continue
			}
		}
		if !slices.Contains(codes, f.Code) {
			codes = append(codes, f.Code)
		}
	}
	return codes
}

// forProfile returns the findings of one profile, "" for the whole program.
func (v Verdict) forProfile(slug string) []Finding {
	var found []Finding
	for _, f := range v.Findings {
		if f.Profile == slug {
			found = append(found, f)
		}
	}
	return found
}

// programFindings returns the findings of the whole program without the broker.
func programFindings(o Overview) []Finding {
	var found []Finding
	for _, p := range o.Problems {
		found = append(found, Finding{LevelFailed, p.Code, "", p.Text, p.Remedy, p.Since})
	}
	if len(o.Profiles) == 0 {
		found = append(found, Finding{
			Level:  LevelAttention,
			Code:   codeNoProfiles,
			Text:   "No profiles are configured.",
			Remedy: "Add at least one to withings.profiles.",
		})
	}
	return found
}

func brokerFindings(o Overview) []Finding {
	const remedy = "Check mqtt.url and that the broker is running; `vitals2mqtt doctor` tests the connection."
	switch {
	case o.BrokerConnected, o.Broker == "": // none during a sign-in at the terminal
		return nil
	case o.BrokerRefused:
		return []Finding{{
			Level:  LevelFailed,
			Code:   codeBrokerRefused,
			Text:   "The broker rejected the user name or password; nothing is published.",
			Remedy: "Check mqtt.username and mqtt.password; `vitals2mqtt doctor` tests them.",
		}}
	case o.BrokerError == "":
		return []Finding{{
			Level:  LevelAttention,
			Code:   codeBrokerConnecting,
			Text:   "Connecting to the broker.",
			Remedy: remedy,
		}}
	}
	return []Finding{{
		Level:  LevelFailed,
		Code:   codeBrokerDown,
		Text:   "Not connected to the broker; nothing is published (" + o.BrokerError + ").",
		Remedy: remedy,
	}}
}

// profileFindings returns the findings of one profile.
func profileFindings(p Profile) []Finding {
	var found []Finding
	add := func(level Level, code, text, remedy string, since time.Time) {
		found = append(found, Finding{level, code, p.Slug, text, remedy, since})
	}
	const storage = "Check that the state folder is writable and that the disk is not full."
	failing := p.failingEndpoints()
	if p.isStarting() {
		add(LevelAttention, codeStarting, "The first poll of "+p.Name+" has not finished yet.", "", time.Time{})
	}
	if p.SignInNeeded {
		add(LevelFailed, codeSignIn, p.Name+" is not signed in; no measurements arrive.",
			"Sign in on this page, or run `vitals2mqtt login "+p.Slug+"`.", oldestFailure(p.Endpoints))
	}
	if p.Overdue {
		add(LevelFailed, codeOverdue, "The last poll of "+p.Name+" has not finished.",
			"Check the log; restart vitals2mqtt if it persists.", p.NextPoll)
	}
	for _, fault := range p.Faults {
		code, known := map[string]string{"state": codeState, "token": codeToken}[fault.Name]
		if !known {
			code = fault.Name
		}
		text := fmt.Sprintf("%s: %s: %s.", p.Name, fault.Name, strings.TrimSuffix(fault.Text, "."))
		add(LevelFailed, code, text, storage, time.Time{})
	}
	if len(failing) > 0 {
		level := LevelAttention
		if !slices.ContainsFunc(p.Endpoints, Endpoint.isAnswering) {
			level = LevelFailed
		}
		add(level, codeEndpoints, failureText(p, failing), failureRemedy(p, failing), oldestFailure(failing))
	}
	switch {
	case p.Push == nil || p.Push.Healthy:
	case p.Push.Problem == "":
		add(LevelAttention, codePushChecking, "Notifications for "+p.Name+" have not been checked yet.", "",
			time.Time{})
	default:
		add(LevelAttention, codePush, "Notifications for "+p.Name+" are unreliable: "+p.Push.Problem+".",
			"Polling continues on schedule; `vitals2mqtt doctor` tests the callback URL.", time.Time{})
	}
	if !p.isStarting() && len(found) == 0 && p.State != stateOnline {
		add(LevelFailed, codeOffline, "No data has been fetched for "+p.Name+" for hours.", "Check the log.",
			p.LastSync)
	}
	return found
}

// The classes of failures with a remedy of their own.
const (
	classSignIn    = "sign_in"
	classAuth      = "auth"
	classForbidden = "forbidden"
)

// failingEndpoints returns the endpoints whose last request failed, without
// those that wait for a sign-in.
func (p Profile) failingEndpoints() []Endpoint {
	return slices.DeleteFunc(slices.Clone(p.Endpoints), func(e Endpoint) bool {
		return e.LastError == "" || p.SignInNeeded && (e.Class == classSignIn || e.Class == classAuth)
	})
}

// isStarting reports whether the first poll is still in progress, without an
// error.
func (p Profile) isStarting() bool {
	return !p.SignInNeeded && p.NextPoll.IsZero() && len(p.failingEndpoints()) == 0
}

// isAnswering reports whether the last request succeeded.
func (e Endpoint) isAnswering() bool { return e.LastError == "" && !e.LastSuccess.IsZero() }

// The states of a profile. The bridge publishes only the first two.
const (
	stateOnline    = "online"
	stateOffline   = "offline"
	stateStarting  = "starting"
	stateSignIn    = "sign-in needed"
	stateAttention = "needs attention"
	stateNoBroker  = "no broker" // data is fetched but not published
)

// profileBadge returns the state of a profile as the page shows it, and its
// level.
func profileBadge(p Profile, found []Finding, connected bool) (string, Level) {
	// Without notifications, polling still fetches everything.
	found = slices.DeleteFunc(slices.Clone(found), func(f Finding) bool { return f.Code == codePushChecking })
	switch {
	case p.SignInNeeded:
		return stateSignIn, LevelFailed
	case p.isStarting():
		return stateStarting, LevelAttention
	case len(found) == 0 && !connected:
		return stateNoBroker, LevelFailed
	case len(found) == 0:
		return stateOnline, LevelOK
	case p.State == stateOffline:
		return stateOffline, found[0].Level
	}
	return stateAttention, found[0].Level
}

// failureText describes the failing endpoints in one sentence.
func failureText(p Profile, failing []Endpoint) string {
	first, others := failing[0], ""
	switch more := len(failing) - 1; {
	case more == 1:
		others = " (and 1 other endpoint)"
	case more > 1:
		others = fmt.Sprintf(" (and %d other endpoints)", more)
	}
	text := strings.TrimSuffix(strings.TrimPrefix(first.LastError, first.Name+": "), ".")
	return fmt.Sprintf("The Withings API fails for %s at %s%s: %s.", p.Name, first.Name, others, text)
}

func failureRemedy(p Profile, failing []Endpoint) string {
	if !slices.ContainsFunc(failing, func(e Endpoint) bool { return e.Class != classForbidden }) {
		return "Sign in again and allow all requested permissions, or remove these sensors from `measurements`; " +
			"`vitals2mqtt status " + p.Slug + "` lists them."
	}
	return "It is retried automatically. If it persists, run `vitals2mqtt doctor`."
}

// oldestFailure returns the time of the first failure, zero when unknown.
func oldestFailure(endpoints []Endpoint) time.Time {
	var since time.Time
	for _, e := range endpoints {
		if !e.Since.IsZero() && (since.IsZero() || e.Since.Before(since)) {
			since = e.Since
		}
	}
	return since
}
