// SPDX-License-Identifier: MIT

package bridge

import "time"

// Polling says which endpoints a scheduled poll fetches; "" is PollEverything.
type Polling string

// The ways to poll.
const (
	// PollEverything fetches all endpoints, some at an interval of their own.
	PollEverything Polling = "everything"
	// PollAdaptive fetches the list of devices, and then the endpoints that may
	// have news.
	PollAdaptive Polling = "adaptive"
)

// pollsApart is how rare the polls must be for each of them to look for news;
// of more frequent polls, every other one does.
const pollsApart = 10 * time.Minute
