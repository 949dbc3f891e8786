package bridge

import (
	"time"

	"vitals2mqtt/withings"
)

// Codes of the problems that the bridge itself finds.
const (
	// ProblemApplicationCredentials: the Withings API refuses the client id or secret.
	ProblemApplicationCredentials = "application_credentials"
	// ProblemRefreshRefused: it refuses to refresh the token of every profile.
	ProblemRefreshRefused = "refresh_refused"
)

// cloudProblems are the problems of the whole program that the refusals of all
// profiles amount to.
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
			Code: ProblemApplicationCredentials, Text: withings.ErrApplication.Error(),
			Remedy: withings.ApplicationRemedy, Since: application,
		})
	}
	// One profile alone may have withdrawn its consent. All of them at once have not.
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
