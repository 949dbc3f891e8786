// SPDX-License-Identifier: MIT

package bridge

import (
	"strings"

	"vitals2mqtt/topics"
)

// findSlug returns the slug of the profile that a request names, by its slug or
// its name; of an unknown one what the name would become, "" for "".
func findSlug(bySlug map[string]*poller, name string) string {
	if bySlug[name] != nil {
		return name
	}
	for slug, p := range bySlug {
		if strings.EqualFold(p.Name, strings.TrimSpace(name)) {
			return slug
		}
	}
	return topics.ProfileSlug(name)
}
