package bridge

import (
	"time"

	"vitals2mqtt/withings"
)

// Codes of the problems that the bridge itself detects.
const (
	// ProblemApplicationCredentials means that the client id or secret is refused.
	ProblemApplicationCredentials = "application_credentials"
	// ProblemRefreshRefused means that every profile's token refresh is refused.
	ProblemRefreshRefused = "refresh_refused"
)

// cloudProblems derives the problems of the whole program from the refusals of
// all profiles.
func cloudProblems(profiles []refusals) []Problem {
	var application, refused time.Time
	refusedProfiles := 0
	for _, r := range profiles {
		application = earlierOf(application, r.application)
		if !r.undecided.IsZero() {
			refusedProfiles++
			refused = earlierOf(refused, r.undecided)
		}
	}
	var problems []Problem
	if !application.IsZero() {
		problems = append(problems, Problem{
			Code:   ProblemApplicationCredentials,
			Text:   withings.ErrApplication.Error(),
			Remedy: withings.ApplicationRemedy,
			Since:  application,
		})
	}
	// A single user may have withdrawn the consent, but not all of them at once.
	if refusedProfiles > 1 && refusedProfiles == len(profiles) {
		problems = append(problems, Problem{
			Code: ProblemRefreshRefused,
			Text: "the Withings API refuses to refresh the token of every profile",
			Remedy: "wait, this is retried automatically; if the client ID now belongs to another application, " +
				"sign in again for every profile",
			Since: refused,
		})
	}
	return problems
}
