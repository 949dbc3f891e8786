// Package doctor looks at a whole arrangement - configuration, folder, cloud,
// broker, Home Assistant - and says in words what is wrong and what to do. It
// mends nothing, and shows neither secrets nor health values.
package doctor

import (
	"context"
	"slices"
	"time"

	"vitals2mqtt/config"
	"vitals2mqtt/discovery"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/push"
	"vitals2mqtt/withings"
)

// Level is how a finding is meant.
type Level string

// The levels.
const (
	OK   Level = "ok"
	Warn Level = "warn" // it works, and something should be done
	Fail Level = "FAIL" // something does not work
	Skip Level = "skip" // not looked at
)

// Kind sorts failures by who can mend them; it becomes the exit code.
type Kind int

// The kinds, the most telling last.
const (
	Other Kind = iota
	Broker
	SignIn
	Configuration
)

// Finding is one line of the report.
type Finding struct {
	// Check names what was looked at; Who is the person, if it is about one.
	Check   string `json:"check"`
	Profile string `json:"who,omitempty"`
	Level   Level  `json:"level"`
	// Text says what was found, Cure what to do about it.
	Text   string `json:"text"`
	Remedy string `json:"cure,omitempty"`
	Kind   Kind   `json:"-"`
	// Redacted is what may be told to strangers in the Text's place: nothing in it was
	// worded by the user, the network or the system. "" when the Text has nothing of
	// the kind.
	Redacted string `json:"-"`
}

// ConfigMessage is what is wrong with, or odd about, the configuration: as it is, and with
// nothing of the user's own in it.
type ConfigMessage struct{ Text, Redacted string }

// Input is the arrangement to look at, with all that is needed to look.
type Input struct {
	// Config is nil when it could not be loaded, for the Problems; Source is where
	// it comes from.
	Config             *config.Config
	Source             string
	Problems, Warnings []ConfigMessage
	Profiles           []Profile
	// Site tells which discovery documents are ours; without an instance id that
	// cannot be told.
	Site discovery.Site
	// CallbackURL is where the consent page sends people back to, PageURL the running
	// daemon's page as seen from this machine.
	CallbackURL, PageURL string
	// CallbackIsExternal says that the callback has another host than the page: that it
	// answers tells nothing then.
	CallbackIsExternal bool
	Folder             Folder
	Cloud              Cloud
	Broker             BrokerProbe
	// LargestDocument is the size of the largest discovery document, in bytes; 0 when it is
	// not known.
	LargestDocument int
	Web             Web
	// ProbeListener asks the running daemon's own notification address.
	ProbeListener func(ctx context.Context, secret string) error
	Now           func() time.Time
	// Timeout bounds each question; 0 is 20 s. EchoTimeout is how long a message may take
	// to come back from the broker; 0 is as package mqtt has it.
	Timeout, EchoTimeout time.Duration
}

// Profile is somebody of the configuration.
type Profile struct {
	Name, Slug string
	Keys       []string
	// WantedCategories are the notifications that the keys need, within a consent.
	WantedCategories func(scopes []string) []push.Category
}

// Folder is the state folder, looked at without touching it.
type Folder interface {
	Info() (FolderInfo, error)
	// Writable proves that a file could be written, or that a folder that is not there
	// could be made.
	Writable() error
	Token(slug string) (token withings.Token, stored time.Time, err error)
	// Secret is the end of the notification address, fs.ErrNotExist before there is
	// one.
	Secret() (string, error)
}

// FolderInfo are what there is to see of a state folder.
type FolderInfo struct {
	Path   string
	Exists bool
	// Exposed are files and folders that others can get at, with their modes.
	Exposed []string
	// OtherOwner says that another user owns it.
	OtherOwner bool
	// InUse says that a daemon works with it.
	InUse bool
}

// Cloud is the health cloud.
type Cloud interface {
	// Probe proves client id and secret.
	Probe(ctx context.Context) error
	// ClockOffset is by how much our clock is ahead of the cloud's, once it has answered.
	ClockOffset() (time.Duration, bool)
	// Subscriptions asks in the name of a person. While a daemon is at work, or the
	// folder is somebody else's, no token may be renewed for it: ErrHandsOff.
	Subscriptions(ctx context.Context, slug string, mayRenew bool) ([]withings.Subscription, error)
}

// BrokerProbe tries out what the broker allows.
type BrokerProbe func(ctx context.Context, i mqtt.ProbeOptions) (mqtt.ProbeResult, error)

// Web asks HTTP addresses.
type Web interface {
	// Head returns the status; redirects are not followed. Its error does not hold
	// the address.
	Head(ctx context.Context, address string) (int, error)
	// Get is Head for those who do not answer that.
	Get(ctx context.Context, address string) (int, error)
	// CheckListen proves that an address could be listened on.
	CheckListen(ctx context.Context, address string) error
}

// check is a row of the table.
type check struct {
	name string
	// needs are the checks without which this one makes no sense.
	needs []string
	run   func(ctx context.Context, e *run) []Finding
}

// run is a case and what was found out about it so far.
type run struct {
	Input

	folder FolderInfo
	tokens map[string]withings.Token // by slug, of those whose token can be read
	// subscriptions says who the cloud gave its subscriptions.
	subscriptions map[string][]withings.Subscription
	broker        mqtt.ProbeResult
	failed        map[string]bool
}

const defaultTimeout = 20 * time.Second

// Run runs all checks, one after the other: each may rest on those before.
func Run(ctx context.Context, c Input) Report {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	e := &run{
		Input: c, tokens: map[string]withings.Token{}, subscriptions: map[string][]withings.Subscription{}, failed: map[string]bool{},
	}
	var report Report
	for _, row := range checks() {
		report.Findings = append(report.Findings, e.runCheck(ctx, row)...)
	}
	return report
}

// runCheck runs one check, unless something it needs is broken.
func (e *run) runCheck(ctx context.Context, row check) []Finding {
	if at := slices.IndexFunc(row.needs, func(name string) bool { return e.failed[name] }); at >= 0 {
		e.failed[row.name] = true
		return []Finding{{Check: row.name, Level: Skip, Text: "not looked at: first of all, " + row.needs[at] + " must be right"}}
	}
	if ctx.Err() != nil {
		return []Finding{{Check: row.name, Level: Skip, Text: "not looked at: stopped"}}
	}
	ctx, cancel := context.WithTimeout(ctx, e.Timeout)
	defer cancel()
	findings := row.run(ctx, e)
	for i := range findings {
		if findings[i].Check == "" {
			findings[i].Check = row.name
		}
		if findings[i].Level == Fail && findings[i].Profile == "" {
			e.failed[row.name] = true
		}
	}
	return findings
}

func passed(text string) Finding     { return Finding{Level: OK, Text: text} }
func skipped(text string) Finding    { return Finding{Level: Skip, Text: text} }
func warn(text, cure string) Finding { return Finding{Level: Warn, Text: text, Remedy: cure} }
func fail(text, cure string) Finding { return Finding{Level: Fail, Text: text, Remedy: cure} }

// forProfile says whom a finding is about.
func (f Finding) forProfile(p Profile) Finding {
	f.Profile = p.Name
	return f
}

// withKind says who can mend it.
func (f Finding) withKind(k Kind) Finding {
	f.Kind = k
	return f
}
