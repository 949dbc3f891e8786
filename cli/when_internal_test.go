// SPDX-License-Identifier: MIT

package cli

import (
	"testing"
	"time"
)

func TestWrongTimeIsUsageError(t *testing.T) {
	t.Parallel()
	if got, err := parseWhen("yesterday", time.Time{}, time.UTC); exitCode(err) != exitUsage {
		t.Errorf("%v, %v", got, err)
	}
}
