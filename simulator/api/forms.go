// SPDX-License-Identifier: MIT

package api

import (
	"net/http"
	"net/url"
	"strings"
)

const (
	oauthService    = "v2/oauth2"
	tokenParameter  = "access_token"
	formContentType = "application/x-www-form-urlencoded"
)

// parseRequest reads the parameters of a request and its access token. The
// original takes more forms than it documents, and clients rely on them: the
// token as a parameter, in the query or the body; token calls with their
// parameters in the query; forms without a Content-Type. None of that is taken
// when strict.
func parseRequest(r *http.Request, service string, strict bool) (form url.Values, token string, err error) {
	if !strict && r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", formContentType)
	}
	if err := r.ParseForm(); err != nil {
		return nil, "", err //nolint:wrapcheck // The caller answers without it.
	}
	form, token = r.Form, bearer(r)
	if strict {
		if service == oauthService {
			form = r.PostForm
		}
		return form, token, nil
	}
	if token == "" {
		token = form.Get(tokenParameter)
	}
	form.Del(tokenParameter) // It is not a parameter of any action.
	return form, token, nil
}

// bearer returns the token of the header.
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return token
}
