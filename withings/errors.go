// SPDX-License-Identifier: MIT

package withings

import (
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode"

	"vitals2mqtt/internal/oneline"
	"vitals2mqtt/internal/secret"
)

// ErrNoToken is what Load of a token store returns for a profile that is not
// signed in.
var ErrNoToken = errors.New("no token stored")

// ErrSignIn means that the user must sign in (again): there is no token, or the
// cloud refused its refresh for good.
var ErrSignIn = errors.New("sign-in needed")

// ErrApplication means that the cloud refuses the application, not a user: its
// client id or client secret is wrong, or it is no longer registered. Errors
// with it have the class Application.
var ErrApplication = errors.New("the Withings API does not accept this client id and secret")

// ApplicationRemedy is what to do about ErrApplication.
const ApplicationRemedy = "compare withings.client_id and withings.client_secret (or client_secret_file) " +
	"with the application in the developer portal"

// ErrRefused means that the cloud refused to refresh a token. The refresh is
// retried before the refusal counts as final: see Refusals.
var ErrRefused = errors.New("token refresh refused")

// ErrIncomplete means that the cloud reported success without the data.
var ErrIncomplete = errors.New("incomplete response")

// Error is a failed call. Its text contains neither tokens nor secrets nor
// responses.
type Error struct {
	// Service and Action name the call, as in "v2/sleep" and "getsummary".
	Service, Action string
	// Status is the envelope's, or NoStatus; HTTP is 0 when there was no response.
	Status, HTTP int
	Class        Class
	// Text is the message of the cloud: one line, shortened, masked.
	Text string
	// RetryAfter is the pause that the cloud requests; 0 for none.
	RetryAfter time.Duration
	// Err is the local cause, or nil.
	Err error
}

// Error implements error.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Service + " " + e.Action + ": " + e.Class.String())
	if e.Status != NoStatus {
		b.WriteString(", status " + strconv.Itoa(e.Status))
	}
	if e.HTTP != 0 && e.HTTP != 200 {
		b.WriteString(", HTTP " + strconv.Itoa(e.HTTP))
	}
	if e.Text != "" {
		b.WriteString(": " + e.Text)
	}
	if e.RetryAfter > 0 {
		b.WriteString(" (retry in " + e.RetryAfter.Round(time.Second).String() + ")")
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// ClassOf returns the class of an error of this package, and 0 (OK) for others.
func ClassOf(err error) Class {
	if ours, ok := errors.AsType[*Error](err); ok {
		return ours.Class
	}
	return OK
}

// RetryAfter returns the pause that the cloud requests, 0 for none.
func RetryAfter(err error) time.Duration {
	if ours, ok := errors.AsType[*Error](err); ok {
		return ours.RetryAfter
	}
	return 0
}

const (
	maxTextLength  = 200 // characters of the cloud's message
	minTokenLength = 32  // a word of letters and digits as long as this may be a token
)

// sanitise turns the cloud's message into one short line without secrets: those
// of this request, and whatever looks like a token.
func sanitise(text string, secrets []secret.Text) string {
	for _, s := range secrets {
		if plain := s.Reveal(); len(plain) >= 4 {
			text = strings.ReplaceAll(text, plain, secret.Mask)
		}
	}
	words := strings.Fields(oneline.Clean(text))
	for i, word := range words {
		if hasLongRun(word) {
			words[i] = secret.Mask
		}
	}
	return oneline.Shorten(strings.Join(words, " "), maxTextLength)
}

func hasLongRun(word string) bool {
	run := 0
	for _, r := range word {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			run++
		} else {
			run = 0
		}
		if run >= minTokenLength {
			return true
		}
	}
	return false
}
