// SPDX-License-Identifier: MIT

package historytest_test

import (
	"testing"

	"vitals2mqtt/bridge"
	"vitals2mqtt/history/historytest"
)

func TestMemoryConforms(t *testing.T) {
	t.Parallel()
	historytest.Run(t, func(*testing.T) bridge.Archive { return &historytest.Memory{} })
}
