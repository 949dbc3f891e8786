package bridge

import "slices"

// missingCache keeps the keys without a value by reason: the health report needs
// them every minute, and they change with a fetch.
type missingCache struct {
	valid  bool
	scopes []string
	keys   map[Reason][]string
}

// invalidate has the keys looked up again. Call it after a change of the state or
// of an endpoint.
func (c *missingCache) invalidate() { c.valid = false }

// get returns the keys of a profile without a value, by reason. The result must
// not be changed.
func (c *missingCache) get(input reasonInput, keys []string) map[Reason][]string {
	if !c.valid || !slices.Equal(c.scopes, input.scopes) {
		*c = missingCache{valid: true, scopes: slices.Clone(input.scopes), keys: input.missing(keys)}
	}
	return c.keys
}
