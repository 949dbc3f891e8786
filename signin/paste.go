package signin

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// ErrConsentPage reports an error of the consent page other than a denial.
var ErrConsentPage = errors.New("the Withings consent page reported an error: start again; " +
	"if it persists, compare client id and callback URL with the developer portal")

// What was pasted instead of the callback address.
var (
	ErrInvalidPaste = errors.New("not a callback address: copy the whole address from the browser; " +
		"it contains code=… and state=…")
	ErrConsentAddress = errors.New("this is the address of the Withings page: allow access there first; " +
		"the address to copy is the one that the browser goes to next")
	ErrOtherSite = errors.New("this is another address, without code=… and state=…: " +
		"copy the one that the browser goes to after you have allowed access")
)

// ParseRedirect reads what was copied from the browser's address bar after the
// consent: the whole address, or at least its query. Line breaks of terminals
// and mail programs are ignored. It returns ErrDenied for a denied consent,
// ErrConsentPage for another error, ErrConsentAddress and ErrOtherSite for other
// addresses, and ErrInvalidPaste for anything else.
func ParseRedirect(pasted string) (state, code string, err error) {
	pasted = strings.Trim(strings.Join(strings.Fields(pasted), ""), `"'<>`)
	address := pasted
	if _, query, found := strings.Cut(pasted, "?"); found {
		pasted = query
	}
	pasted, _, _ = strings.Cut(pasted, "#")
	values, err := url.ParseQuery(pasted)
	if err != nil {
		return "", "", ErrInvalidPaste
	}
	state, code = values.Get("state"), values.Get("code")
	switch {
	case values.Get("error") == accessDenied:
		return state, "", ErrDenied
	case values.Get("error") != "":
		return state, "", consentPageError(values.Get("error"))
	case state == "" || code == "":
		return "", "", otherAddressError(address, code == "" && state == "")
	}
	return state, code, nil
}

// otherAddressError describes an address without code or state. The address
// itself may be private.
func otherAddressError(address string, neither bool) error {
	parsed, err := url.Parse(address)
	switch {
	case err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https":
		return ErrInvalidPaste
	case strings.HasPrefix(parsed.Path, consentPath):
		return ErrConsentAddress
	case neither:
		return ErrOtherSite
	}
	return ErrInvalidPaste
}

// consentPath is where the pages of the consent are.
const consentPath = "/oauth2_user/"

// accessDenied is the error code of a denied consent in RFC 6749.
const accessDenied = "access_denied"

// errorCodePattern is the form of an error code that is safe to print.
var errorCodePattern = regexp.MustCompile(`^[a-z_]{1,40}$`)

func consentPageError(code string) error {
	if !errorCodePattern.MatchString(code) {
		return ErrConsentPage
	}
	return fmt.Errorf("%w (error code %s)", ErrConsentPage, code)
}
