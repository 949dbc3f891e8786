// SPDX-License-Identifier: MIT

package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"mime"
	"net/http"
	"time"
)

// The form token proves that a form is one of this page: other sites can make a
// browser send a form, but cannot read the token in ours. It is bound to whom
// the page was shown.
const (
	// formField is the name of the form's field, also as a parameter of the URL
	// for forms with a file, whose body is not read before the check.
	formField = "token"
	// formHeader is for scripts.
	formHeader = "X-Form-Token"
	// tokenLifetime is how long a page may stay open before its forms are too old.
	tokenLifetime = 12 * time.Hour

	tokenTimeSize = 8
	tokenMACSize  = 24
	tokenSize     = tokenTimeSize + tokenMACSize
)

// formTokens makes and checks form tokens.
type formTokens struct{ key []byte }

// make returns a token for somebody. Each one has another mask, so that the
// length of a compressed page does not reveal it (BREACH).
func (f formTokens) make(subject string, now time.Time) string {
	token := make([]byte, 2*tokenSize)
	mask, masked := token[:tokenSize], token[tokenSize:]
	_, _ = rand.Read(mask) // never fails
	plain := f.sign(subject, now)
	subtle.XORBytes(masked, mask, plain)
	return base64.RawURLEncoding.EncodeToString(token)
}

// check reports whether a token was made for somebody, and is not too old.
func (f formTokens) check(text, subject string, now time.Time) bool {
	token, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(token) != 2*tokenSize {
		return false
	}
	plain := make([]byte, tokenSize)
	subtle.XORBytes(plain, token[:tokenSize], token[tokenSize:])
	made := time.Unix(int64(binary.BigEndian.Uint64(plain)), 0) //nolint:gosec // bits, signed
	return hmac.Equal(plain, f.sign(subject, made)) && now.Sub(made) <= tokenLifetime && !made.After(now)
}

// sign returns a token without mask.
func (f formTokens) sign(subject string, made time.Time) []byte {
	plain := binary.BigEndian.AppendUint64(nil, uint64(made.Unix())) //nolint:gosec // bits
	mac := hmac.New(sha256.New, f.key)
	_, _ = mac.Write(plain)
	_, _ = mac.Write([]byte(subject))
	return mac.Sum(plain)[:tokenSize]
}

// tokenOf returns the token of a request.
func tokenOf(r *http.Request) string {
	if token := r.Header.Get(formHeader); token != "" {
		return token
	}
	if token := r.URL.Query().Get(formField); token != "" {
		return token
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/x-www-form-urlencoded" {
		return ""
	}
	return r.PostFormValue(formField)
}
