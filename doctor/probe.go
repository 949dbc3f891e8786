// SPDX-License-Identifier: MIT

package doctor

import (
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"time"

	"vitals2mqtt/mqtt"
	"vitals2mqtt/topics"
)

// probeOptions is what the daemon does at the broker.
func (r *run) probeOptions() mqtt.ProbeOptions {
	tree, now := r.Site.Tree, r.Now()
	id, scratch := newRunID(now), tree.Base+"/bridge/doctor"
	i := mqtt.ProbeOptions{
		ScratchTopic: scratch + "/" + id,
		LeftoverRoot: scratch,
		IsStale:      func(rest string) bool { return isStale(rest, now) },
		Filters:      []string{tree.BridgeState(), tree.BridgeInfo(), tree.BridgeHealth()},
		EchoTimeout:  r.EchoTimeout,
		MaxSize:      max(minProbeSize, 2*r.LargestDocument),
	}
	for _, verb := range topics.Verbs() {
		i.Filters = append(i.Filters, tree.Request(verb))
	}
	if r.Config.HomeAssistant.Discovery {
		i.Filters = append(i.Filters, tree.DocumentFilter())
		// An empty message on it removes a device that never existed.
		i.Echoes = []string{tree.Document("vitals2mqtt_doctor_" + id)}
		if birth := r.Config.HomeAssistant.BirthTopic; birth != "" {
			i.Filters = append(i.Filters, birth)
		}
	}
	return i
}

// minProbeSize is the least size up to which the broker's limit is measured, in
// bytes: more than most documents.
const minProbeSize = 128 << 10

// maxRunTime is longer than any run takes, on clocks that do not agree.
const maxRunTime = 15 * time.Minute

// newRunID is the id of a run: its time, and random digits, because several may
// run at the same time.
func newRunID(now time.Time) string {
	random := make([]byte, 4)
	_, _ = rand.Read(random)                                 // never fails
	return fmt.Sprintf("%08x%x", uint32(now.Unix()), random) //nolint:gosec // good until 2106
}

// isStale reports whether a scratch topic, "ID" or "ID/will", is of a run that
// was interrupted, and not of one that is going on.
func isStale(topic string, now time.Time) bool {
	id, _, _ := strings.Cut(topic, "/")
	if len(id) != len(newRunID(now)) {
		return true
	}
	at, err := strconv.ParseUint(id[:8], 16, 32)
	return err != nil || now.Sub(time.Unix(int64(at), 0)).Abs() > maxRunTime
}
