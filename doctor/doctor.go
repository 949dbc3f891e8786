// SPDX-License-Identifier: MIT

// Package doctor checks a whole setup - configuration, state directory,
// Withings API, broker, Home Assistant - from outside, and reports what is
// wrong with a code, facts, a sentence and a remedy. It changes nothing, and
// shows neither secrets nor health values.
package doctor

import (
	"context"
	"slices"
	"time"

	"vitals2mqtt/config"
	"vitals2mqtt/discovery"
	"vitals2mqtt/health"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/withings"
)

// Input is the setup to check, with all that is needed to check it.
type Input struct {
	// Config is nil when it could not be loaded; Source is the file it comes
	// from.
	Config *config.Config
	Source string
	// ConfigErr is why it could not be loaded, nil when there is no
	// configuration, AddOnErr why the add-on's options could not be used.
	ConfigErr, AddOnErr error
	Warnings            []config.Warning
	Profiles            []Profile
	// Former are no longer configured and have tokens.
	Former []Profile
	// Site identifies our discovery documents, except without an instance id.
	Site discovery.Site
	// CallbackURL is where the consent page redirects to, PageURL the running
	// daemon's page as seen from this machine.
	CallbackURL, PageURL string
	// CallbackIsExternal is set when the callback has another host than the
	// page: its response says nothing about the page then.
	CallbackIsExternal bool
	Folder             Folder
	// Archive opens the archive for reading. damage is what became of a damaged
	// one that was set aside; errors may have a remedy. It is nil when there is
	// no archive yet.
	Archive func(ctx context.Context) (damage, err error)
	// Verdict is that of the running daemon; asked is false when it could not be
	// asked, and the verdict is about what it has stored. err is why, nil when it
	// has no page. It is not called without a running daemon.
	Verdict func(ctx context.Context) (verdict health.Verdict, asked bool, err error)
	Cloud   Cloud
	Broker  BrokerProbe
	// LargestDocument is the size of the largest discovery document, in bytes;
	// 0 when it is not known.
	LargestDocument int
	Web             Web
	// ProbeListener sends a request to the running daemon's notification
	// listener.
	ProbeListener func(ctx context.Context, secret string) error
	Now           func() time.Time
	// Timeout bounds each check; 0 is 20 s. EchoTimeout is how long a message
	// may take to come back from the broker; 0 is the default of package mqtt.
	Timeout, EchoTimeout time.Duration
	Progress             Progress
}

// Progress observes a run. Its functions may be nil; they are called one after
// the other, in the order of the checks.
type Progress struct {
	Started func(check string)
	Found   func(Finding)
}

// Profile is a profile of the configuration.
type Profile struct {
	Name, Slug string
	Keys       []string
	// WantedCategories are the notifications that the keys need, within the
	// scopes of a consent.
	WantedCategories func(scopes []string) []withings.Category
}

// Folder is the state directory, read without changing it.
type Folder interface {
	Info() (FolderInfo, error)
	// Writable proves that a file could be written, or that a missing directory
	// could be created.
	Writable() error
	Token(slug string) (token withings.Token, stored time.Time, err error)
	// Secret is the end of the notification URL, fs.ErrNotExist before there is
	// one.
	Secret() (string, error)
}

// FolderInfo is what can be read about a state directory.
type FolderInfo struct {
	Path   string
	Exists bool
	// Exposed are files and directories that other users can access, with their
	// modes.
	Exposed []string
	// OtherOwner is set when another user owns it.
	OtherOwner bool
	// InUse is set while a daemon uses it.
	InUse bool
}

// Cloud is the Withings API.
type Cloud interface {
	// Probe proves client id and secret.
	Probe(ctx context.Context) error
	// ClockOffset is how far our clock is ahead of the API's, once it has
	// responded.
	ClockOffset() (time.Duration, bool)
	// Subscriptions lists those of a profile. While a daemon is running, or the
	// directory is another user's, no token may be refreshed for it:
	// ErrReadOnly.
	Subscriptions(ctx context.Context, slug string, mayRefresh bool) ([]withings.Subscription, error)
}

// BrokerProbe tests what the broker allows.
type BrokerProbe func(ctx context.Context, i mqtt.ProbeOptions) (mqtt.ProbeResult, error)

// Web sends HTTP requests.
type Web interface {
	// Head returns the status; redirects are not followed. Its error does not
	// contain the address.
	Head(ctx context.Context, address string) (int, error)
	// Get is Head for servers that do not support that.
	Get(ctx context.Context, address string) (int, error)
	// CheckListen proves that an address could be listened on.
	CheckListen(ctx context.Context, address string) error
}

// check is a row of the table.
type check struct {
	name string
	// needs are the checks that must pass first.
	needs []string
	// covers are the codes of the daemon's verdict that are about the same.
	covers []health.Code
	// hasProfiles is set when there is a finding for each profile.
	hasProfiles bool
	run         func(ctx context.Context, r *run) []Finding
}

// run is a setup and what the checks have found so far.
type run struct {
	Input

	folder FolderInfo
	// reported are the findings of the running daemon. asked is set when they are
	// its own, and not derived from what it has stored.
	reported []health.Status
	asked    bool
	tokens   map[string]withings.Token // by slug, of those whose token can be read
	// subscriptions are those of the profiles, by slug, as far as they could be
	// listed.
	subscriptions map[string][]withings.Subscription
	broker        mqtt.ProbeResult
	// These requests run ahead of their checks, nil when there are none.
	credentials func() error
	brokerProbe func() brokerAnswer
	// applicationErr is why client id and secret were refused for a profile.
	applicationErr error
	failed         map[string]bool
}

const defaultTimeout = 20 * time.Second

// Run runs all checks and reports in their order: each may depend on those
// before. What takes time runs ahead.
func Run(ctx context.Context, c Input) Report {
	r := newRun(c)
	ahead, stop := context.WithCancel(ctx)
	defer r.finishAhead()
	defer stop()
	var report Report
	for _, row := range checks() {
		if c.Progress.Started != nil && ctx.Err() == nil {
			c.Progress.Started(row.name)
		}
		for _, f := range r.runCheck(ctx, row) {
			report.Findings = append(report.Findings, f)
			if c.Progress.Found != nil && ctx.Err() == nil { // nobody waits for what is skipped then
				c.Progress.Found(f)
			}
		}
		if row.name == nameFolder {
			r.startAhead(ahead)
		}
	}
	return report
}

// runCheck runs one check, unless one that it needs has failed.
func (r *run) runCheck(ctx context.Context, row check) []Finding {
	if at := slices.IndexFunc(row.needs, func(name string) bool { return r.failed[name] }); at >= 0 {
		r.failed[row.name] = true
		return labelled(row.name, found("check_skipped").term("needs", row.needs[at]))
	}
	if ctx.Err() != nil {
		return labelled(row.name, found("check_stopped"))
	}
	ctx, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	findings := labelled(row.name, row.run(ctx, r)...)
	for i := range findings {
		if findings[i].Level == Fail && findings[i].Profile == "" {
			r.failed[row.name] = true
		}
	}
	return labelled(row.name, r.reconcile(row, findings)...)
}

// labelled sets the check of findings.
func labelled(check string, findings ...Finding) []Finding {
	for i := range findings {
		findings[i].Check = check
	}
	return findings
}
