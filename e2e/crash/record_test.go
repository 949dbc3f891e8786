// SPDX-License-Identifier: MIT

//go:build e2e && unix

package crash

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/mqtt/broker"
)

// record is what a broker has seen of one installation.
type record struct {
	mu     sync.Mutex
	events map[string]map[event]int // how often each was sent, by profile
	asked  int                      // how often Alice was told to sign in again
}

// event is what identifies an event.
type event struct {
	Type  string `json:"event_type"`
	Group int64  `json:"group_id"`
}

func observe(t *testing.T, b *broker.Broker) *record {
	t.Helper()
	r := &record{events: map[string]map[event]int{}}
	clitest.Must(t, b.Watch("vitals2mqtt/+/event", func(topic string, payload []byte, _ bool) {
		var e event
		if err := json.Unmarshal(payload, &e); err != nil {
			panic(fmt.Sprintf("%s: %v", topic, err))
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		profile := strings.Split(topic, "/")[1]
		if r.events[profile] == nil {
			r.events[profile] = map[event]int{}
		}
		r.events[profile][e]++
	}))
	clitest.Must(t, b.Watch("vitals2mqtt/alice/authorization/detail", func(_ string, payload []byte, _ bool) {
		r.mu.Lock()
		defer r.mu.Unlock()
		if strings.Contains(string(payload), `"ON"`) {
			r.asked++
		}
	}))
	return r
}

// has reports whether a group was announced.
func (r *record) has(profile string, group int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for e := range r.events[profile] {
		if e.Group == group {
			return true
		}
	}
	return false
}

// repeated returns the events that were sent more than once, and how often they
// were sent again.
func (r *record) repeated() (all []string, again int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for profile, events := range r.events {
		for e, times := range events {
			if times > 1 {
				all = append(all, fmt.Sprintf("%s: %s of group %d, %d times", profile, e.Type, e.Group, times))
				again += times - 1
			}
		}
	}
	return all, again
}

// missing returns the events of Alice that another installation has sent and this
// one has not.
func (r *record) missing(other *record) (all []event) {
	other.mu.Lock()
	defer other.mu.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	for e := range other.events["alice"] {
		if r.events["alice"][e] == 0 {
			all = append(all, e)
		}
	}
	return all
}

// signIns returns how often Alice was told to sign in again.
func (r *record) signIns() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asked
}
