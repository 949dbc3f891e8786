package push

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
	"time"

	"vitals2mqtt/internal/secret"
)

// FormerSecretGrace is how long posts to a former secret are taken in: subscribing the new
// address takes seconds, or as long as the cloud is in trouble.
const FormerSecretGrace = time.Hour

// callbackPaths are the sums of paths. They have one length, so that the time that
// comparing takes tells nothing about the secret.
type callbackPaths [][sha256.Size]byte

// newCallbackPaths are the path of the public URL and the one without what a proxy may
// take off.
func newCallbackPaths(publicURL string, callbackSecret secret.Text) (callbackPaths, error) {
	full, err := Path(publicURL, callbackSecret.Reveal())
	if err != nil {
		return nil, err
	}
	return callbackPaths{sha256.Sum256([]byte(full)), sha256.Sum256([]byte(callbackPrefix + callbackSecret.Reveal()))}, nil
}

func (d callbackPaths) contains(path string) bool {
	sum, fits := sha256.Sum256([]byte(trimSlash(path))), 0
	for i := range d {
		fits |= subtle.ConstantTimeCompare(sum[:], d[i][:])
	}
	return fits == 1
}

// matches says whether a request is for us. At a former address there is nothing
// but the cloud's posts, and not for long: it may have been replaced for a reason.
func (l *Listener) matches(r *http.Request) bool {
	old := l.formerPaths.contains(r.URL.Path)
	return l.paths.contains(r.URL.Path) || old && r.Method == http.MethodPost && time.Now().Before(l.formerUntil)
}

// trimSlash takes off the slash that the cloud may have added to our address.
func trimSlash(path string) string { return strings.TrimSuffix(path, "/") }
