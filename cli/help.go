// SPDX-License-Identifier: MIT

package cli

import (
	"fmt"

	"github.com/alecthomas/kong"
)

// helpWidth is the longest line of the help, also on wider terminals.
const helpWidth = 80

// helpEpilogue ends the help of the program.
const helpEpilogue = `
Examples:
  vitals2mqtt demo                        try it, without an account
  vitals2mqtt init                        then: login alice, doctor, run
  vitals2mqtt login alice --paste         sign in on a server without a browser
  vitals2mqtt show alice weight_kg        the current value
  vitals2mqtt status alice                why other values are missing

Exit codes: 0 success, 1 failure, 2 usage error, 3 invalid configuration,
4 sign-in needed, 5 broker unreachable or connection refused.
`

// printHelp is kong's help, with examples below the list of commands.
func printHelp(options kong.HelpOptions, c *kong.Context) error {
	if err := kong.DefaultHelpPrinter(options, c); err != nil {
		return err
	}
	if c.Selected() == nil {
		if _, err := fmt.Fprint(c.Stdout, helpEpilogue); err != nil {
			return fmt.Errorf("printing the help: %w", err)
		}
	}
	return nil
}

// helpCommand is what users of other programs type; Program.Run turns it into
// --help.
type helpCommand struct {
	Command []string `arg:"" optional:"" help:"Command to explain."`
}
