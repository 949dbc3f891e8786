// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"runtime"
)

type versionCommand struct{ jsonFlag }

func (c versionCommand) run(_ context.Context, s *session) error {
	if c.JSON {
		return s.printJSON(struct {
			Version string `json:"version"`
			Go      string `json:"go"`
			System  string `json:"system"`
		}{s.version(), runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH})
	}
	s.printf("%s\n", s.versionLine())
	return nil
}
