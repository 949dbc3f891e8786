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

// taskTimeout bounds a question that a client asks between two polls.
const taskTimeout = time.Minute

// maxTasks is how many questions of a profile may wait.
const maxTasks = 8

// waveformResponse is the curve of an electrocardiogram as it is answered: an array is
// too large and too seldom wanted to be a state.
type waveformResponse struct {
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

// handleWaveform fetches a curve beside the polls and answers with it: the one named
// by its signal, else the profile's newest.
func (b *Bridge) handleWaveform(req request) {
	refuse := func(text string) {
		b.respond(topics.Waveform, response{Status: "error", Error: text, Transaction: req.Transaction})
	}
	p, ok := b.bySlug[topics.Slug(req.Profile)]
	if !ok {
		refuse(fmt.Sprintf("there is no profile %q; name one, as in {\"profile\": \"alice\"}", req.Profile))
		return
	}
	id := req.Signal
	if id == 0 {
		if id, ok = p.lastECG(); !ok {
			refuse(p.Name + " has no electrocardiogram that is known here; ask for one by its \"signal\"")
			return
		}
	}
	task := func(ctx context.Context) {
		within, cancel := context.WithTimeout(ctx, taskTimeout)
		defer cancel()
		signal, err := p.Cloud.HeartSignal(within, id)
		if err != nil {
			refuse(fmt.Sprintf("electrocardiogram %d: %v", id, err))
			return
		}
		b.publisher.Send(b.site.Tree.Response(topics.Waveform), encode(newWaveformResponse(p.Slug, id, signal, req.Transaction)))
	}
	select {
	case p.tasks <- task:
	default:
		refuse("too many questions at once; wait for the answers")
	}
}

func newWaveformResponse(slug string, id int64, signal withings.HeartSignal, transaction json.RawMessage) waveformResponse {
	w := waveformResponse{
		Status: "ok", Profile: slug, SignalID: id, Unit: "µV", Frequency: signal.SamplingFrequency.N, HeartRate: signal.HeartRate.N,
		Signal: make([]int64, 0, len(signal.Signal)), Transaction: transaction,
	}
	for _, sample := range signal.Signal {
		w.Signal = append(w.Signal, sample.N)
	}
	if signal.WearPosition.OK {
		w.Position = positionName(signal.WearPosition.N)
	}
	return w
}

// positionName is the name of a part of the body, "position_<n>" for a number that
// nobody has named.
func positionName(number int64) string {
	if name, known := sensors.PositionName(number); known {
		return name
	}
	return "position_" + strconv.FormatInt(number, 10)
}

func (p *poller) lastECG() (int64, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state.Sensors.LastECG()
}
