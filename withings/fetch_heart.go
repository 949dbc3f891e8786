package withings

import (
	"context"
	"net/url"
	"strconv"
	"time"
)

// HeartRecords fetches the list of ECGs since then, without their samples; the
// zero time fetches all there are. More is true in the response when it is not
// complete.
func (a *Account) HeartRecords(ctx context.Context, from time.Time) (HeartRecords, error) {
	return collectPages(ctx, a, "v2/heart", "list", startDateForm(from),
		func(h *HeartRecords) page[HeartRecord] { return page[HeartRecord]{&h.Series, &h.More, &h.Offset} },
		HeartRecord.identity)
}

// HeartSignal fetches the samples of one ECG by the signal id that HeartRecords
// lists.
func (a *Account) HeartSignal(ctx context.Context, id int64) (HeartSignal, error) {
	return call[HeartSignal](ctx, a, "v2/heart", "get", url.Values{"signalid": {strconv.FormatInt(id, 10)}})
}

// SoundRecords fetches the list of recordings of a stethoscope since then,
// without the sound; the zero time fetches all there are. More is true in the
// response when it is not complete.
func (a *Account) SoundRecords(ctx context.Context, from time.Time) (SoundRecords, error) {
	return collectPages(ctx, a, "v2/stetho", "list", startDateForm(from),
		func(s *SoundRecords) page[SoundRecord] { return page[SoundRecord]{&s.Series, &s.More, &s.Offset} },
		SoundRecord.identity)
}

func startDateForm(from time.Time) url.Values {
	form := url.Values{}
	if at := from.Unix(); at > 0 {
		form.Set("startdate", strconv.FormatInt(at, 10))
	}
	return form
}

// recordKey names a recording: these rows have no id. A record without an ECG
// and without heart sounds has no signal either.
type recordKey struct {
	device, hash Text
	at, signal   Int
}

func (r HeartRecord) identity() identity[recordKey] {
	signal := r.ECG.Value.SignalID
	if !signal.OK {
		signal = r.Stetho.Value.SignalID
	}
	return identity[recordKey]{
		key:    recordKey{device: r.DeviceID, at: r.Timestamp, signal: signal},
		hasKey: r.Timestamp.OK, modified: r.Modified.N,
	}
}

func (r SoundRecord) identity() identity[recordKey] {
	return identity[recordKey]{
		key:    recordKey{device: r.DeviceID, hash: r.HashDeviceID, at: r.Timestamp, signal: r.SignalID},
		hasKey: r.Timestamp.OK,
	}
}
