// SPDX-License-Identifier: MIT

package doctor

import (
	"context"
	"slices"
	"time"

	"vitals2mqtt/withings"
)

// RunApplication proves client id and secret, and compares the clock. Of the
// input it needs Config and Cloud.
func RunApplication(ctx context.Context, c Input) Report {
	r := newRun(c)
	r.credentials = func() error {
		ctx, cancel := context.WithTimeout(ctx, r.Timeout)
		defer cancel()
		return r.Cloud.Probe(ctx)
	}
	return r.only(ctx, nameCredentials, nameClock)
}

// RunBroker connects to a broker and tries out what the daemon needs. Of the
// input it needs Config, Site and Broker. The embedded broker has nothing to
// connect to before the daemon runs.
func RunBroker(ctx context.Context, c Input) Report {
	r := newRun(c)
	r.brokerProbe = func() brokerAnswer {
		ctx, cancel := context.WithTimeout(ctx, r.Timeout)
		defer cancel()
		options := r.probeOptions()
		options.MaxSize = 0 // measuring it takes longer than somebody waits
		probed, err := r.Broker(ctx, options)
		return brokerAnswer{probed, err}
	}
	return r.only(ctx, nameBroker, namePermissions)
}

// only runs some of the checks.
func (r *run) only(ctx context.Context, names ...string) (report Report) {
	for _, row := range checks() {
		if slices.Contains(names, row.name) {
			row.needs = slices.DeleteFunc(row.needs, func(name string) bool { return !slices.Contains(names, name) })
			report.Findings = append(report.Findings, r.runCheck(ctx, row)...)
		}
	}
	return report
}

func newRun(c Input) *run {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	return &run{
		Input:         c,
		tokens:        map[string]withings.Token{},
		subscriptions: map[string][]withings.Subscription{},
		failed:        map[string]bool{},
	}
}
