package historytest_test

import (
	"testing"

	"vitals2mqtt/history/historytest"
	"vitals2mqtt/sensors"
)

func TestMemoryConforms(t *testing.T) {
	t.Parallel()
	historytest.Run(t, func(*testing.T) sensors.Archive { return &historytest.Memory{} })
}
