// SPDX-License-Identifier: MIT

package cli_test

import (
	"testing"

	"vitals2mqtt/cli/clitest"
)

func TestMain(m *testing.M) { clitest.Main(m) }
