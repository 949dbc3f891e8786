// SPDX-License-Identifier: MIT

package cli

import (
	"slices"
	"testing"

	"github.com/alecthomas/kong"
)

// Commands that print facts have --json. The others start something, ask, or
// print what is meant for a program anyway.
func TestCommandsThatPrintFactsHaveJSON(t *testing.T) {
	t.Parallel()
	without := []string{"run", "demo", "login", "logout", "rename", "dump", "export", "report", "completion", "help", "__complete"}
	var parsed grammar
	for _, command := range (Program{}).newParser(&parsed).Model.Leaves(false) {
		has := slices.ContainsFunc(command.Flags, func(flag *kong.Flag) bool { return flag.Name == "json" })
		if want := !slices.Contains(without, command.Name); has != want {
			t.Errorf("%s: --json %v, want %v", command.Path(), has, want)
		}
	}
}

// Every command belongs to a section of the help, or is hidden.
func TestCommandsAreGrouped(t *testing.T) {
	t.Parallel()
	var parsed grammar
	for _, command := range (Program{}).newParser(&parsed).Model.Children {
		if command.Group == nil && !command.Hidden {
			t.Errorf("%s is in no group", command.Name)
		}
	}
}
