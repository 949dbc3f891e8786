package bridge

import (
	"slices"
	"strings"

	"vitals2mqtt/withings"
)

// consentWatch notices when the user consents to something else.
type consentWatch struct{ last string }

// observe records the account after a round, and reports whether its owner or
// scopes have changed since the last one.
func (w *consentWatch) observe(state withings.AccountState) (changed bool) {
	if state.UserID == "" {
		return false
	}
	before := w.last
	w.last = state.UserID + " " + strings.Join(slices.Sorted(slices.Values(state.Scopes)), ",")
	return before != "" && before != w.last
}
