// SPDX-License-Identifier: MIT

package exchange

import (
	"context"
	"fmt"
	"io"
	"time"

	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
	"vitals2mqtt/transfer/vendor"
)

// Export writes records of one account.
type Export struct {
	Archive *history.Archive
	// Profile is the slug of the profile.
	Profile string
	Format  string
	Filter  history.Filter
	// Zone is that of records without one, and of layouts without offsets.
	Zone  *time.Location
	Extra []sensors.Sensor
	// DecimalComma is for tidy CSV, Pounds for the dashboard's files.
	DecimalComma bool
	Pounds       bool
}

// IsFolder reports whether a format consists of several files.
func IsFolder(format string) bool { return format == FormatVendor || format == FormatDashboard }

// NewFilter selects the records of a format. Tidy CSV and line protocol show
// values as the page does: neither naps among the nights nor what may be another
// person's.
func NewFilter(user, format string) history.Filter {
	return history.Filter{
		User:      user,
		Held:      format == FormatJSONL,
		MainSleep: format == FormatTidy || format == FormatInflux,
	}
}

// NewWriter returns the writer of a format that is a single text.
func (e *Export) NewWriter(out io.Writer) transfer.Writer {
	switch e.Format {
	case FormatJSONL:
		return transfer.NewJSONWriter(out, e.Zone)
	case FormatInflux:
		return transfer.NewLineWriter(out, transfer.LineProtocol{Profile: e.Profile, Keys: e.Filter.Keys, Zone: e.Zone})
	}
	return transfer.NewTidyWriter(out, transfer.TidyOptions{
		Keys: e.Filter.Keys, DecimalComma: e.DecimalComma, Zone: e.Zone, Extra: e.Extra,
	})
}

// Write writes all records and closes the writer. It returns their number; seen
// is called with the time of each.
func (e *Export) Write(ctx context.Context, w transfer.Writer, seen func(at time.Time)) (count int, err error) {
	for stored, err := range e.Archive.Records(ctx, e.Filter) {
		if err != nil {
			return count, fmt.Errorf("reading the archive: %w", err)
		}
		count++
		seen(time.Unix(stored.At, 0))
		item := transfer.Item{Kind: stored.Kind, Nap: stored.Part == history.PartNap, Record: stored.Record}
		if err := w.Write(item); err != nil {
			return count, fmt.Errorf("writing the export: %w", err)
		}
		if e.Format == FormatJSONL && stored.Kind == sensors.KindHeart {
			if err := e.writeWaveform(ctx, w, stored.Record); err != nil {
				return count, err
			}
		}
	}
	if err := w.Close(); err != nil {
		return count, fmt.Errorf("writing the export: %w", err)
	}
	return count, nil
}

// writeWaveform writes the curve of an electrocardiogram, if there is one.
func (e *Export) writeWaveform(ctx context.Context, w transfer.Writer, ecg sensors.Record) error {
	curve, found, err := e.Archive.Waveform(ctx, e.Filter.User, ecg.ID)
	if err != nil {
		return fmt.Errorf("reading the archive: %w", err)
	}
	if !found {
		return nil
	}
	item := transfer.Item{Kind: sensors.KindHeart, Waveform: &curve, Record: sensors.Record{
		ID: ecg.ID, At: ecg.At, Zone: ecg.Zone, Source: ecg.Source,
	}}
	if err := w.Write(item); err != nil {
		return fmt.Errorf("writing the export: %w", err)
	}
	return nil
}

// FileName is the name of an export in a folder.
func (e *Export) FileName() string {
	extensions := map[string]string{FormatTidy: ".csv", FormatJSONL: ".jsonl", FormatInflux: ".lp"}
	return e.Profile + extensions[e.Format]
}

// FolderWriter writes several files. What it cannot carry is in its remarks.
type FolderWriter interface {
	transfer.Writer
	Remarks() []string
}

// NewFolderWriter returns the writer of a format of several files.
func (e *Export) NewFolderWriter(create vendor.Create) FolderWriter {
	if e.Format == FormatDashboard {
		return vendor.NewDashboardWriter(create, vendor.DashboardOptions{Zone: e.Zone, Pounds: e.Pounds})
	}
	return vendor.NewDownloadWriter(create, vendor.WriteOptions{Zone: e.Zone})
}
