package exchange

import (
	"context"
	"fmt"

	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
)

// maxWaiting is how many curves wait for their records at most.
const maxWaiting = 20

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
