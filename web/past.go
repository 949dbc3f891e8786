// SPDX-License-Identifier: MIT

package web

import (
	"context"
	"io"
	"time"

	"vitals2mqtt/exchange"
	"vitals2mqtt/history"
)

// Past is what the history view shows of the archive, and what it writes for
// download.
type Past interface {
	// Contents counts the records of a profile.
	Contents(ctx context.Context, profile string) ([]history.Content, error)
	// Export prepares a download of a profile's records.
	Export(ctx context.Context, profile string, o ExportOptions) (Download, error)
	// Backup prepares a download of a copy of the archive. It fails while another
	// one is made.
	Backup(ctx context.Context) (Download, error)
}

// ExportOptions are how records are exported.
type ExportOptions struct {
	// Format is one of those of package exchange that can be written.
	Format string
	// From and To are days in the person's time zone, both included; nil is no
	// bound.
	From, To *time.Time
	// DecimalComma is for tidy CSV.
	DecimalComma bool
}

// Download is a file that is made while it is sent. Close must be called.
type Download struct {
	Name, Type string
	// Size is the number of bytes, 0 when it is unknown before the end.
	Size  int64
	Write func(ctx context.Context, out io.Writer) error
	Close func() error
}

// Imports reads uploaded files into the archive: first into a copy of it, and
// after a confirmation into itself. Errors are for the user.
type Imports interface {
	// Start stores the file, begins the dry run and returns its id.
	Start(ctx context.Context, o ImportOptions, file io.Reader) (id string, err error)
	// Find returns an import, false for one that is unknown or over for an hour.
	Find(id string) (Import, bool)
	// List returns all of them, the newest first.
	List() []Import
	// Confirm imports a file whose dry run has ended, Discard deletes it. They
	// return ErrNotFound for an unknown one.
	Confirm(id string) error
	Discard(id string) error
}

// ImportOptions are what an upload is.
type ImportOptions struct {
	Profile string // slug
	// Name is the name of the file, as the browser gives it.
	Name string
	// Zone is that of times without an offset, nil for the person's. DistanceUnit
	// is "m", "km", "mi", or "" to find it out.
	Zone         *time.Location
	DistanceUnit string
}

// ImportState is how far an import is.
type ImportState string

// The states of an import. A failed one cannot be confirmed.
const (
	ImportWaiting   ImportState = "waiting"  // for another import
	ImportChecking  ImportState = "checking" // the dry run
	ImportChecked   ImportState = "checked"  // waits for the confirmation
	ImportImporting ImportState = "importing"
	ImportDone      ImportState = "done"
	ImportFailed    ImportState = "failed"
)

// Import is an uploaded file.
type Import struct {
	ID            string
	Profile, Name string
	State         ImportState
	// Read of Size bytes are read, of the unpacked files; Size is 0 if unknown.
	Read, Size int64
	// Result is that of the dry run, or of the import.
	Result exchange.Result
	// Failure says why it has failed, and Stored how many records were stored
	// before.
	Failure string
	Stored  int
	// Expires is when the file is deleted.
	Expires time.Time
}

// IsRunning reports whether the state changes by itself.
func (i Import) IsRunning() bool {
	return i.State == ImportWaiting || i.State == ImportChecking || i.State == ImportImporting
}

// Statistics brings the past into Home Assistant's long-term statistics.
type Statistics interface {
	// Of returns what became of the last request for a profile.
	Of(profile string) StatisticsState
	// Start requests an import, or with dryRun to count what it would send. It does
	// not wait for it.
	Start(profile string, external, dryRun bool) error
}

// StatisticsState is the state of a profile's statistics.
type StatisticsState struct {
	Running bool
	// Last is the last request since the start, nil for none.
	Last *StatisticsRun
}

// StatisticsRun is a request that has ended.
type StatisticsRun struct {
	At               time.Time
	DryRun, External bool
	// Planned hours are missing in Home Assistant, before a dry run or an import;
	// Present were there already. Sent were sent, and Found of them read back.
	Planned, Present, Sent, Found int
	// Skipped sensors have nothing to send.
	Skipped int
	// Failure says why it has failed, "" when it has not.
	Failure string
}
