// SPDX-License-Identifier: MIT

package bridge

import (
	"slices"
	"strings"

	"vitals2mqtt/withings"
)

// consentWatch detects that the account or the granted scopes have changed.
type consentWatch struct{ last string }

// observe records the account after a round, and reports whether the user or
// the scopes have changed since the last one.
func (w *consentWatch) observe(state withings.AccountState) (changed bool) {
	if state.UserID == "" {
		return false
	}
	before := w.last
	w.last = state.UserID + " " + strings.Join(slices.Sorted(slices.Values(state.Scopes)), ",")
	return before != "" && before != w.last
}
