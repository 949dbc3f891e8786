// SPDX-License-Identifier: MIT

package signin

// failure is a way in which a sign-in can fail. Its text says what to do at a
// terminal; the page has words of its own for the code.
type failure struct{ code, text string }

// Error implements error.
func (f *failure) Error() string { return f.text }

// Code names the failure. It does not change between versions.
func (f *failure) Code() string { return f.code }

// accountInUseError is ErrAccountInUse with the name of that profile.
type accountInUseError struct{ other string }

// Error implements error.
func (e accountInUseError) Error() string {
	return ErrAccountInUse.Error() + ", " + e.other + ": sign out on the Withings page first (use the second link), " +
		"then choose the right account"
}

// Unwrap returns the failure.
func (e accountInUseError) Unwrap() error { return ErrAccountInUse }

// Code names the failure.
func (e accountInUseError) Code() string { return "account_in_use" }

// Subject is the name of the other profile.
func (e accountInUseError) Subject() string { return e.other }

// The ways a sign-in can fail. Every text says what to do.
var (
	ErrUnknownProfile error = &failure{"unknown_profile", "unknown profile"}
	ErrUnknownState   error = &failure{"unknown_state", "unknown or already used sign-in link: start again"}
	ErrExpiredState   error = &failure{"expired_state", "sign-in link expired (10 minutes): start again"}
	ErrDenied         error = &failure{"denied", "consent denied on the Withings page: start again and choose allow"}
	ErrAccountInUse   error = &failure{"account_in_use", "this account is already used by another profile"}
	// ErrCodeRefused is the usual end of a slow sign-in.
	ErrCodeRefused error = &failure{"code_refused", "the code was too old or already used: open the link again"}
	// ErrCallbackRefused means that the callback is not the one of the link.
	ErrCallbackRefused error = &failure{
		"callback_refused", "the Withings API refuses the callback: " +
			"register exactly this one in the developer portal, or set withings.callback_url to the one registered there",
	}
	ErrMissingScope error = &failure{
		"missing_scope", "measurements were not selected on the consent page: start again and keep everything selected",
	}
	// ErrOtherProfile means that the address belongs to the sign-in of another
	// profile. That one can still be used.
	ErrOtherProfile error = &failure{
		"other_profile", "this address belongs to the sign-in of another profile: paste it there",
	}
	// ErrUnknownConfirmation reports an unknown or expired confirmation.
	ErrUnknownConfirmation error = &failure{
		"unknown_confirmation", "this confirmation was already used or has expired (5 minutes): start again",
	}
	// ErrConsentPage reports an error of the consent page other than a denial.
	ErrConsentPage error = &failure{
		"consent_page", "the Withings consent page reported an error: start again; " +
			"if it persists, compare client id and callback URL with the developer portal",
	}
)

// What was pasted instead of the callback address.
var (
	ErrInvalidPaste error = &failure{
		"invalid_paste", "not a callback address: copy the whole address from the browser; " +
			"it contains code=… and state=…",
	}
	ErrConsentAddress error = &failure{
		"consent_address", "this is the address of the Withings page: allow access there first; " +
			"the address to copy is the one that the browser goes to next",
	}
	ErrOtherSite error = &failure{
		"other_site", "this is another address, without code=… and state=…: " +
			"copy the one that the browser goes to after you have allowed access",
	}
)
