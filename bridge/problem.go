package bridge

import "time"

// Problem is a problem of the whole program, such as rejected application
// credentials or an unreachable broker, rather than of one profile.
type Problem struct {
	// Code is stable, so that automations can compare it.
	Code string `json:"code"`
	// Text describes the problem in one sentence, Remedy what to do about it; ""
	// if nothing has to be done.
	Text   string    `json:"text"`
	Remedy string    `json:"remedy,omitempty"`
	Since  time.Time `json:"since"`
}
