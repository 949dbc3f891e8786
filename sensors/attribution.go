// SPDX-License-Identifier: MIT

package sensors

import (
	"maps"
	"slices"
	"sync"
)

// Action is what to do with a record of one attribution.
type Action string

// The actions a configuration can name.
const (
	// Publish treats the record as the user's own.
	Publish Action = "publish"
	// Hold keeps it back and counts it.
	Hold Action = "hold"
	// Mark publishes it with Reading.Unconfirmed set.
	Mark Action = "mark"
)

// Policy is an action per attribution number. Numbers it does not name follow
// DefaultPolicy, so a configuration lists only what it wants changed; nil is
// the default.
type Policy map[int]Action

// attributionAmbiguous is the attribution of what may be another user's.
const attributionAmbiguous = 1

// Attribution is how the cloud assigns a measurement to a user.
type Attribution struct {
	Number int
	// Meaning describes it for the documentation.
	Meaning string
	Action  Action
}

// Attributions lists the numbers whose meaning is known. Others are marked:
// dropping them would hide whole devices.
func Attributions() []Attribution {
	return []Attribution{
		{0, "measured by a device, attributed to this profile", Publish},
		{attributionAmbiguous, "measured by a device, ambiguous: may belong to another user of the device", Hold},
		{2, "entered manually", Publish},
		{3, "assigned by the user", Publish},
		{4, "entered manually during account creation", Publish},
		{5, "best of several blood pressure readings", Publish},
		{7, "confirmed by the user", Publish},
		{8, "measured by a device, attributed to this profile", Publish},
		{15, "guided measurement", Publish},
		{17, "same as 15 (undocumented)", Publish},
	}
}

// DefaultPolicy holds back what may be another user's (1) and publishes every
// attribution whose meaning is known.
func DefaultPolicy() Policy {
	policy := Policy{}
	for _, a := range Attributions() {
		policy[a.Number] = a.Action
	}
	return policy
}

// defaultPolicy is the default policy, built once and never changed.
var defaultPolicy = sync.OnceValue(DefaultPolicy)

// For returns the action for an attribution.
func (p Policy) For(attribution int) Action {
	if action, ok := p[attribution]; ok {
		return action
	}
	if action, ok := defaultPolicy()[attribution]; ok {
		return action
	}
	return Mark
}

// Held lists, sorted, the attributions that are held back.
func (p Policy) Held() (held []int) {
	named := maps.Clone(defaultPolicy())
	maps.Copy(named, p)
	for number, action := range named {
		if action == Hold {
			held = append(held, number)
		}
	}
	slices.Sort(held)
	return held
}

// of returns the action for a record; what has no attribution is published.
func (p Policy) of(rec *Record) Action {
	if rec.Attribution == nil {
		return Publish
	}
	return p.For(*rec.Attribution)
}
