// SPDX-License-Identifier: MIT

package doctor

import (
	"context"
	"slices"
)

// RunOffline runs the checks that need neither the network nor a sign-in: of
// the configuration, the state directory, the page's port and the callback. It
// leaves out what was skipped.
func RunOffline(ctx context.Context, c Input) Report {
	c.Timeout = defaultTimeout
	r := newRun(c)
	report := r.only(ctx, nameConfiguration, nameFolder, namePage, nameCallback)
	report.Findings = slices.DeleteFunc(report.Findings, func(f Finding) bool { return f.Level == Skip })
	return report
}
