// SPDX-License-Identifier: MIT

// Package report puts the blood pressure, weight, pulse and electrocardiograms
// of a person on one page to print. It does not serve or store the page, and
// judges nothing.
package report

import (
	"context"
	"html/template"
	"time"

	"vitals2mqtt/bloodpressure"
	"vitals2mqtt/display"
	"vitals2mqtt/history"
)

// Archive is what a report is read from. *history.Archive implements it.
type Archive interface {
	bloodpressure.Records
	// Range returns the values of a key.
	Range(ctx context.Context, r history.Range) (history.Series, error)
	// ECGs returns the electrocardiograms of a range, oldest first.
	ECGs(ctx context.Context, user string, from, to time.Time) ([]history.ECG, error)
}

// Options are whom and what a report is about.
type Options struct {
	// Name is that of the person, User the cloud's user id; without one there are
	// no readings.
	Name, User string
	Period     Period
	Now        time.Time
	// Reader is how values are written. Its zone is the person's.
	Reader display.Reader
	// Version is that of the program.
	Version string
}

// Report is the content of the page.
type Report struct {
	display.Language

	Name, Period, Made, Version string
	Pressure                    *Pressure // nil without readings
	Weight                      *Weight   // nil without readings
	Pulse                       *Pulse    // nil without readings
	ECG                         *ECG      // nil without recordings
}

// Pressure is the blood pressure.
type Pressure struct {
	Picture template.HTML
	// Means are those in the morning, in the evening, and of all readings.
	Means []MeanRow
	// Unit is the key of the text that says what a row of the table is: a day, a
	// week or a month.
	Unit string
	// Columns are the parts of the table, which stand beside each other.
	Columns [][]SpanRow
	Devices string
}

// MeanRow is a line of the means. Its texts are "" when there is nothing to say.
type MeanRow struct{ Name, Mean, Range, Pulse, Count string }

// SpanRow is a day, a week or a month.
type SpanRow struct{ Name, Morning, Evening, Mean, Pulse string }

// Weight is the weight.
type Weight struct {
	Picture template.HTML
	First   string
	Last    string
	Change  string
	// FirstAt and LastAt are dates.
	FirstAt, LastAt string
}

// Pulse is the pulse of all devices.
type Pulse struct{ Mean, Lowest, Highest, Count string }

// ECG is the electrocardiograms.
type ECG struct {
	// Summary counts the results.
	Summary string
	Columns [][]ECGRow
	// More says how many older ones are not listed, "" for none.
	More string
}

// ECGRow is an electrocardiogram.
type ECGRow struct{ When, Result, Rate string }
