// SPDX-License-Identifier: MIT

package signin

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"
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

// FinishPasted is Finish with the address that was copied from the browser. It
// is refused without being used up when it belongs to another profile.
func (s *Service) FinishPasted(ctx context.Context, profile, pasted string) error {
	state, code, err := ParseRedirect(pasted)
	if err != nil {
		return err
	}
	s.mu.Lock()
	link, known := s.links[state]
	s.mu.Unlock()
	if known && link.profile != profile {
		return ErrOtherProfile
	}
	_, err = s.Finish(ctx, state, code)
	return err
}
