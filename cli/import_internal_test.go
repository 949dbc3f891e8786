// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"testing"
)

func TestInterruptedImportSaysHowToGoOn(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	want := "interrupted; 500 records are stored, run the same command again for the rest"
	if got := (importCommand{}).explain(ctx, ctx.Err(), 500).Error(); got != want {
		t.Errorf("the error is %q, want %q", got, want)
	}
}
