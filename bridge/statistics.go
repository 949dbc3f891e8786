// SPDX-License-Identifier: MIT

package bridge

import (
	"errors"
	"fmt"

	"vitals2mqtt/topics"
)

// errNoStatistics says what is missing for statistics.
var errNoStatistics = errors.New("set homeassistant.url and homeassistant.token to bring history into the statistics " +
	"of Home Assistant")

// handleStatistics brings the past of a profile to Home Assistant, and responds
// when that has ended. The only profile need not be named.
func (b *Bridge) handleStatistics(req requestBody) {
	refuse := func(err error) {
		b.respond(topics.Statistics, responseBody{Status: "error", Error: err.Error(), Transaction: req.Transaction})
	}
	p, ok := b.bySlug[findSlug(b.bySlug, req.Profile)]
	if req.Profile == "" && len(b.pollers) == 1 {
		p, ok = b.pollers[0], true
	}
	if !ok {
		refuse(fmt.Errorf("unknown profile %q; set one, as in {\"profile\": \"alice\"}", req.Profile))
		return
	}
	if p.Statistics == nil {
		refuse(errNoStatistics)
		return
	}
	err := p.Statistics(req.Mode, func(summary string, err error) {
		if err != nil {
			refuse(err)
			return
		}
		b.respond(topics.Statistics, responseBody{
			Status:      "ok",
			Profiles:    map[string]string{p.Slug: summary},
			Transaction: req.Transaction,
		})
	})
	if err != nil {
		refuse(err)
	}
}
