// SPDX-License-Identifier: MIT

package api

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"vitals2mqtt/simulator/people"
	"vitals2mqtt/withings"
)

const textRedirectMismatch = "redirect_uri_mismatch: " +
	"The redirect URI provided is missing or does not match partner callback url"

// consentPage asks for a profile and for scopes, as the original does.
var consentPage = template.Must(template.New("consent").Parse(`<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Simulated consent</title></head>
<body>
<h1>Simulated cloud</h1>
<p>These people are invented. Whose data may the application read?</p>
<form method="post" action="?{{.Query}}">
<fieldset><legend>Profile</legend>
{{range $i, $p := .People}}<p><label>
<input type="radio" name="profile" value="{{$p.UserID}}"{{if eq $i 0}} checked{{end}}> {{$p.Name}}</label></p>
{{end}}</fieldset>
<fieldset><legend>Data</legend>
{{range .Scopes}}<p><label><input type="checkbox" name="scope" value="{{.}}" checked> {{.}}</label></p>
{{end}}</fieldset>
<p><button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Refuse</button></p>
</form>
</body>
</html>
`))

// consentRequest is what an application requests of the consent page.
type consentRequest struct {
	redirect, state string
	scopes          []string
}

// parseConsent checks a request as the original does before it shows the page.
func parseConsent(c *Server, q url.Values) (consentRequest, error) {
	for _, name := range []string{"response_type", "client_id", "state", "scope"} {
		if q.Get(name) == "" {
			return consentRequest{}, fmt.Errorf("invalid_request: missing %s", name)
		}
	}
	if q.Get("response_type") != "code" {
		return consentRequest{}, errors.New("unsupported_response_type: only code is supported")
	}
	if q.Get("client_id") != c.clientID {
		return consentRequest{}, errors.New("invalid_client: The client id supplied is invalid")
	}
	if !c.knowsRedirect(q.Get("redirect_uri")) {
		return consentRequest{}, errors.New(textRedirectMismatch)
	}
	scopes := strings.Split(q.Get("scope"), ",")
	for _, scope := range scopes {
		if !slices.Contains(withings.ScopesWithEvents(), scope) {
			return consentRequest{}, fmt.Errorf("invalid_scope: %q is not supported", scope)
		}
	}
	return consentRequest{redirect: q.Get("redirect_uri"), state: q.Get("state"), scopes: scopes}, nil
}

// knowsRedirect compares exactly, trailing slash included, as the original
// does.
func (c *Server) knowsRedirect(raw string) bool {
	if len(c.redirectURLs) > 0 {
		return slices.Contains(c.redirectURLs, raw)
	}
	u, err := url.Parse(raw)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

func (c *Server) serveConsentForm(w http.ResponseWriter, r *http.Request) {
	request, err := parseConsent(c, r.URL.Query())
	if err != nil {
		writeConsentError(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_ = consentPage.Execute(w, struct { // The client may have disconnected.
		Query  template.URL
		People []people.PersonInfo
		Scopes []string
	}{template.URL(r.URL.Query().Encode()), c.store.People(), request.scopes}) //nolint:gosec // Encoded here.
}

// serveConsentAnswer takes the form: profile, scope (several), decision allow
// or deny.
func (c *Server) serveConsentAnswer(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	request, err := parseConsent(c, r.URL.Query())
	if err == nil {
		err = r.ParseForm()
	}
	if err != nil {
		writeConsentError(w, err)
		return
	}
	back := url.Values{"state": {request.state}}
	if r.PostForm.Get("decision") == "allow" {
		scopes := slices.DeleteFunc(request.scopes, func(s string) bool { return !slices.Contains(r.PostForm["scope"], s) })
		code, err := c.newCode(r.PostForm.Get("profile"), request.redirect, scopes)
		if err != nil {
			writeConsentError(w, err)
			return
		}
		back.Set("code", code)
	} else {
		back.Set("error", "access_denied")
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, withQuery(request.redirect, back), http.StatusFound)
}

// withQuery adds parameters to a URL that may have some.
func withQuery(raw string, more url.Values) string {
	separator := "?"
	if strings.Contains(raw, "?") {
		separator = "&"
	}
	return raw + separator + more.Encode()
}

func writeConsentError(w http.ResponseWriter, err error) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	_, _ = w.Write(encode(map[string]any{"errors": []map[string]string{{"message": err.Error()}}}))
}

// serveLogout redirects to the consent page and nowhere else; there is no
// session to end.
func (c *Server) serveLogout(w http.ResponseWriter, r *http.Request) {
	next, err := url.Parse(r.URL.Query().Get("r"))
	if err != nil || next.Path != "/oauth2_user/authorize2" {
		writeConsentError(w, errors.New("invalid_request: r is not the consent page"))
		return
	}
	//nolint:gosec // Only the query is the caller's.
	http.Redirect(w, r, "/oauth2_user/authorize2?"+next.Query().Encode(), http.StatusFound)
}

// Consent is what happens when a person presses Allow: it returns the code with
// which the page would redirect. Without scopes it grants all of them. It
// checks redirect URL and person as the page does.
func (c *Server) Consent(ctx context.Context, person, redirectURL, state string, scopes ...string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", fmt.Errorf("consenting: %w", err)
	}
	if len(scopes) == 0 {
		scopes = withings.ScopesWithEvents()
	}
	request, err := parseConsent(c, url.Values{
		"response_type": {"code"}, "client_id": {c.clientID}, "state": {state},
		"scope": {strings.Join(scopes, ",")}, "redirect_uri": {redirectURL},
	})
	if err != nil {
		return "", fmt.Errorf("consenting: %w", err)
	}
	return c.newCode(person, request.redirect, request.scopes)
}

func (c *Server) newCode(person, redirect string, scopes []string) (string, error) {
	c.store.Lock()
	defer c.store.Unlock()
	account, err := c.store.FindLocked(person)
	if err != nil {
		return "", fmt.Errorf("consenting: %w", err)
	}
	code := people.HexDigits(c.random, 40)
	c.oauth.codes[code] = consent{account: account, redirect: redirect, scopes: scopes, given: c.store.NowLocked()}
	return code, nil
}
