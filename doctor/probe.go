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

// probeOptions lists what the daemon will do at the broker.
func (e *run) probeOptions() mqtt.ProbeOptions {
	tree, now := e.Site.Tree, e.Now()
	id, scratch := newRunID(now), tree.Base+"/bridge/doctor"
	i := mqtt.ProbeOptions{
		ScratchTopic: scratch + "/" + id, LeftoverRoot: scratch,
		IsStale: func(rest string) bool { return isStale(rest, now) },
		Filters: []string{tree.BridgeState(), tree.BridgeInfo(), tree.BridgeHealth()}, EchoTimeout: e.EchoTimeout,
		MaxSize: max(minProbeSize, 2*e.LargestDocument),
	}
	for _, verb := range topics.Verbs() {
		i.Filters = append(i.Filters, tree.Request(verb))
	}
	if e.Config.HomeAssistant.Discovery {
		i.Filters = append(i.Filters, tree.DocumentFilter())
		// An empty message on it removes a device that never was.
		i.Echoes = []string{tree.Document("vitals2mqtt_doctor_" + id)}
		if birth := e.Config.HomeAssistant.BirthTopic; birth != "" {
			i.Filters = append(i.Filters, birth)
		}
	}
	return i
}

// minProbeSize is the least size up to which the broker's limit is looked for, in
// bytes: more than the documents of most households.
const minProbeSize = 128 << 10

// maxRunTime is longer than any run takes, on clocks that do not agree.
const maxRunTime = 15 * time.Minute

// newRunID is the id of a run: when it was, and chance, because several may look at
// the same time.
func newRunID(now time.Time) string {
	random := make([]byte, 4)
	_, _ = rand.Read(random)                                 // never fails
	return fmt.Sprintf("%08x%x", uint32(now.Unix()), random) //nolint:gosec // good until 2106
}

// isStale says whether a scratch topic, "ID" or "ID/will", was left by a run that was
// cut off: others may be at it just now.
func isStale(topic string, now time.Time) bool {
	id, _, _ := strings.Cut(topic, "/")
	if len(id) != len(newRunID(now)) {
		return true
	}
	at, err := strconv.ParseUint(id[:8], 16, 32)
	return err != nil || now.Sub(time.Unix(int64(at), 0)).Abs() > maxRunTime
}
