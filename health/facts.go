// SPDX-License-Identifier: MIT

package health

import "time"

// Facts are what the parts report at one moment. A nil part is not in use, or
// nothing is known about it; it is no subject then.
type Facts struct {
	Now time.Time
	// Stored says that the facts come from the state folder, because no daemon
	// is running: nothing is said about what only a daemon knows.
	Stored        bool
	Broker        *Broker
	HomeAssistant *Birth
	Clock         *Clock
	Folder        *Folder
	Archive       *Records
	Mirror        *Copy
	Profiles      []Profile
}

// Broker is the connection to the broker.
type Broker struct {
	Connected bool
	// Refused means that the broker rejects the user name or password.
	Refused bool
	// Error is why there is no connection, "" when the first attempt has not
	// ended.
	Error string
	// Since is when the connection was lost or first failed.
	Since time.Time
	// Problems are what was observed about the broker. Their codes are in the
	// table.
	Problems []Problem
}

// Problem is something that a part has observed and described itself.
type Problem struct {
	Code Code
	// Text describes it in one sentence, Remedy what to do about it.
	Text, Remedy string
	Since        time.Time
}

// Birth is Home Assistant's birth message.
type Birth struct {
	// Offline means that the last message was its last will.
	Offline bool
	Since   time.Time
}

// Clock is the machine's clock, compared with that of the Withings API.
type Clock struct {
	// Ahead is how far it is ahead; negative when it is behind.
	Ahead time.Duration
	// Known is false before the first response.
	Known bool
	Since time.Time
}

// Folder is the state folder.
type Folder struct {
	Path string
	// Err is why something could not be stored, nil when all is stored. Text says
	// it in one sentence, and Remedy what to do; "" for the usual ones.
	Err          error
	Text, Remedy string
	Since        time.Time
}

// Records is the archive of measurements.
type Records struct {
	// Folder says why something could not be stored.
	Folder

	// Damaged describes a damaged file that was set aside at the start; nil without
	// one.
	Damaged *Problem
}

// Copy is the mirror of the archive.
type Copy struct {
	// Error is why the target does not take the records, "" when it does, and
	// Remedy what to do.
	Error, Remedy  string
	Since, NextTry time.Time
}

// Profile is what is known about one profile.
type Profile struct {
	Slug, Name string
	Consent    Consent
	// Started is true once the first poll has ended.
	Started bool
	// Overdue means that a poll hangs.
	Overdue bool
	// Stale means that nothing could be fetched for hours.
	Stale              bool
	LastSync, NextPoll time.Time
	Endpoints          []Endpoint
	Push               *Push // nil when not configured
	// TokenUnsaved means that the newest token is in memory only, TokenBlocked that
	// it is not refreshed because it could not be stored: see Facts.Folder.
	TokenUnsaved, TokenBlocked bool
}

// ConsentState is how a profile is signed in.
type ConsentState int

// The states of a consent.
const (
	ConsentUnknown  ConsentState = iota // not checked yet
	ConsentGranted                      // signed in
	ConsentNone                         // never signed in, or signed out
	ConsentLost                         // the Withings API refuses the token for good
	ConsentRetrying                     // the Withings API refuses to refresh the token; that may be temporary
	ConsentDamaged                      // the token file cannot be used
	ConsentNewer                        // the token file is of a newer version of the program
	ConsentBlocked                      // the token file cannot be read
)

// Consent is the sign-in of a profile.
type Consent struct {
	State          ConsentState
	Since, NextTry time.Time
	// File is the path of a token file that cannot be used or where it is kept,
	// and Error why. Remedy is what to do, "" for the usual.
	File, Error, Remedy string
}

// Endpoint is an endpoint of the Withings API for one profile.
type Endpoint struct {
	Name        string
	LastSuccess time.Time
	Failure     *Failure // nil after a success
}

// Failure is why the last request failed.
type Failure struct {
	Class FailureClass
	// Text says it in a few words, without the name of the endpoint.
	Text           string
	Since, NextTry time.Time
	// Last is when the last request failed, zero if unknown.
	Last time.Time
}

// FailureClass is who or what a failure is about.
type FailureClass int

// The classes of failures.
const (
	FailureOther       FailureClass = iota // of this endpoint
	FailureForbidden                       // the scope was not granted, or the plan does not include it
	FailureApplication                     // client id and secret are refused
	FailureConsent                         // Profile.Consent has it
	FailureUnreachable                     // there was no response at all
	FailureLimited                         // too many requests
)

// Push is the state of a profile's notifications.
type Push struct {
	Healthy bool
	// Problem is "" before the first check.
	Problem string
}
