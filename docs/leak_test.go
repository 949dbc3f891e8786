// SPDX-License-Identifier: MIT

package docs_test

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// leakCheck runs the tests and then looks for goroutines that are left.
type leakCheck struct{ *testing.M }

func (c leakCheck) Run() int {
	code := c.M.Run()
	if code != 0 {
		return code
	}
	if err := goleak.Find(); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "goroutines are left:", err)
		return 1
	}
	return 0
}
