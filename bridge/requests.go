// SPDX-License-Identifier: MIT

package bridge

import (
	"errors"
	"fmt"

	"vitals2mqtt/topics"
	"vitals2mqtt/withings"
)

// HandleRequest handles a message on a request topic. Retained requests are
// ignored, because they would run again at every reconnect.
func (b *Bridge) HandleRequest(verb topics.Verb, payload []byte, retained bool) {
	if retained {
		b.log.Warn().Str("verb", string(verb)).Msg("ignoring a retained request; publish requests without the retain flag")
		return
	}
	var req requestBody
	if err := parseRequest(payload, &req); err != nil {
		b.respond(verb, responseBody{Status: "error", Error: err.Error()})
		return
	}
	switch verb {
	case topics.Republish:
		b.publisher.Republish()
		b.respond(verb, responseBody{Status: "ok", Transaction: req.Transaction})
	case topics.Refresh:
		b.handleRefresh(req)
	case topics.Waveform:
		b.handleWaveform(req)
	case topics.Statistics:
		b.handleStatistics(req)
	default:
		b.respond(verb, responseBody{
			Status:      "error",
			Error:       fmt.Sprintf("unknown request %q; available: %v", verb, topics.Verbs()),
			Transaction: req.Transaction,
		})
	}
}

// handleRefresh fetches one profile or all, and responds when all are done.
func (b *Bridge) handleRefresh(req requestBody) {
	err := b.Refresh(findSlug(b.bySlug, req.Profile), req.Endpoint, func(outcomes map[string]error) {
		resp := responseBody{Status: "ok", Profiles: map[string]string{}, Transaction: req.Transaction}
		for profile, err := range outcomes {
			resp.Profiles[profile] = OutcomeText(err)
			if err != nil {
				resp.Status = "error"
			}
		}
		b.respond(topics.Refresh, resp)
	})
	if errors.Is(err, ErrUnknownProfile) {
		err = fmt.Errorf("unknown profile %q", req.Profile)
	}
	if err != nil {
		b.respond(topics.Refresh, responseBody{Status: "error", Error: err.Error(), Transaction: req.Transaction})
	}
}

// OutcomeText describes the outcome of a fetch.
func OutcomeText(err error) string {
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
