// SPDX-License-Identifier: MIT

package cli

import (
	"errors"
	"fmt"
	"slices"
	"text/tabwriter"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// backfillResult is what a backfill brought.
type backfillResult struct {
	Profile string `json:"profile"`
	// Complete is true when everything that was asked for was read.
	Complete bool              `json:"complete"`
	Kinds    []backfilledKind  `json:"kinds"`
	Refused  []refusedEndpoint `json:"refused"`

	refusals []error
}

// backfilledKind is what came of one kind of record.
type backfilledKind struct {
	Kind    sensors.Kind `json:"kind"`
	Records int          `json:"records"`
	// Changed of them were new or had changed. Removed are no longer in the cloud.
	Changed int `json:"changed"`
	Removed int `json:"removed"`
	// Oldest and Newest are when they were measured.
	Oldest *time.Time `json:"oldest,omitempty"`
	Newest *time.Time `json:"newest,omitempty"`
	// Doubtful is true when a response lacked too much to be believed.
	Doubtful bool `json:"doubtful,omitempty"`
}

// refusedEndpoint is an endpoint without a history, and why.
type refusedEndpoint struct {
	Endpoint sensors.Endpoint `json:"endpoint"`
	Reason   string           `json:"reason"`
}

func (r *backfillResult) add(step bridge.BackfillStep) {
	at := slices.IndexFunc(r.Kinds, func(k backfilledKind) bool { return k.Kind == step.Kind })
	if at < 0 {
		at = len(r.Kinds)
		r.Kinds = append(r.Kinds, backfilledKind{Kind: step.Kind})
	}
	k := &r.Kinds[at]
	k.Records += step.Records
	k.Changed += step.Changed
	k.Removed += step.Removed
	k.Doubtful = k.Doubtful || step.Doubtful
	if step.Oldest.IsZero() {
		return
	}
	if k.Oldest == nil || step.Oldest.Before(*k.Oldest) {
		k.Oldest = &step.Oldest
	}
	if k.Newest == nil || step.Newest.After(*k.Newest) {
		k.Newest = &step.Newest
	}
}

func (r *backfillResult) setRefused(refused []bridge.Refusal) {
	r.Refused = []refusedEndpoint{}
	for _, one := range refused {
		r.Refused = append(r.Refused, refusedEndpoint{one.Endpoint, withings.Summary(one.Err)})
		r.refusals = append(r.refusals, one.Err)
	}
	if r.Kinds == nil {
		r.Kinds = []backfilledKind{}
	}
}

// failure is the error of a backfill that should be repeated. What the account's
// scopes or plan do not include would be refused again.
func (r *backfillResult) failure() error {
	again := slices.DeleteFunc(slices.Clone(r.refusals), func(err error) bool {
		return withings.ClassOf(err) == withings.Forbidden
	})
	if len(again) == 0 {
		return nil
	}
	return errors.New("not everything was read; the same command goes on where it was")
}

// years are the years of the records.
func (k backfilledKind) years() string {
	switch {
	case k.Oldest == nil:
		return ""
	case k.Oldest.Year() == k.Newest.Year():
		return k.Oldest.Format("2006")
	}
	return k.Oldest.Format("2006") + " to " + k.Newest.Format("2006")
}

// report prints what came.
func (r *backfillResult) report(s *session, asJSON bool) error {
	if asJSON {
		return s.printJSON(r)
	}
	table := tabwriter.NewWriter(s.Stdout, 0, 0, 2, ' ', 0)
	for _, k := range r.Kinds {
		note := fmt.Sprintf("%d new or changed", k.Changed)
		if k.Removed > 0 {
			note += fmt.Sprintf(", %d deleted", k.Removed)
		}
		if k.Doubtful {
			note += "; so much was missing that it was not believed: repeat this in an hour"
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", k.Kind, plural(k.Records, "record", "records"), k.years(), note)
	}
	for _, one := range r.Refused {
		_, _ = fmt.Fprintf(table, "%s\tnot read: %s\n", one.Endpoint, one.Reason)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("printing the result: %w", err)
	}
	return nil
}
