// SPDX-License-Identifier: MIT

package web

import (
	"cmp"
	"context"
	"errors"
	"html/template"
	"net/http"
	"strings"
	"time"

	"rsc.io/qr"

	"vitals2mqtt/display"
	"vitals2mqtt/web/draw"
)

// signInPage is the data of the page on which a profile signs in.
type signInPage struct {
	frame

	Slug, Name string
	// Consent is the link to the consent page, Logout one that signs another
	// account out before. Code is the first as a picture, "" when it is too long.
	Consent, Logout string
	Code            template.HTML
	// Callback is where the consent page sends the browser. IsElsewhere means that
	// it does not lead here.
	Callback    string
	IsElsewhere bool
	// Seconds is how long what the browser brings back is valid.
	Seconds  int
	SignedIn bool
	// CanDisconnect means that the consent can be ended here.
	CanDisconnect bool
	Problem       string // why the last attempt has failed, "" for nothing
}

// codeSeconds is how long a code is valid, by the documentation of the vendor:
// https://developer.withings.com/developer-guide/v3/integration-guide/public-health-data-api/get-access/oauth-web-flow/.
const codeSeconds = 30

// show shows the ways to sign a profile in. It begins a sign-in: the link, the
// picture and the address to paste belong together.
func (s *signInRoutes) show(w http.ResponseWriter, r *http.Request) {
	profile, known := s.findProfile(w, r)
	if !known || r.Method != http.MethodGet {
		return
	}
	if !isUserInitiated(r) {
		http.Error(w, "Open this page from the overview or directly.", http.StatusForbidden)
		return
	}
	s.showWays(w, r, http.StatusOK, profile, "")
}

// findProfile returns the profile of a request, or answers that there is none.
func (s *signInRoutes) findProfile(w http.ResponseWriter, r *http.Request) (Profile, bool) {
	profile, known := findProfile(s.overview().Profiles, r.PathValue("profile"))
	if !known {
		s.pages.showResult(w, r, http.StatusNotFound, resultPage{
			Title: "signin.unknown", Text: s.pages.language(r).Say("signin.unknown.text"),
		})
	}
	return profile, known
}

func (s *signInRoutes) showWays(w http.ResponseWriter, r *http.Request, status int, profile Profile, problem string) {
	consent, logout, err := s.signIn.Start(profile.Slug)
	if err != nil {
		s.showNotStarted(w, r, profile, err)
		return
	}
	f := s.pages.frame(r, "signin.heading")
	f.Token = s.forms.tokens.make(visitorOf(r).subject(), f.Now)
	f.Heading = f.Say("signin.sign_in_name", profile.Name)
	s.pages.render(w, status, "signin.html", signInPage{
		frame:         f.with("setup.css", "countdown.js"),
		Slug:          profile.Slug,
		Name:          profile.Name,
		Consent:       consent,
		Logout:        logout,
		Code:          linkCode(consent, f.Say("signin.code_label", profile.Name)),
		Callback:      cmp.Or(s.callbackURL, s.ownCallbackURL),
		IsElsewhere:   s.callbackOnOtherHost,
		Seconds:       codeSeconds,
		SignedIn:      !profile.SignInNeeded,
		CanDisconnect: s.disconnect != nil,
		Problem:       problem,
	})
}

// linkCode draws a link as a QR code; "" when it does not fit.
func linkCode(link, label string) template.HTML {
	code, err := qr.Encode(link, qr.L)
	if err != nil {
		return ""
	}
	return template.HTML(draw.Code(code.Size, code.Black, label)) //nolint:gosec // drawn by this program
}

// paste signs a profile in with the address that the browser ended up at.
// Neither the address nor its code may be logged or shown.
func (s *signInRoutes) paste(w http.ResponseWriter, r *http.Request) {
	profile, known := s.findProfile(w, r)
	if !known {
		return
	}
	// A closed connection must not interrupt the exchange: the code works only
	// once, and its tokens must be stored.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), codeExchangeTimeout)
	defer cancel()
	pasted := r.PostFormValue("address")
	err := s.signIn.FinishPasted(ctx, profile.Slug, pasted)
	if s.showReplacePage(w, r, profile.Slug, err, s.pages.prefix(r)+"/profiles/"+profile.Slug+"/account") {
		return
	}
	if err != nil {
		s.log.Warn().Str("profile", profile.Slug).Str("error", redact(err.Error(), pastedParts(pasted)...)).
			Msg("sign-in failed")
		s.showWays(w, r, http.StatusUnprocessableEntity, profile, explain(s.pages.language(r), err, pastedParts(pasted)...))
		return
	}
	s.showSignedIn(w, r, profile.Slug)
}

// pastedParts are the values in a pasted address, which errors must not contain.
func pastedParts(pasted string) (parts []string) {
	for _, part := range strings.FieldsFunc(pasted, func(c rune) bool { return strings.ContainsRune("?&=# \r\n", c) }) {
		if len(part) > 8 {
			parts = append(parts, part)
		}
	}
	return parts
}

// explain is an error in words of the page, where it has some, without secrets.
func explain(language display.Language, err error, hidden ...string) string {
	var coded interface{ Code() string }
	var about interface{ Subject() string }
	if !errors.As(err, &coded) || !language.Has("signin.error."+coded.Code()) {
		return redact(err.Error(), hidden...)
	}
	if errors.As(err, &about) {
		return language.Say("signin.error."+coded.Code(), about.Subject())
	}
	return language.Say("signin.error." + coded.Code())
}

// disconnectTimeout bounds signing a profile out.
const disconnectTimeout = 60 * time.Second

// confirmDisconnect asks whether to sign a profile out.
func (s *signInRoutes) confirmDisconnect(w http.ResponseWriter, r *http.Request) {
	if profile, known := s.findProfile(w, r); known {
		s.showDisconnect(w, r, http.StatusOK, profile, "")
	}
}

// disconnectPage is the data of that question.
type disconnectPage struct {
	frame

	Slug, Name string
	// Problem is why it did not work, and then tokens can be deleted anyway.
	Problem string
}

func (s *signInRoutes) showDisconnect(w http.ResponseWriter, r *http.Request, status int, p Profile, problem string) {
	f := s.pages.frame(r, "signin.heading")
	f.Token = s.forms.tokens.make(visitorOf(r).subject(), f.Now)
	f.Heading = f.Say("signin.sign_out_name", p.Name)
	s.pages.render(w, status, "disconnect.html", disconnectPage{f.with("setup.css"), p.Slug, p.Name, problem})
}

// endConsent signs a profile out.
func (s *signInRoutes) endConsent(w http.ResponseWriter, r *http.Request) {
	profile, known := s.findProfile(w, r)
	if !known {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), disconnectTimeout)
	defer cancel()
	outcome, other, err := s.disconnect(ctx, profile.Slug, r.PostFormValue("anyway") != "")
	language := s.pages.language(r)
	key := "signin.out." + outcome
	if !language.Has(key) { // nothing has changed
		text := ""
		if err != nil {
			text = err.Error()
		}
		s.log.Warn().Err(err).Str("profile", profile.Slug).Msg("sign-out failed")
		s.showDisconnect(w, r, http.StatusServiceUnavailable, profile, language.Say("signin.out_failed", text))
		return
	}
	s.log.Info().Str("profile", profile.Slug).Str("outcome", outcome).Msg("signed out")
	text := language.Say(key, profile.Name)
	if other != "" {
		text = language.Say(key, profile.Name, other)
	}
	s.pages.showResult(w, r, http.StatusOK, resultPage{Title: "signin.signed_out", Text: text, Good: err == nil})
}
