// SPDX-License-Identifier: MIT

package cli

import (
	"encoding/json"
	"fmt"
)

// jsonFlag is the flag of every command that prints facts.
type jsonFlag struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// printJSON prints a result for scripts.
func (s *session) printJSON(result any) error {
	encoder := json.NewEncoder(s.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(result); err != nil {
		return fmt.Errorf("printing the result: %w", err)
	}
	return nil
}
