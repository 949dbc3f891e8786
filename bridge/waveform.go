package bridge

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"vitals2mqtt/sensors"
	"vitals2mqtt/topics"
	"vitals2mqtt/withings"
)

// waveformResponse is the waveform of an electrocardiogram. It is sent on
// request only: the samples are too large, and too rarely needed, for a
// retained topic.
type waveformResponse struct {
	Status    string  `json:"status"`
	Profile   string  `json:"profile"`
	SignalID  int64   `json:"signal_id"`
	Unit      string  `json:"unit"` // of the samples
	Frequency int64   `json:"sampling_frequency_hz"`
	HeartRate int64   `json:"heart_rate_bpm,omitempty"`
	Position  string  `json:"wear_position,omitempty"` // the part of the body
	Signal    []int64 `json:"signal"`
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
		signal, err := p.Cloud.HeartSignal(within, id)
		if err != nil {
			refuse(fmt.Sprintf("electrocardiogram %d: %v", id, err))
			return
		}
		response := newWaveformResponse(p.Slug, id, signal, req.Transaction)
		b.publisher.Send(b.site.Tree.Response(topics.Waveform), encode(response))
	}
	select {
	case p.tasks <- fetch:
	default:
		refuse(errTooManyRequests.Error())
	}
}

func newWaveformResponse(
	slug string, id int64, signal withings.HeartSignal, transaction json.RawMessage,
) waveformResponse {
	w := waveformResponse{
		Status:      "ok",
		Profile:     slug,
		SignalID:    id,
		Unit:        "µV",
		Frequency:   signal.SamplingFrequency.N,
		HeartRate:   signal.HeartRate.N,
		Signal:      make([]int64, 0, len(signal.Signal)),
		Transaction: transaction,
	}
	for _, sample := range signal.Signal {
		w.Signal = append(w.Signal, sample.N)
		if !sample.OK {
			w.Unreadable++
		}
	}
	if signal.WearPosition.OK {
		w.Position = positionName(signal.WearPosition.N)
	}
	return w
}

// positionName returns the name of a part of the body, "position_<n>" for an
// unknown number.
func positionName(number int64) string {
	if name, known := sensors.PositionName(number); known {
		return name
	}
	return "position_" + strconv.FormatInt(number, 10)
}
