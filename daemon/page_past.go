// SPDX-License-Identifier: MIT

package daemon

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/exchange"
	"vitals2mqtt/history"
	"vitals2mqtt/web"
)

// pagePast is the archive as the history view shows and exports it.
type pagePast struct {
	pageHistory

	files pageFiles
	// backingUp is held while a copy of the archive exists.
	backingUp *sync.Mutex
}

// Contents implements web.Past.
func (p pagePast) Contents(ctx context.Context, slug string) ([]history.Content, error) {
	profile, known := p.profile(ctx, slug)
	if !known || profile.User == "" {
		return nil, nil
	}
	return history.ContentsOf(ctx, p.archive, profile.User)
}

// Export implements web.Past.
func (p pagePast) Export(ctx context.Context, slug string, o web.ExportOptions) (web.Download, error) {
	profile, known := p.profile(ctx, slug)
	switch {
	case !known:
		return web.Download{}, web.ErrNotFound
	case o.DecimalComma && o.Format != exchange.FormatTidy:
		return web.Download{}, errors.New("decimal commas are for tidy CSV")
	}
	user, err := findAccount(p.config, p.state, slug)
	if err != nil {
		return web.Download{}, err
	}
	zone := cmp.Or(knownZone(ctx, p.archive, user), time.UTC)
	export := exchange.Export{
		Archive:      p.archive,
		Profile:      slug,
		Format:       o.Format,
		Filter:       exchange.NewFilter(user, o.Format),
		Zone:         zone,
		Extra:        profile.Extra,
		DecimalComma: o.DecimalComma,
	}
	if o.From != nil {
		export.Filter.From = midnight(*o.From, zone)
	}
	if o.To != nil {
		export.Filter.To = midnight(o.To.AddDate(0, 0, 1), zone)
	}
	if exchange.IsFolder(o.Format) {
		return p.exportZIP(&export)
	}
	types := map[string]string{
		exchange.FormatTidy:   "text/csv; charset=utf-8",
		exchange.FormatJSONL:  "application/jsonl",
		exchange.FormatInflux: "text/plain; charset=utf-8",
	}
	if types[o.Format] == "" {
		return web.Download{}, errors.New("unknown layout")
	}
	return web.Download{
		Name: export.FileName(),
		Type: types[o.Format],
		Write: func(ctx context.Context, out io.Writer) error {
			_, err := export.Write(ctx, export.NewWriter(out), func(time.Time) {})
			return err
		},
		Close: func() error { return nil },
	}, nil
}

// midnight is the beginning of a day in a zone.
func midnight(day time.Time, zone *time.Location) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone)
}

// knownZone is the time zone of an account, nil when it is not known.
func knownZone(ctx context.Context, archive zoneReader, user string) *time.Location {
	name, err := archive.Zone(ctx, user)
	if err != nil || name == "" || name == "Local" {
		return nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	return zone
}

func (p pagePast) exportZIP(export *exchange.Export) (web.Download, error) {
	folder, err := p.files.newFolder("export")
	if err != nil {
		return web.Download{}, err
	}
	return web.Download{
		Name: export.Profile + "-" + export.Format + ".zip",
		Type: "application/zip",
		Write: func(ctx context.Context, out io.Writer) error {
			return export.WriteZIP(ctx, out, folder, time.Now())
		},
		Close: func() error { return os.RemoveAll(folder) },
	}, nil
}

// errBackupBusy refuses a second copy of the archive at a time.
var errBackupBusy = errors.New("a backup is being made already")

// Backup implements web.Past.
func (p pagePast) Backup(ctx context.Context) (web.Download, error) {
	if !p.backingUp.TryLock() {
		return web.Download{}, errBackupBusy
	}
	folder, err := p.files.newFolder("backup")
	if err != nil {
		p.backingUp.Unlock()
		return web.Download{}, err
	}
	var file *os.File
	remove := func() error {
		defer p.backingUp.Unlock()
		var closing error
		if file != nil {
			closing = file.Close()
		}
		return errors.Join(closing, os.RemoveAll(folder))
	}
	path := filepath.Join(folder, filepath.Base(ArchivePath(p.config)))
	if err := p.archive.Backup(ctx, path); err != nil {
		return web.Download{}, errors.Join(err, remove())
	}
	if file, err = os.Open(path); err != nil { //nolint:gosec // our own
		return web.Download{}, errors.Join(err, remove())
	}
	info, err := file.Stat()
	if err != nil {
		return web.Download{}, errors.Join(err, remove())
	}
	return web.Download{
		Name: "vitals2mqtt-" + time.Now().Format(time.DateOnly) + ".db",
		Type: "application/vnd.sqlite3",
		Size: info.Size(),
		Write: func(_ context.Context, out io.Writer) error {
			_, err := io.Copy(struct{ io.Writer }{out}, file)
			return err
		},
		Close: remove,
	}, nil
}

// historyStates are the histories of a profile, for the page.
func historyStates(all []bridge.EndpointHistory) (shown []web.EndpointHistory) {
	for _, h := range all {
		shown = append(shown, web.EndpointHistory{Endpoint: h.Endpoint, State: string(h.State)})
	}
	return slices.Clip(shown)
}
