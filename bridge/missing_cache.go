// SPDX-License-Identifier: MIT

package bridge

import "slices"

// missingCache caches the keys without a value by reason: the health report
// needs them every minute, but they only change with a fetch.
type missingCache struct {
	valid  bool
	scopes []string
	keys   map[Reason][]string
}

// invalidate empties the cache. Call it when the state or the health of an
// endpoint has changed.
func (c *missingCache) invalidate() { c.valid = false }

// get returns the keys of a profile without a value, by reason. The result must
// not be changed.
func (c *missingCache) get(input reasonInput, keys []string) map[Reason][]string {
	if !c.valid || !slices.Equal(c.scopes, input.scopes) {
		*c = missingCache{valid: true, scopes: slices.Clone(input.scopes), keys: input.missing(keys)}
	}
	return c.keys
}
