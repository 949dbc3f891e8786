// SPDX-License-Identifier: MIT

package withings

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"golang.org/x/oauth2"

	"vitals2mqtt/internal/secret"
)

// Token is one user's pair of tokens. The refresh token changes with every
// refresh and the old one becomes invalid, so a Token must be stored before it
// is used.
type Token struct {
	UserID          string
	Access, Refresh secret.Text
	// Expiry is the end of the access token.
	Expiry time.Time
	// Scopes are those that were granted, which may be fewer than requested.
	Scopes []string
	// Refusals are what the cloud has said against Refresh.
	Refusals Refusals
}

// Consent holds the parameters of the consent page. No Scopes means all of
// them; Demo selects the vendor's demo user instead of an account.
type Consent struct {
	RedirectURL, State string
	Scopes             []string
	Demo               bool
}

const (
	tokenService = "v2/oauth2" //nolint:gosec // a path, no credential
	tokenAction  = "requesttoken"

	// defaultTokenLife is assumed when a token response does not say how long
	// it holds.
	defaultTokenLife = 3 * time.Hour
)

// ConsentURL returns the page on which a user allows this application to read.
func (c *Client) ConsentURL(r Consent) string {
	scopes := r.Scopes
	if len(scopes) == 0 {
		scopes = AllScopes()
	}
	// The vendor wants commas where x/oauth2 puts spaces.
	options := []oauth2.AuthCodeOption{oauth2.SetAuthURLParam("scope", strings.Join(scopes, ","))}
	if r.Demo {
		options = append(options, oauth2.SetAuthURLParam("mode", "demo"))
	}
	return c.oauthConfig(r.RedirectURL).AuthCodeURL(r.State, options...)
}

// LogoutURL returns the page that ends the browser's session and then goes on
// to the consent page: without it a second user of the browser would be signed
// in as the first.
func (c *Client) LogoutURL(consentURL string) string {
	return c.accountURL + "/logout?r=" + url.QueryEscape(consentURL)
}

// Exchange turns the code of the consent page into tokens. The code is valid
// for 30 seconds and works once; redirectURL must be that of the consent page.
func (c *Client) Exchange(ctx context.Context, code, redirectURL string) (Token, error) {
	return c.requestToken(ctx, "", func(ctx context.Context) (*oauth2.Token, error) {
		return c.oauthConfig(redirectURL).Exchange(ctx, code)
	})
}

// refresh spends a refresh token. What the response leaves out is kept.
func (c *Client) refresh(ctx context.Context, profile string, old Token) (Token, error) {
	next, err := c.requestToken(ctx, profile, func(ctx context.Context) (*oauth2.Token, error) {
		return c.oauthConfig("").TokenSource(ctx, &oauth2.Token{RefreshToken: old.Refresh.Reveal()}).Token()
	})
	if err != nil {
		return Token{}, err
	}
	if next.UserID == "" {
		next.UserID = old.UserID
	}
	if len(next.Scopes) == 0 {
		next.Scopes = old.Scopes
	}
	return next, nil
}

func (c *Client) oauthConfig(redirectURL string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: c.options.ClientID, ClientSecret: c.options.ClientSecret.Reveal(), RedirectURL: redirectURL,
		Endpoint: oauth2.Endpoint{
			AuthURL: c.accountURL + "/oauth2_user/authorize2", TokenURL: c.apiURL + "/" + tokenService,
			AuthStyle: oauth2.AuthStyleInParams,
		},
	}
}

// requestToken runs one grant of x/oauth2 over the funnel.
func (c *Client) requestToken(
	ctx context.Context, profile string, grant func(context.Context) (*oauth2.Token, error),
) (Token, error) {
	wrapped := &envelopeTransport{client: c, profile: profile}
	granted, err := grant(context.WithValue(ctx, oauth2.HTTPClient, &http.Client{Transport: wrapped}))
	switch {
	case wrapped.failure != nil:
		return Token{}, wrapped.failure // typed; x/oauth2's own error would show the response
	case err != nil:
		return Token{}, fmt.Errorf("%s %s: %w", tokenService, tokenAction, stripURL(err))
	}
	return wrapped.token(granted), nil
}

// tokenResponse is the body of a token response. The cloud writes the user id
// and the life time as numbers or as texts.
type tokenResponse struct {
	UserID  Ident `json:"userid,omitzero"`
	Access  Text  `json:"access_token"`
	Refresh Text  `json:"refresh_token"`
	Expires Int   `json:"expires_in,omitzero"`
	Scope   Text  `json:"scope,omitzero"`
	Type    Text  `json:"token_type,omitzero"`
}

// envelopeTransport lets x/oauth2 use a token endpoint that wraps its
// responses: it adds the action, unwraps the body, and turns a failing status
// into a failing HTTP code. It serves one grant.
type envelopeTransport struct {
	client   *Client
	profile  string
	response tokenResponse
	failure  error
}

var errNoTokens = errors.New("token response without a token")

// RoundTrip implements http.RoundTripper.
func (t *envelopeTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	defer func() { _ = r.Body.Close() }() // a reader over a string
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, fmt.Errorf("reading the form: %w", err)
	}
	form, err := url.ParseQuery(string(text))
	if err != nil {
		return nil, fmt.Errorf("reading the form: %w", err)
	}
	q := apiRequest{
		service: tokenService, action: tokenAction, profile: t.profile, form: form,
		retry: tokenRetryPolicy(), detached: true,
	}
	if t.profile != "" {
		q.urgency = urgencyToken
	}
	for _, name := range []string{"client_secret", "refresh_token", "code"} {
		q.secrets = append(q.secrets, secret.New(form.Get(name)))
	}
	t.response, t.failure = send[tokenResponse](r.Context(), t.client, q)
	if t.failure == nil && (t.response.Access == "" || t.response.Refresh == "") {
		t.failure = &Error{
			Service: tokenService, Action: tokenAction, HTTP: http.StatusOK, Class: Temporary, Err: errNoTokens,
		}
	}
	if t.failure != nil {
		return jsonResponse(r, http.StatusBadRequest, []byte(`{"error":"invalid_request"}`)), nil
	}
	unwrapped, err := json.Marshal(t.response)
	if err != nil {
		return nil, fmt.Errorf("decoding the token response: %w", err)
	}
	return jsonResponse(r, http.StatusOK, unwrapped), nil
}

func jsonResponse(r *http.Request, code int, body []byte) *http.Response {
	return &http.Response{
		StatusCode: code, Status: http.StatusText(code), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/json"}}, ContentLength: int64(len(body)),
		Body: io.NopCloser(bytes.NewReader(body)), Request: r,
	}
}

// token puts the parts together that x/oauth2 knows and that it does not.
func (t *envelopeTransport) token(granted *oauth2.Token) Token {
	token := Token{
		UserID: string(t.response.UserID), Access: secret.New(granted.AccessToken), Refresh: secret.New(granted.RefreshToken),
		Expiry: granted.Expiry, Scopes: splitScopes(string(t.response.Scope)),
	}
	if token.Expiry.IsZero() {
		token.Expiry = time.Now().Add(defaultTokenLife)
	}
	return token
}

func splitScopes(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}
