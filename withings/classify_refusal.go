package withings

import "strings"

// refusalTarget is whom a refusal concerns.
type refusalTarget int

// The subjects of refusals.
const (
	targetNone        refusalTarget = iota // throttled, an outage, a mistake of ours: nobody is refused
	targetApplication                      // the client id or secret
	targetConsent                          // the refresh token of one person
)

// classifyRefusal is the one place that says whom an answer classifyRefusal. refresh is true for an
// answer to the refresh of a token.
//
// The application is recognised by what the text names, because the cloud's numbers
// are the same for all: 503 is every wrong parameter of a token call, 401 both a
// token and a client that are not known. What the live cloud says to a wrong secret
// is not documented, so every way of saying it that is known is in the table.
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

// hasApplicationName says whether a text speaks of the client id or secret, and of
// nothing that belongs to a person: a token that was issued to another client id is
// no good, and only a new consent brings one that is.
func hasApplicationName(text string) bool {
	text = strings.NewReplacer("_", " ", "-", " ").Replace(strings.ToLower(text))
	for _, personal := range []string{"refresh token", "access token", "invalid grant", "invalid code", "authorization code"} {
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

// applicationNames are what texts call the application by, in lower case and with
// spaces for underscores and hyphens.
//
//nolint:gochecknoglobals // a table that nobody writes to
var applicationNames = [...]string{
	"client id", "client secret", "invalid client", "unauthorized client", "unknown client", "wrong client",
	"consumer key", "consumer secret", "invalid partner", "unknown partner",
}

// oauthRefusals are RFC 6749's words about a refresh token, should the endpoint
// ever speak plain OAuth.
//
//nolint:gochecknoglobals // a table that nobody writes to
var oauthRefusals = map[string]bool{"invalid_grant": true, "invalid_token": true}
