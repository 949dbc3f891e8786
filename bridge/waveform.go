package bridge

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/topics"
	"vitals2mqtt/withings"
)

// errandTime bounds a question that a client asks between two polls.
const errandTime = time.Minute

// maxErrands is how many questions of a profile may wait.
const maxErrands = 8

// waveform is the curve of an electrocardiogram as it is answered: an array is
// too large and too seldom wanted to be a state.
type waveform struct {
	Status      string          `json:"status"`
	Profile     string          `json:"profile"`
	SignalID    int64           `json:"signal_id"`
	Unit        string          `json:"unit"` // of the samples
	Frequency   int64           `json:"sampling_frequency_hz"`
	HeartRate   int64           `json:"heart_rate_bpm,omitempty"`
	Position    string          `json:"wear_position,omitempty"` // the part of the body
	Signal      []int64         `json:"signal"`
	Transaction json.RawMessage `json:"transaction,omitempty"`
}

// waveform fetches a curve beside the polls and answers with it: the one named
// by its signal, else the profile's newest.
func (b *Bridge) waveform(asked request) {
	refuse := func(text string) {
		b.respond(topics.Waveform, response{Status: "error", Error: text, Transaction: asked.Transaction})
	}
	p, ok := b.bySlug[topics.Slug(asked.Profile)]
	if !ok {
		refuse(fmt.Sprintf("there is no profile %q; name one, as in {\"profile\": \"alice\"}", asked.Profile))
		return
	}
	id := asked.Signal
	if id == 0 {
		if id, ok = p.lastECG(); !ok {
			refuse(p.Name + " has no electrocardiogram that is known here; ask for one by its \"signal\"")
			return
		}
	}
	errand := func(ctx context.Context) {
		within, cancel := context.WithTimeout(ctx, errandTime)
		defer cancel()
		curve, err := p.Cloud.HeartSignal(within, id)
		if err != nil {
			refuse(fmt.Sprintf("electrocardiogram %d: %v", id, err))
			return
		}
		b.publisher.Send(b.site.Tree.Response(topics.Waveform), encode(curveOf(p.Slug, id, curve, asked.Transaction)))
	}
	select {
	case p.errands <- errand:
	default:
		refuse("too many questions at once; wait for the answers")
	}
}

func curveOf(slug string, id int64, curve withings.HeartSignal, transaction json.RawMessage) waveform {
	w := waveform{
		Status: "ok", Profile: slug, SignalID: id, Unit: "µV", Frequency: curve.SamplingFrequency.N, HeartRate: curve.HeartRate.N,
		Signal: make([]int64, 0, len(curve.Signal)), Transaction: transaction,
	}
	for _, sample := range curve.Signal {
		w.Signal = append(w.Signal, sample.N)
	}
	if curve.WearPosition.OK {
		w.Position = positionOf(curve.WearPosition.N)
	}
	return w
}

// positionOf is the name of a part of the body, "position_<n>" for a number that
// nobody has named.
func positionOf(number int64) string {
	if name, known := sensors.PositionName(number); known {
		return name
	}
	return "position_" + strconv.FormatInt(number, 10)
}

func (p *person) lastECG() (int64, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.remember.State.LastECG()
}
