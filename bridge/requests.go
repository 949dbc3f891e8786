package bridge

import (
	"encoding/json"
	"errors"
	"fmt"

	"vitals2mqtt/topics"
	"vitals2mqtt/withings"
)

// maxRequest bounds what a request may carry, in bytes.
const maxRequest = 4096

// request is what a client sends on a request topic; an empty payload is {}.
type request struct {
	Profile     string          `json:"profile"`
	Endpoint    string          `json:"endpoint"`
	Signal      int64           `json:"signal"` // of an electrocardiogram
	Transaction json.RawMessage `json:"transaction"`
}

// response is what comes back on the response topic.
type response struct {
	Status      string            `json:"status"` // "ok" or "error"
	Error       string            `json:"error,omitempty"`
	Profiles    map[string]string `json:"profiles,omitempty"` // outcome by slug
	Transaction json.RawMessage   `json:"transaction,omitempty"`
}

// HandleRequest handles a message on a request topic. A retained one is ignored: it
// would fire again at every reconnect.
func (b *Bridge) HandleRequest(verb topics.Verb, payload []byte, retained bool) {
	if retained {
		b.log.Warn().Str("verb", string(verb)).Msg("a retained request is ignored; publish requests without the retain flag")
		return
	}
	var req request
	if err := parseRequest(payload, &req); err != nil {
		b.respond(verb, response{Status: "error", Error: err.Error()})
		return
	}
	switch verb {
	case topics.Republish:
		b.publisher.Republish()
		b.respond(verb, response{Status: "ok", Transaction: req.Transaction})
	case topics.Refresh:
		b.handleRefresh(req)
	case topics.Waveform:
		b.handleWaveform(req)
	default:
		b.respond(verb, response{
			Status: "error", Error: fmt.Sprintf("unknown request %q; there are %v", verb, topics.Verbs()), Transaction: req.Transaction,
		})
	}
}

func parseRequest(payload []byte, into *request) error {
	if len(payload) == 0 {
		return nil
	}
	if len(payload) > maxRequest {
		return fmt.Errorf("the request is longer than %d bytes", maxRequest)
	}
	if err := json.Unmarshal(payload, into); err != nil {
		return errors.New(`the request is not a JSON object; send nothing, or for example {"profile": "alice", "transaction": 1}`)
	}
	return nil
}

// handleRefresh fetches one profile or all, and answers when all are done.
func (b *Bridge) handleRefresh(req request) {
	err := b.Refresh(topics.Slug(req.Profile), req.Endpoint, func(outcomes map[string]error) {
		resp := response{Status: "ok", Profiles: map[string]string{}, Transaction: req.Transaction}
		for profile, err := range outcomes {
			resp.Profiles[profile] = outcomeText(err)
			if err != nil {
				resp.Status = "error"
			}
		}
		b.respond(topics.Refresh, resp)
	})
	if errors.Is(err, ErrUnknownProfile) {
		err = fmt.Errorf("there is no profile %q", req.Profile)
	}
	if err != nil {
		b.respond(topics.Refresh, response{Status: "error", Error: err.Error(), Transaction: req.Transaction})
	}
}

// outcomeText says in words how a fetch went.
func outcomeText(err error) string {
	switch {
	case err == nil:
		return "ok"
	case errors.Is(err, withings.ErrSignIn):
		return "sign-in needed"
	case errors.Is(err, withings.ErrApplication):
		return withings.ErrApplication.Error()
	}
	return err.Error()
}

func (b *Bridge) respond(verb topics.Verb, resp response) {
	b.publisher.Send(b.site.Tree.Response(verb), encode(resp))
}
