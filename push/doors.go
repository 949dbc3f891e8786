package push

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
	"time"

	"vitals2mqtt/internal/secret"
)

// Grace is how long posts to a former secret are taken in: subscribing the new
// address takes seconds, or as long as the cloud is in trouble.
const Grace = time.Hour

// doors are the sums of paths. They have one length, so that the time that
// comparing takes tells nothing about the secret.
type doors [][sha256.Size]byte

// doorsOf are the path of the public URL and the one without what a proxy may
// take off.
func doorsOf(publicURL string, word secret.Text) (doors, error) {
	full, err := Path(publicURL, word.Reveal())
	if err != nil {
		return nil, err
	}
	return doors{sha256.Sum256([]byte(full)), sha256.Sum256([]byte(route + word.Reveal()))}, nil
}

func (d doors) open(path string) bool {
	sum, fits := sha256.Sum256([]byte(trim(path))), 0
	for i := range d {
		fits |= subtle.ConstantTimeCompare(sum[:], d[i][:])
	}
	return fits == 1
}

// opens says whether a request is for us. At a former address there is nothing
// but the cloud's posts, and not for long: it may have been replaced for a reason.
func (l *Listener) opens(r *http.Request) bool {
	old := l.former.open(r.URL.Path)
	return l.doors.open(r.URL.Path) || old && r.Method == http.MethodPost && time.Now().Before(l.until)
}

// trim takes off the slash that the cloud may have added to our address.
func trim(path string) string { return strings.TrimSuffix(path, "/") }
