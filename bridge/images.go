// SPDX-License-Identifier: MIT

package bridge

// PublishImage publishes a picture of a profile under one of the keys of
// discovery.ImageKeys, and reports whether it did. The entity exists from the
// first picture on. Nothing is published for an unknown profile, and for one
// with another account.
func (b *Bridge) PublishImage(slug, userID, key string, svg []byte) bool {
	p, ok := b.bySlug[slug]
	if !ok {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.Images || p.state.UserID == "" || p.state.UserID != userID {
		return false
	}
	p.topics.set(p.site.Tree.Image(slug, key), svg)
	p.topics.documentDue = true
	p.topics.publishDocument()
	p.state.saveUnlessStopping() // no round may follow for hours
	return true
}
