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

// ErrInvalidPaste says what should have been pasted.
var ErrInvalidPaste = errors.New("not a callback address: copy the whole address from the browser; " +
	"it contains code=… and state=…")

// ParseRedirect reads what was copied from the browser's address bar after the
// consent: the whole address, or at least its query. Line breaks of terminals
// and mail programs are ignored. It returns ErrDenied for a denied consent,
// ErrConsentPage for another error, and ErrInvalidPaste for anything else.
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
