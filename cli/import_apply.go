package cli

import (
	"context"
	"errors"
	"fmt"

	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
	"vitals2mqtt/transfer/vendor"
)

// importBatch is how many records are stored in one transaction. The daemon
// waits while one is written.
const importBatch = 500

// importWaveforms is how many curves wait for their records at most.
const importWaveforms = 20

// importer stores records in batches of one kind each.
type importer struct {
	archive *history.Archive
	user    string
	options sensors.ApplyOptions
	waiting map[sensors.Kind][]sensors.Record
	// waveforms wait until the electrocardiograms before them are stored.
	waveforms []transfer.Item
	result    importResult
}

// read stores all records of a file. progress is called with how many bytes
// were read since the last call.
func (i *importer) read(ctx context.Context, in *importSource, progress func(bytes int64)) error {
	options := transfer.ReadOptions{Zone: i.options.Zone, Extra: i.options.Extra, Now: i.options.Now}
	read := int64(0)
	for item, err := range in.records(options, &i.result.Report) {
		if err == nil {
			err = i.add(ctx, item)
		}
		if err != nil {
			return err
		}
		now := in.bytesRead()
		progress(now - read)
		read = now
	}
	return i.flush(ctx)
}

// add stores a record, sooner or later.
func (i *importer) add(ctx context.Context, item transfer.Item) error {
	i.result.Records++
	if item.Waveform != nil {
		i.waveforms = append(i.waveforms, item)
		if len(i.waveforms) < importWaveforms {
			return nil
		}
		return i.storeWaveforms(ctx)
	}
	i.waiting[item.Kind] = append(i.waiting[item.Kind], item.Record)
	if len(i.waiting[item.Kind]) < importBatch {
		return nil
	}
	return i.store(ctx, item.Kind)
}

// flush stores what is waiting.
func (i *importer) flush(ctx context.Context) error {
	for kind := range i.waiting {
		if err := i.store(ctx, kind); err != nil {
			return err
		}
	}
	return i.storeWaveforms(ctx)
}

// storeWaveforms stores the waiting curves, after their records. One that is
// stored already, or has no record, changes nothing.
func (i *importer) storeWaveforms(ctx context.Context) error {
	if err := i.store(ctx, sensors.KindHeart); err != nil {
		return err
	}
	for _, item := range i.waveforms {
		stored, err := i.archive.StoreWaveform(ctx, i.user, item.ID, *item.Waveform)
		if err != nil {
			return err
		}
		if stored {
			i.result.Added++
		} else {
			i.result.Known++
		}
	}
	i.waveforms = i.waveforms[:0]
	return nil
}

// store applies the waiting records of a kind. They are no news, so that they
// make no events.
func (i *importer) store(ctx context.Context, kind sensors.Kind) error {
	records := i.waiting[kind]
	if len(records) == 0 {
		return nil
	}
	batch := sensors.Batch{Kind: kind, Records: records}
	changes, err := i.archive.Apply(ctx, i.user, batch, i.options, sensors.Progress{})
	if err != nil {
		return err
	}
	delete(i.waiting, kind)
	i.result.Added += len(changes.Put)
	i.result.Known += max(0, len(records)-len(changes.Put))
	return nil
}

// explain says that an import that failed can be repeated.
func (i *importer) explain(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		err = errors.New("interrupted")
	case errors.Is(err, vendor.ErrNoZone):
		return usageError(err.Error() + "; name it, as in --zone Europe/Berlin")
	}
	if i.result.DryRun || i.result.Added == 0 {
		return err
	}
	return fmt.Errorf("%w; %s stored, run the same command again for the rest", err,
		plural(i.result.Added, "record is", "records are"))
}
