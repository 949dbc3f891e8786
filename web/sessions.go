// SPDX-License-Identifier: MIT

package web

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"sync"
	"time"
)

const (
	// sessionCookie is the name of the cookie that stands for the password.
	sessionCookie = "vitals2mqtt_session"
	// sessionLifetime is how long a browser stays signed in.
	sessionLifetime = 30 * 24 * time.Hour
	// maxRevoked limits the sessions that were signed out and are not over yet.
	maxRevoked = 1024

	sessionTimeSize = 8
	sessionIDSize   = 16
	sessionSize     = sessionTimeSize + sessionIDSize + sha256.Size
)

// deriveKey returns the key for a purpose from the installation's secret. The
// secret has the page's password in it: another password makes other keys.
func deriveKey(secret, purpose string) []byte {
	if secret == "" {
		secret = rand.Text() // until the end of the program
	}
	key, err := hkdf.Key(sha256.New, []byte(secret), nil, "vitals2mqtt "+purpose, sha256.Size)
	if err != nil {
		panic(err) // only for a length that is too large
	}
	return key
}

// sessions makes and checks session cookies. What a cookie says is in it and is
// signed, so that browsers stay signed in when the program restarts. Only the
// sessions that were signed out are remembered, until the program ends.
type sessions struct {
	key []byte

	mu      sync.Mutex
	revoked map[string]time.Time // by id: when it is over
}

func newSessions(key []byte) *sessions {
	return &sessions{key: key, revoked: map[string]time.Time{}}
}

// start returns the value of the cookie of a new session.
func (s *sessions) start(now time.Time) string {
	value := binary.BigEndian.AppendUint64(nil, uint64(now.Add(sessionLifetime).Unix())) //nolint:gosec // bits
	value = append(value, make([]byte, sessionIDSize)...)
	_, _ = rand.Read(value[sessionTimeSize:]) // never fails
	return base64.RawURLEncoding.EncodeToString(append(value, s.sign(value)...))
}

func (s *sessions) sign(value []byte) []byte {
	mac := hmac.New(sha256.New, s.key)
	_, _ = mac.Write(value)
	return mac.Sum(nil)
}

// open checks the value of a cookie. It returns the session's id and when the
// session is over.
func (s *sessions) open(cookie string, now time.Time) (id string, until time.Time, ok bool) {
	value, err := base64.RawURLEncoding.Strict().DecodeString(cookie)
	if err != nil || len(value) != sessionSize {
		return "", until, false
	}
	said, signature := value[:sessionSize-sha256.Size], value[sessionSize-sha256.Size:]
	if !hmac.Equal(signature, s.sign(said)) {
		return "", until, false
	}
	until = time.Unix(int64(binary.BigEndian.Uint64(said)), 0) //nolint:gosec // bits, signed
	id = base64.RawURLEncoding.EncodeToString(said[sessionTimeSize:])
	s.mu.Lock()
	defer s.mu.Unlock()
	_, revoked := s.revoked[id]
	return id, until, now.Before(until) && !revoked
}

// of returns the id of the session that a request belongs to, "" for none.
func (s *sessions) of(r *http.Request, now time.Time) string {
	for _, cookie := range r.CookiesNamed(sessionCookie) {
		if id, _, ok := s.open(cookie.Value, now); ok {
			return id
		}
	}
	return ""
}

// revoke ends the sessions of a request, also for whoever has a copy of the
// cookie.
func (s *sessions) revoke(r *http.Request, now time.Time) {
	for _, cookie := range r.CookiesNamed(sessionCookie) {
		if id, until, ok := s.open(cookie.Value, now); ok {
			s.remember(id, until, now)
		}
	}
}

// remember adds a session to those that were signed out. Of too many, that is
// forgotten which is over first.
func (s *sessions) remember(id string, until, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	first := id
	for other, over := range s.revoked {
		if !now.Before(over) {
			delete(s.revoked, other)
		} else if first == id || over.Before(s.revoked[first]) {
			first = other
		}
	}
	if len(s.revoked) >= maxRevoked {
		delete(s.revoked, first)
	}
	s.revoked[id] = until
}
