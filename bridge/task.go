// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
	"time"
)

const (
	// taskTimeout is how long a task may take.
	taskTimeout = time.Minute
	// maxTasks is how many tasks of a profile may wait.
	maxTasks = 8
)

// task is a request that is handled between two polls.
type task func(context.Context)
