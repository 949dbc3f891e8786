package web

import (
	"context"
	"errors"
	"net/http"
)

// replaceParam marks the form of the question, which goes where the page came from: a
// proxy may let nothing else through.
const replaceParam = "replace"

// confirmationError is an error of SignIn.Finish that the person can answer: the account is
// not the one that the profile was signed in with before.
type confirmationError interface {
	error
	// ConfirmationID names the decision for SignIn.Confirm.
	ConfirmationID() string
}

// replacePage is the page that asks whether one account is to replace another.
type replacePage struct {
	Name, ConfirmationID, Base string
	FormQuery                  string // the form goes to the callback, with this parameter
}

// showReplacePage shows the question that a sign-in has ended with, if it has.
func (s *Server) showReplacePage(w http.ResponseWriter, profile string, err error) bool {
	var open confirmationError
	if !errors.As(err, &open) {
		return false
	}
	s.log.Warn().Str("profile", profile).Msg("another account than before signed in; asking whether to replace it")
	s.render(w, http.StatusConflict, "replace.html", replacePage{
		Name: s.profileName(profile), ConfirmationID: open.ConfirmationID(), Base: s.prefix, FormQuery: replaceParam,
	})
	return true
}

// answerReplace takes the answer. Like the callback it asks for no password: whoever
// answers holds the question, which nobody else has seen.
func (s *Server) answerReplace(w http.ResponseWriter, r *http.Request) {
	confirmationID, answer := r.PostFormValue("confirmation"), r.PostFormValue("answer")
	if confirmationID == "" || answer != "replace" && answer != "keep" {
		s.showResult(w, http.StatusBadRequest, resultPage{Title: "Nothing was answered", Text: "Start again from the overview."})
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), codeExchangeTimeout)
	defer cancel()
	profile, err := s.options.SignIn.Confirm(ctx, confirmationID, answer == "replace")
	switch {
	case err != nil:
		text := redact(err.Error(), confirmationID)
		s.log.Warn().Str("profile", profile).Str("error", text).Msg("sign-in failed")
		s.showResult(w, http.StatusBadRequest, resultPage{Title: "Sign-in failed", Text: text, Retry: profile})
	case answer == "keep":
		s.log.Info().Str("profile", profile).Msg("the former account stays")
		s.showResult(w, http.StatusOK, resultPage{
			Title: "Nothing was changed", Text: s.profileName(profile) + " stays with the former account.", Retry: profile, Good: true,
		})
	default:
		s.showSignedIn(w, profile)
	}
}

// showSignedIn says that a sign-in has worked.
func (s *Server) showSignedIn(w http.ResponseWriter, profile string) {
	s.log.Info().Str("profile", profile).Msg("signed in")
	s.showResult(w, http.StatusOK, resultPage{
		Title: "Signed in", Good: true,
		Text: s.profileName(profile) + " is signed in. Values follow with the next poll; you can close this page.",
	})
}

// profileName is what a profile is called.
func (s *Server) profileName(profile string) string {
	if person, known := s.profile(profile); known {
		return person.Name
	}
	return profile
}
