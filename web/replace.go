// SPDX-License-Identifier: MIT

package web

import (
	"context"
	"errors"
	"net/http"
)

// replaceParam marks the form of the confirmation. It is posted to the
// callback, because a proxy may forward nothing else.
const replaceParam = "replace"

// confirmationError is an error of SignIn.Finish: the account is not the one
// that the profile was signed in with before.
type confirmationError interface {
	error
	// ConfirmationID is the argument of SignIn.Confirm. It is a secret.
	ConfirmationID() string
}

// replacePage is the data of the page that asks to confirm a replacement.
type replacePage struct {
	frame

	Name, ConfirmationID string
	Action               string // of the form
}

// showReplacePage asks to confirm a replacement if the error requires it, and
// reports whether it did. The answer is posted to action.
func (s *signInRoutes) showReplacePage(
	w http.ResponseWriter, r *http.Request, profile string, err error, action string,
) bool {
	var confirmation confirmationError
	if !errors.As(err, &confirmation) {
		return false
	}
	s.log.Warn().Str("profile", profile).Msg("signed in with a different account; waiting for confirmation")
	f := s.pages.frame(r, "signin.different_account")
	f.Token = s.forms.tokens.make(visitorOf(r).subject(), f.Now)
	s.pages.render(w, http.StatusConflict, "replace.html", replacePage{
		frame:          f,
		Name:           s.profileName(profile),
		ConfirmationID: confirmation.ConfirmationID(),
		Action:         action,
	})
	return true
}

// answerReplace handles the form of the confirmation. Like the callback it
// needs no password: the confirmation ID authenticates the request.
func (s *signInRoutes) answerReplace(w http.ResponseWriter, r *http.Request) {
	confirmationID, answer := r.PostFormValue("confirmation"), r.PostFormValue("answer")
	if confirmationID == "" || answer != "replace" && answer != "keep" {
		s.pages.showResult(w, r, http.StatusBadRequest, resultPage{
			Title: "signin.no_answer", Text: s.pages.language(r).Say("signin.no_answer.text"),
		})
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), codeExchangeTimeout)
	defer cancel()
	profile, err := s.signIn.Confirm(ctx, confirmationID, answer == "replace")
	switch {
	case err != nil:
		s.showFailed(w, r, profile, err, confirmationID)
	case answer == "keep":
		s.log.Info().Str("profile", profile).Msg("account replacement declined")
		s.pages.showResult(w, r, http.StatusOK, resultPage{
			Title: "signin.unchanged",
			Text:  s.pages.language(r).Say("signin.unchanged.text", s.profileName(profile)),
			Retry: profile,
			Good:  true,
		})
	default:
		s.showSignedIn(w, r, profile)
	}
}

// showSignedIn shows that a sign-in has succeeded.
func (s *signInRoutes) showSignedIn(w http.ResponseWriter, r *http.Request, profile string) {
	s.log.Info().Str("profile", profile).Msg("signed in")
	result := resultPage{
		Title: "signin.signed_in",
		Text:  s.pages.language(r).Say("signin.signed_in.text", s.profileName(profile)),
		Good:  true,
	}
	for _, other := range s.overview().Profiles {
		if other.Slug != profile && other.SignInNeeded {
			result.Others = append(result.Others, other)
		}
	}
	s.pages.showResult(w, r, http.StatusOK, result)
}

// profileName returns the name of a profile, its slug when it is unknown.
func (s *signInRoutes) profileName(profile string) string {
	if p, known := findProfile(s.overview().Profiles, profile); known {
		return p.Name
	}
	return profile
}
