// SPDX-License-Identifier: MIT

package withings

import "strings"

// refusalTarget is what a refusal is about.
type refusalTarget int

// The targets of refusals.
const (
	targetNone        refusalTarget = iota // throttled, an outage, a wrong request
	targetApplication                      // the client id or secret
	targetConsent                          // the refresh token of one user
)

// classifyRefusal is the one place that decides what a response refuses.
// refresh is true for the response to a token refresh.
//
// The application is recognised by what the text names, because the cloud's
// numbers are the same for all: 503 is every wrong parameter of a token call,
// 401 both a token and a client that are not known. What the live cloud says to
// a wrong secret is not documented, so the table has every known wording.
func classifyRefusal(class Class, status int, text string, refresh bool) refusalTarget {
	if class != Auth && class != Params && class != Forbidden {
		return targetNone
	}
	if status == statusSignature || hasApplicationName(text) {
		return targetApplication
	}
	if !refresh || class == Forbidden {
		return targetNone
	}
	if status == statusInvalid || classOfStatus(status) == Auth || status == NoStatus && oauthRefusals[text] {
		return targetConsent
	}
	return targetNone
}

// hasApplicationName reports whether a text names the client id or secret, and
// nothing that belongs to a user: a token that was issued to another client id
// is invalid, and only a new consent replaces it.
func hasApplicationName(text string) bool {
	text = strings.NewReplacer("_", " ", "-", " ").Replace(strings.ToLower(text))
	for _, personal := range []string{
		"refresh token", "access token", "invalid grant", "invalid code", "authorization code",
	} {
		if strings.Contains(text, personal) {
			return false
		}
	}
	for _, name := range applicationNames {
		if strings.Contains(text, name) {
			return true
		}
	}
	return false
}

// applicationNames are the names of the application in texts, in lower case and
// with spaces for underscores and hyphens.
//
//nolint:gochecknoglobals // read-only table
var applicationNames = [...]string{
	"client id", "client secret", "invalid client", "unauthorized client", "unknown client", "wrong client",
	"consumer key", "consumer secret", "invalid partner", "unknown partner",
}

// oauthRefusals are the error codes of RFC 6749 for a refresh token, in case
// the endpoint ever uses plain OAuth.
//
//nolint:gochecknoglobals // read-only table
var oauthRefusals = map[string]bool{"invalid_grant": true, "invalid_token": true}
