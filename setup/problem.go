// SPDX-License-Identifier: MIT

package setup

// The codes of problems that the set-up itself finds. Proofs have the codes of
// their own.
const (
	CodeInvalid     = "invalid"      // the configuration does not accept it
	CodeMissing     = "missing"      // no answer
	CodeTooShort    = "too_short"    // a password
	CodeDifferent   = "different"    // the password was repeated differently
	CodeChanged     = "changed"      // in another window, since it was shown
	CodeExists      = "exists"       // a file that may not be replaced
	CodeUnwritable  = "unwritable"   // the file cannot be written
	CodeEnvironment = "environment"  // a variable overrides the file, and is wrong
	CodeListen      = "listen"       // the address of the embedded broker is in use
	CodeNeedsUser   = "needs_user"   // an open broker without user and password
	CodeStateFolder = "state_folder" // the state directory cannot be written
)

// Problem is why a step is not done, or a warning about it.
type Problem struct {
	Code string
	// Text says what is wrong, Remedy what to do; both are in English. The page
	// has its own words for many codes.
	Text, Remedy string
	// Warning means that it does not keep the step from being done.
	Warning bool
}

// failed reports whether any of the problems is more than a warning.
func failed(problems []Problem) bool {
	for _, p := range problems {
		if !p.Warning {
			return true
		}
	}
	return false
}
