// SPDX-License-Identifier: MIT

package bridge

import "sync/atomic"

// accountID is the id of a profile's account, readable without the lock of the
// poller; nil while it is unknown.
type accountID struct{ atomic.Pointer[string] }

// value is the account's id, "" while it is unknown.
func (a *accountID) value() string {
	if own := a.Load(); own != nil {
		return *own
	}
	return ""
}

// is reports whether an id is that of the account.
func (a *accountID) is(id string) bool {
	own := a.Load()
	return own != nil && id != "" && *own == id
}
