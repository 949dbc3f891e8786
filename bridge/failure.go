// SPDX-License-Identifier: MIT

package bridge

import (
	"errors"
	"io/fs"
	"time"

	"vitals2mqtt/health"
	"vitals2mqtt/withings"
)

// failureClass is the class of a failure, in the health report and in the
// stored state.
type failureClass string

// The classes beside those of package withings.
const (
	classSignIn      failureClass = "sign_in"     // the user must sign in
	classRefused     failureClass = "refused"     // the token's refresh is refused, maybe temporarily
	classToken       failureClass = "token"       // the stored token cannot be read
	classUnreachable failureClass = "unreachable" // there was no response
	classUnknown     failureClass = "unknown"
)

// FailureClasses lists all classes of failures that a health report can have.
func FailureClasses() []string {
	all := []string{
		string(classSignIn), string(classRefused), string(classToken), string(classUnreachable), string(classUnknown),
	}
	for class := withings.Auth; class <= withings.Application; class++ {
		all = append(all, class.String())
	}
	return all
}

// failureClassOf returns the class of an error.
func failureClassOf(err error) failureClass {
	switch class := withings.ClassOf(err); {
	case errors.Is(err, withings.ErrSignIn): // whatever its class
		return classSignIn
	case isTokenFileError(err):
		return classToken
	case errors.Is(err, withings.ErrApplication):
		return failureClass(withings.Application.String())
	case errors.Is(err, withings.ErrRefused):
		return classRefused
	case withings.IsUnreachable(err):
		return classUnreachable
	case class != withings.OK:
		return failureClass(class.String())
	}
	return classUnknown
}

// isTokenFileError reports whether the stored token cannot be read: no other
// file is needed for a request.
func isTokenFileError(err error) bool {
	_, newer := errors.AsType[*withings.NewerTokenError](err)
	_, file := errors.AsType[*fs.PathError](err)
	return newer || file
}

// facts returns the class as the verdict distinguishes it.
func (c failureClass) facts() health.FailureClass {
	switch c {
	case classSignIn, classRefused, classToken:
		return health.FailureConsent
	case classUnreachable:
		return health.FailureUnreachable
	case failureClass(withings.Application.String()):
		return health.FailureApplication
	case failureClass(withings.Forbidden.String()):
		return health.FailureForbidden
	case failureClass(withings.Limited.String()):
		return health.FailureLimited
	default:
		return health.FailureOther
	}
}

// endpointFailure is the failure of an endpoint, as it is stored.
type endpointFailure struct {
	Since  time.Time    `json:"since"`
	Class  failureClass `json:"class"`
	Status int          `json:"status,omitempty"` // from the response
	Text   string       `json:"text"`
}

func newEndpointFailure(err error, now time.Time) endpointFailure {
	failure := endpointFailure{Since: now, Class: failureClassOf(err), Text: withings.Summary(err)}
	if apiErr, ok := errors.AsType[*withings.Error](err); ok {
		failure.Status = apiErr.Status
	}
	return failure
}

// isSameAs reports whether the other failure is of the same kind.
func (f endpointFailure) isSameAs(other endpointFailure) bool {
	return f.Class == other.Class && f.Status == other.Status
}

// errorNumbers returns the status in the body of an error response, and its
// HTTP status if that is not 200; 0 for none.
func errorNumbers(err error) (status, http int) {
	apiErr, ok := errors.AsType[*withings.Error](err)
	if !ok {
		return 0, 0
	}
	if apiErr.Status != withings.NoStatus {
		status = apiErr.Status
	}
	if apiErr.HTTP != 200 {
		http = apiErr.HTTP
	}
	return status, http
}
