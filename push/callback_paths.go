// SPDX-License-Identifier: MIT

package push

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
	"time"

	"vitals2mqtt/internal/secret"
)

// FormerSecretGrace is how long posts to a former secret are accepted:
// subscribing the new callback URL takes seconds, or as long as an outage of
// the Withings API.
const FormerSecretGrace = time.Hour

// callbackPaths are the paths that accept notifications.
type callbackPaths struct {
	current, former pathSet
	formerUntil     time.Time
}

// pathSet holds hashes of paths. They have one length, so that the time a
// comparison takes reveals nothing about the secret.
type pathSet [][sha256.Size]byte

// newCallbackPaths returns the paths below a public URL. Former secrets that
// cannot have been part of it are ignored.
func newCallbackPaths(publicURL string, current secret.Text, former []secret.Text) (*callbackPaths, error) {
	p := &callbackPaths{formerUntil: time.Now().Add(FormerSecretGrace)}
	if err := p.current.add(publicURL, current); err != nil {
		return nil, err
	}
	for _, old := range former {
		_ = p.former.add(publicURL, old)
	}
	return p, nil
}

// add adds the path of the public URL and the one without the prefix that a
// proxy may strip.
func (s *pathSet) add(publicURL string, callbackSecret secret.Text) error {
	full, err := Path(publicURL, callbackSecret.Reveal())
	if err != nil {
		return err
	}
	*s = append(*s, sha256.Sum256([]byte(full)), sha256.Sum256([]byte(callbackPrefix+callbackSecret.Reveal())))
	return nil
}

// contains ignores a slash at the end, which the Withings API may have added.
func (s pathSet) contains(path string) bool {
	sum, found := sha256.Sum256([]byte(strings.TrimSuffix(path, "/"))), 0
	for i := range s {
		found |= subtle.ConstantTimeCompare(sum[:], s[i][:])
	}
	return found == 1
}

// matches reports whether a request has one of the paths. A former one accepts
// posts only, for a limited time: the secret may have been replaced for a
// reason.
func (p *callbackPaths) matches(r *http.Request) bool {
	isFormer := p.former.contains(r.URL.Path)
	return p.current.contains(r.URL.Path) || isFormer && r.Method == http.MethodPost && time.Now().Before(p.formerUntil)
}
