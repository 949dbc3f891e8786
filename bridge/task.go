package bridge

import (
	"context"
	"time"
)

const (
	// taskTimeout bounds a task.
	taskTimeout = time.Minute
	// maxTasks is how many tasks of a profile may wait.
	maxTasks = 8
)

// task is a request that is answered between two polls.
type task func(context.Context)
