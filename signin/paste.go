package signin

import (
	"errors"
	"net/url"
	"strings"
)

// ErrPaste says what a person should have pasted.
var ErrPaste = errors.New("this is not the address the browser ended up at: copy it whole, from http to the end; " +
	"it holds code=… and state=…")

// ParseRedirect reads what a person copied from the browser's address bar after
// pressing allow: the whole address, or at least the part after the question
// mark. It returns ErrDenied when the address says that consent was refused.
func ParseRedirect(pasted string) (state, code string, err error) {
	pasted = strings.Trim(strings.TrimSpace(pasted), `"'<>`)
	if _, query, found := strings.Cut(pasted, "?"); found {
		pasted = query
	}
	pasted, _, _ = strings.Cut(pasted, "#")
	values, err := url.ParseQuery(pasted)
	if err != nil {
		return "", "", ErrPaste
	}
	state, code = values.Get("state"), values.Get("code")
	switch {
	case values.Get("error") != "":
		return state, "", ErrDenied
	case state == "" || code == "":
		return "", "", ErrPaste
	}
	return state, code, nil
}
