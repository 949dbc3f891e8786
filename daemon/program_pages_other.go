// SPDX-License-Identifier: MIT

//go:build !linux

package daemon

import "github.com/rs/zerolog"

// dropProgramPages does nothing: only Linux counts the pages of the program's
// file.
func dropProgramPages(zerolog.Logger) {}
