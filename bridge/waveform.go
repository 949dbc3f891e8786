// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
	"encoding/json"
	"fmt"

	"vitals2mqtt/sensors"
	"vitals2mqtt/topics"
	"vitals2mqtt/withings"
)

// waveformResponse is the waveform of an electrocardiogram. It is sent on
// request only: the samples are too large, and too rarely needed, for a
// retained topic.
type waveformResponse struct {
	Status    string `json:"status"`
	Profile   string `json:"profile"`
	SignalID  int64  `json:"signal_id"`
	Unit      string `json:"unit"` // of the samples
	Frequency int    `json:"sampling_frequency_hz"`
	HeartRate int    `json:"heart_rate_bpm,omitempty"`
	Position  string `json:"wear_position,omitempty"` // the part of the body
	Signal    []int  `json:"signal"`
	// Unreadable counts the samples that are 0 because they could not be read.
	Unreadable  int             `json:"unreadable_samples,omitempty"`
	Transaction json.RawMessage `json:"transaction,omitempty"`
}

// handleWaveform fetches a waveform between two polls and responds with it:
// that of the given signal, or the profile's newest.
func (b *Bridge) handleWaveform(req requestBody) {
	refuse := func(text string) {
		b.respond(topics.Waveform, responseBody{Status: "error", Error: text, Transaction: req.Transaction})
	}
	p, ok := b.bySlug[findSlug(b.bySlug, req.Profile)]
	if !ok {
		refuse(fmt.Sprintf("unknown profile %q; set one, as in {\"profile\": \"alice\"}", req.Profile))
		return
	}
	id := req.Signal
	if id == 0 {
		p.mu.Lock()
		id, ok = p.state.Sensors.LastECG()
		p.mu.Unlock()
		if !ok {
			refuse("no known electrocardiogram for " + p.Name + "; request one by its \"signal\"")
			return
		}
	}
	fetch := func(ctx context.Context) {
		within, cancel := context.WithTimeout(ctx, taskTimeout)
		defer cancel()
		within, raise := withings.WithRaise(within)
		raise()
		w, err := fetchWaveform(within, p.Cloud, id)
		if err != nil {
			refuse(fmt.Sprintf("electrocardiogram %d: %v", id, err))
			return
		}
		response := newWaveformResponse(p.Slug, id, w, req.Transaction)
		b.publisher.Send(b.site.Tree.Response(topics.Waveform), encode(response))
	}
	p.mu.Lock()
	p.pace.hurry()
	p.mu.Unlock()
	select {
	case p.tasks <- fetch:
	default:
		refuse(errTooManyRequests.Error())
	}
}

// fetchWaveform fetches the curve of a signal.
func fetchWaveform(ctx context.Context, cloud Cloud, id int64) (sensors.Waveform, error) {
	signal, err := cloud.HeartSignal(ctx, id)
	if err != nil {
		return sensors.Waveform{}, err
	}
	return sensors.DecodeWaveform(signal)
}

func newWaveformResponse(slug string, id int64, w sensors.Waveform, transaction json.RawMessage) waveformResponse {
	return waveformResponse{
		Status:      "ok",
		Profile:     slug,
		SignalID:    id,
		Unit:        "µV",
		Frequency:   w.Frequency,
		HeartRate:   w.HeartRate,
		Position:    sensors.PositionText(w.Position),
		Signal:      w.Samples,
		Unreadable:  w.Unreadable,
		Transaction: transaction,
	}
}
