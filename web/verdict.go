package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Level says how bad something is.
type Level string

// The levels, in ascending order of seriousness.
const (
	LevelOK        Level = "ok"
	LevelAttention Level = "attention"
	LevelFailed    Level = "failed"
)

func (l Level) rank() int { return slices.Index([]Level{LevelOK, LevelAttention, LevelFailed}, l) }

// Finding is one thing that is not as it should be.
type Finding struct {
	Level Level `json:"level"`
	// Code is stable, so that automations can compare it.
	Code string `json:"code"`
	// Profile is the slug of whom it concerns, "" for the whole program.
	Profile string `json:"profile,omitempty"`
	// Text says in one sentence what is wrong, Remedy what to do about it ("" when
	// nothing needs doing).
	Text   string    `json:"text"`
	Remedy string    `json:"remedy,omitempty"`
	Since  time.Time `json:"since,omitzero"`
}

// The codes of findings. What Overview.Problems holds brings its own.
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

// Verdict is how things are, all in all.
type Verdict struct {
	Level Level `json:"level"`
	// Findings has the most serious first, the program's before the profiles'; it
	// is empty exactly when the level is LevelOK.
	Findings []Finding `json:"findings"`
}

// Evaluate derives the verdict from the facts of an overview. It is the only place
// that decides whether all is well.
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

// Word is the verdict in two or three words.
func (v Verdict) Word() string {
	switch {
	case v.Level == LevelOK:
		return "all is well"
	case !slices.ContainsFunc(v.Findings, isSerious):
		return stateStarting
	case v.Level == LevelAttention:
		return "needs attention"
	}
	return "not working"
}

// isSerious reports whether a finding is more than a matter of the first seconds.
func isSerious(f Finding) bool {
	switch f.Code {
	case codeStarting, codeBrokerConnecting, codePushChecking:
		return false
	}
	return true
}

// Top is the most serious finding, nil when all is well.
func (v Verdict) Top() *Finding {
	if len(v.Findings) == 0 {
		return nil
	}
	return &v.Findings[0]
}

// More is the number of findings beside the most serious one.
func (v Verdict) More() int { return max(0, len(v.Findings)-1) }

// Program returns the findings that concern the whole program, but for the top.
func (v Verdict) Program() []Finding {
	if len(v.Findings) == 0 {
		return nil
	}
	return Verdict{Findings: v.Findings[1:]}.forProfile("")
}

// NotReady lists the codes of what keeps the program from its work. A sign-in or
// an endpoint is not among it: whoever takes a program that is not ready off the
// network could not sign in any more.
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

// forProfile returns the findings forProfile one profile.
func (v Verdict) forProfile(slug string) []Finding {
	var found []Finding
	for _, f := range v.Findings {
		if f.Profile == slug {
			found = append(found, f)
		}
	}
	return found
}

// programFindings is what concerns everybody, the broker's connection left aside.
func programFindings(o Overview) []Finding {
	var found []Finding
	for _, p := range o.Problems {
		found = append(found, Finding{Level: LevelFailed, Code: p.Code, Text: p.Text, Remedy: p.Remedy, Since: p.Since})
	}
	if len(o.Profiles) == 0 {
		found = append(found, Finding{
			Level: LevelAttention, Code: codeNoProfiles, Text: "No profiles are configured.",
			Remedy: "Name at least one in withings.profiles.",
		})
	}
	return found
}

func brokerFindings(o Overview) []Finding {
	const remedy = "Check mqtt.url and that the broker runs; `vitals2mqtt doctor` tests the connection."
	switch {
	case o.BrokerConnected, o.Broker == "": // or there is none to connect to, as at a sign-in at the terminal
		return nil
	case o.BrokerRefused:
		return []Finding{{
			Level: LevelFailed, Code: codeBrokerRefused, Text: "The broker refuses the user name or password: nothing is published.",
			Remedy: "Check mqtt.username and mqtt.password; `vitals2mqtt doctor` tests them.",
		}}
	case o.BrokerError == "":
		return []Finding{{Level: LevelAttention, Code: codeBrokerConnecting, Text: "Connecting to the broker.", Remedy: remedy}}
	}
	return []Finding{{
		Level: LevelFailed, Code: codeBrokerDown, Text: "No connection to the broker: nothing is published (" + o.BrokerError + ").",
		Remedy: remedy,
	}}
}

// profileFindings is what concerns one profileFindings.
func profileFindings(p Profile) []Finding {
	var found []Finding
	add := func(level Level, code, text, remedy string, since time.Time) {
		found = append(found, Finding{Level: level, Code: code, Profile: p.Slug, Text: text, Remedy: remedy, Since: since})
	}
	const storage = "Check that the state folder is writable and that the disk is not full."
	failing := p.failingEndpoints()
	if p.isStarting() {
		add(LevelAttention, codeStarting, "The first poll of "+p.Name+" has not finished yet.", "", time.Time{})
	}
	if p.SignInNeeded {
		add(LevelFailed, codeSignIn, p.Name+" is not signed in: no values arrive.",
			"Sign in on this page, or run `vitals2mqtt login "+p.Slug+"`.", oldestFailure(p.Endpoints))
	}
	if p.Overdue {
		add(LevelFailed, codeOverdue, "The last poll of "+p.Name+" has not come back.",
			"See the log; restart the program if it stays so.", p.NextPoll)
	}
	for _, fault := range p.Faults {
		code, known := map[string]string{"state": codeState, "token": codeToken}[fault.Name]
		if !known {
			code = fault.Name
		}
		add(LevelFailed, code, fmt.Sprintf("%s: %s: %s.", p.Name, fault.Name, strings.TrimSuffix(fault.Text, ".")), storage, time.Time{})
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
		add(LevelAttention, codePushChecking, "Notifications for "+p.Name+" have not been checked yet.", "", time.Time{})
	default:
		add(LevelAttention, codePush, "Notifications for "+p.Name+" cannot be relied on: "+p.Push.Problem+".",
			"Polling continues on schedule; `vitals2mqtt doctor` tests the way in.", time.Time{})
	}
	if !p.isStarting() && len(found) == 0 && p.State != stateOnline {
		add(LevelFailed, codeOffline, "Nothing has been fetched for "+p.Name+" for hours.", "See the log.", p.LastSync)
	}
	return found
}

// The classes of failures that the remedy depends on.
const (
	classSignIn    = "sign_in"
	classAuth      = "auth"
	classForbidden = "forbidden"
)

// failingEndpoints returns the endpoints whose last answer was an error, those left out
// that wait for a sign-in.
func (p Profile) failingEndpoints() []Endpoint {
	return slices.DeleteFunc(slices.Clone(p.Endpoints), func(e Endpoint) bool {
		return e.LastError == "" || p.SignInNeeded && (e.Class == classSignIn || e.Class == classAuth)
	})
}

// isStarting reports whether the first poll is still under way, without an error.
func (p Profile) isStarting() bool {
	return !p.SignInNeeded && p.NextPoll.IsZero() && len(p.failingEndpoints()) == 0
}

// isAnswering reports whether the last answer was a good one.
func (e Endpoint) isAnswering() bool { return e.LastError == "" && !e.LastSuccess.IsZero() }

// What the bridge says of a profile, and what the page says beyond that.
const (
	stateOnline    = "online"
	stateOffline   = "offline"
	stateStarting  = "starting"
	stateSignIn    = "sign-in needed"
	stateAttention = "needs attention"
	stateNoBroker  = "no broker" // fetched, and not published
)

// profileBadge is a profile's badge: what to call its state, and how bad that is.
func profileBadge(p Profile, found []Finding, connected bool) (string, Level) {
	// Polling brings everything that notifications do, but for their speed.
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

// failureText is one sentence about the endpoints that do not answer.
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
		return "Sign in again and allow everything that is asked for, or leave these values out of `measurements`; `vitals2mqtt status " +
			p.Slug + "` lists them."
	}
	return "It is tried again by itself. If it lasts, `vitals2mqtt doctor` looks for the cause."
}

// oldestFailure is since when any of the endpoints fails, the zero time when unknown.
func oldestFailure(endpoints []Endpoint) time.Time {
	var since time.Time
	for _, e := range endpoints {
		if !e.Since.IsZero() && (since.IsZero() || e.Since.Before(since)) {
			since = e.Since
		}
	}
	return since
}
