package bridge

import "time"

// Problem is something wrong with the program as a whole, such as the
// application's credentials or the broker, rather than with one profile.
type Problem struct {
	// Code is stable, so that automations can compare it.
	Code string `json:"code"`
	// Text says in one sentence what is wrong, Remedy what to do about it ("" when
	// nothing needs doing).
	Text   string    `json:"text"`
	Remedy string    `json:"remedy,omitempty"`
	Since  time.Time `json:"since"`
}
