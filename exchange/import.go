// SPDX-License-Identifier: MIT

package exchange

import (
	"context"

	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
)

// batchSize is how many records are stored in one transaction. The daemon
// waits while one is written.
const batchSize = 500

// maxWaiting is how many curves wait for their records at most.
const maxWaiting = 20

// Result is what an import did.
type Result struct {
	// Records were read. Added of them were new or brought new values, Known are
	// in the archive already.
	Records int `json:"records"`
	Added   int `json:"added"`
	Known   int `json:"known"`
	transfer.Report
}

// FilesRead is how many files were read, as opposed to skipped.
func (r *Result) FilesRead() (count int) {
	for _, file := range r.Files {
		if file.Skipped == "" {
			count++
		}
	}
	return count
}

// Importer stores records in batches of one kind each.
type Importer struct {
	Archive *history.Archive
	// User is the cloud's user id of the account.
	User    string
	Options sensors.ApplyOptions
	Result  Result

	waiting map[sensors.Kind][]sensors.Record
	// waveforms wait until the electrocardiograms before them are stored.
	waveforms []transfer.Item
}

// Read stores all records of a file. progress is called with how many bytes
// were read since the last call.
func (i *Importer) Read(ctx context.Context, in *Source, progress func(bytes int64)) error {
	options := transfer.ReadOptions{Zone: i.Options.Zone, Extra: i.Options.Extra, Now: i.Options.Now}
	i.waiting = map[sensors.Kind][]sensors.Record{}
	read := int64(0)
	for item, err := range in.records(options, &i.Result.Report) {
		if err == nil {
			err = i.add(ctx, item)
		}
		if err != nil {
			return err
		}
		now := in.BytesRead()
		progress(now - read)
		read = now
	}
	return i.flush(ctx)
}

// add stores a record, sooner or later.
func (i *Importer) add(ctx context.Context, item transfer.Item) error {
	i.Result.Records++
	if item.Waveform != nil {
		i.waveforms = append(i.waveforms, item)
		if len(i.waveforms) < maxWaiting {
			return nil
		}
		return i.storeWaveforms(ctx)
	}
	i.waiting[item.Kind] = append(i.waiting[item.Kind], item.Record)
	if len(i.waiting[item.Kind]) < batchSize {
		return nil
	}
	return i.store(ctx, item.Kind)
}

// flush stores what is waiting.
func (i *Importer) flush(ctx context.Context) error {
	for kind := range i.waiting {
		if err := i.store(ctx, kind); err != nil {
			return err
		}
	}
	return i.storeWaveforms(ctx)
}

// storeWaveforms stores the waiting curves, after their records. One that is
// stored already, or has no record, changes nothing.
func (i *Importer) storeWaveforms(ctx context.Context) error {
	if err := i.store(ctx, sensors.KindHeart); err != nil {
		return err
	}
	for _, item := range i.waveforms {
		stored, err := i.Archive.StoreWaveform(ctx, i.User, item.ID, *item.Waveform)
		if err != nil {
			return err
		}
		if stored {
			i.Result.Added++
		} else {
			i.Result.Known++
		}
	}
	i.waveforms = i.waveforms[:0]
	return nil
}

// store applies the waiting records of a kind. They are no news, so that they
// make no events.
func (i *Importer) store(ctx context.Context, kind sensors.Kind) error {
	records := i.waiting[kind]
	if len(records) == 0 {
		return nil
	}
	batch := sensors.Batch{Kind: kind, Records: records}
	changes, err := i.Archive.Apply(ctx, i.User, batch, i.Options, sensors.Progress{})
	if err != nil {
		return err
	}
	delete(i.waiting, kind)
	i.Result.Added += len(changes.Put)
	i.Result.Known += max(0, len(records)-len(changes.Put))
	return nil
}
