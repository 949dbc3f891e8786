// SPDX-License-Identifier: MIT

package browser

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// record keeps what the browser tells of a tab.
type record struct {
	mu       sync.Mutex
	findings []string
	hosts    []string
	received float64
	asked    string // the last page
}

func newRecord() *record { return &record{} }

// Findings are errors in the console, violations of the content security
// policy, and requests to more than one host.
func (r *record) Findings() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	found := slices.Clone(r.findings)
	if len(r.hosts) > 1 {
		found = append(found, fmt.Sprintf("requests to %v", r.hosts))
	}
	return found
}

// Received is how many bytes have come over the wire, headers included.
func (r *record) Received() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return int(r.received)
}

// Asked is the address of the last page that was requested, also if there is
// none.
func (r *record) Asked() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asked
}

// Forget forgets everything so far.
func (r *record) Forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.findings, r.hosts, r.received = nil, nil, 0
}

// note takes an event of the tab.
func (r *record) note(event any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			r.findings = append(r.findings, fmt.Sprintf("%s %s: %s %s", e.Entry.Source, e.Entry.Level, e.Entry.Text, e.Entry.URL))
		}
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if thrown := e.ExceptionDetails.Exception; thrown != nil {
			text += " " + thrown.Description
		}
		r.findings = append(r.findings, "exception: "+text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			r.findings = append(r.findings, "console: "+said(e.Args))
		}
	case *audits.EventIssueAdded:
		if policy := e.Issue.Details.ContentSecurityPolicyIssueDetails; policy != nil {
			r.findings = append(r.findings, fmt.Sprintf("content security policy: %s %s", policy.ViolatedDirective, policy.BlockedURL))
		}
	case *network.EventRequestWillBeSent:
		r.noteHost(e.Request.URL)
		if e.Type == network.ResourceTypeDocument {
			r.asked = e.Request.URL
		}
	case *network.EventLoadingFinished:
		r.received += e.EncodedDataLength
	}
}

func (r *record) noteHost(address string) {
	parsed, err := url.Parse(address)
	if err != nil {
		r.findings = append(r.findings, err.Error())
		return
	}
	if parsed.Scheme == "data" { // Chromium's own controls; the policy lets none of ours through
		return
	}
	if host := parsed.Scheme + "://" + parsed.Host; !slices.Contains(r.hosts, host) {
		r.hosts = append(r.hosts, host)
	}
}

func said(args []*runtime.RemoteObject) string {
	words := make([]string, 0, len(args))
	for _, arg := range args {
		words = append(words, string(arg.Value)+arg.Description)
	}
	return strings.Join(words, " ")
}
