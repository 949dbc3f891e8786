package sensors

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

// ambiguous is the attribution of what may be somebody else's.
const ambiguous = 1

// DefaultPolicy holds back what may be somebody else's (1) and publishes every
// attribution whose meaning is known.
func DefaultPolicy() Policy {
	return Policy{0: Publish, ambiguous: Hold, 2: Publish, 3: Publish, 4: Publish, 5: Publish, 7: Publish, 8: Publish, 15: Publish, 17: Publish}
}

// For returns the action for an attribution. Numbers that nobody knows are
// marked: dropping them has hidden whole devices from their owners.
func (p Policy) For(attribution int) Action {
	if action, ok := p[attribution]; ok {
		return action
	}
	if action, ok := DefaultPolicy()[attribution]; ok {
		return action
	}
	return Mark
}
