package doctor

import (
	"context"
	"slices"

	"vitals2mqtt/withings"
)

// RunOffline runs the checks that need neither the network nor a sign-in: of
// the configuration, the state directory, the page's port and the callback. It
// leaves out what was skipped.
func RunOffline(ctx context.Context, c Input) Report {
	r := &run{
		Input:         c,
		tokens:        map[string]withings.Token{},
		subscriptions: map[string][]withings.Subscription{},
		failed:        map[string]bool{},
	}
	r.Timeout = defaultTimeout
	var report Report
	for _, row := range checks() {
		if slices.Contains([]string{nameConfiguration, nameFolder, namePage, nameCallback}, row.name) {
			report.Findings = append(report.Findings, r.runCheck(ctx, row)...)
		}
	}
	report.Findings = slices.DeleteFunc(report.Findings, func(f Finding) bool { return f.Level == Skip })
	return report
}
