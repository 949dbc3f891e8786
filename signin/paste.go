package signin

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// ErrConsentPage says that the consent page had something else to say than yes or no.
var ErrConsentPage = errors.New("the Withings consent page reported an error: start again; " +
	"if it persists, compare client id and callback URL with the developer portal")

// ErrInvalidPaste says what a person should have pasted.
var ErrInvalidPaste = errors.New("not a callback address: copy the whole address from the browser; " +
	"it contains code=… and state=…")

// ParseRedirect reads what a person copied from the browser's address bar after
// pressing allow: the whole address, or at least the part after the question
// mark. Terminals and mails break long addresses; the breaks are ignored. It
// returns ErrDenied when the address says that consent was refused, ErrVendor
// when it tells of another error, and ErrPaste for anything else.
func ParseRedirect(pasted string) (state, code string, err error) {
	pasted = strings.Trim(strings.Join(strings.Fields(pasted), ""), `"'<>`)
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
		return "", "", ErrInvalidPaste
	}
	return state, code, nil
}

// accessDenied is RFC 6749's word for a person's no; the vendor documents none.
const accessDenied = "access_denied"

// errorCodePattern is what an error code may look like to be repeated to a person.
var errorCodePattern = regexp.MustCompile(`^[a-z_]{1,40}$`)

func consentPageError(code string) error {
	if !errorCodePattern.MatchString(code) {
		return ErrConsentPage
	}
	return fmt.Errorf("%w (error code %s)", ErrConsentPage, code)
}
