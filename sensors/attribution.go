package sensors

import "sync"

// Action says what to do with a measure group of one attribution.
type Action string

// The actions a configuration can name.
const (
	// Publish takes the group as the person's own.
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

// attributionAmbiguous is the attribution of what may be somebody else's.
const attributionAmbiguous = 1

// Attribution is how the cloud knows whose a measurement is.
type Attribution struct {
	Number int
	// Meaning says it in words, for the documentation.
	Meaning string
	Action  Action
}

// Attributions lists the numbers whose meaning is known. Others are marked:
// dropping them has hidden whole devices from their owners.
func Attributions() []Attribution {
	return []Attribution{
		{0, "measured by a device, surely by this person", Publish},
		{attributionAmbiguous, "measured by a device, perhaps by somebody else of the household", Hold},
		{2, "entered by hand", Publish},
		{3, "the person chose it", Publish},
		{4, "entered by hand while the account was made", Publish},
		{5, "the best of several of a blood pressure monitor", Publish},
		{7, "confirmed by the person", Publish},
		{8, "measured by a device, surely by this person", Publish},
		{15, "measured under guidance", Publish},
		{17, "as 15, though nobody says so", Publish},
	}
}

// DefaultPolicy holds back what may be somebody else's (1) and publishes every
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

// of returns the action for a record; what has no attribution is published.
func (p Policy) of(rec Record) Action {
	if rec.Attribution == nil {
		return Publish
	}
	return p.For(*rec.Attribution)
}
