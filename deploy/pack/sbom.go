// SPDX-License-Identifier: MIT

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// licenceID is the SPDX identifier of the text in LICENSE.
const licenceID = "MIT"

// completeSBOM adds what cyclonedx-gomod cannot know to its bill of materials:
// the time of the release and the licence. It removes the checksums of the
// tool, which differ between machines.
func completeSBOM(path string, r release) ([]byte, error) {
	data, err := os.ReadFile(path) //nolint:gosec // written by deploy/release
	if err != nil {
		return nil, fmt.Errorf("reading the bill of materials: %w", err)
	}
	var bill struct {
		Schema       string         `json:"$schema"`
		Format       string         `json:"bomFormat"`
		Spec         string         `json:"specVersion"`
		Version      int            `json:"version"`
		Metadata     map[string]any `json:"metadata"`
		Components   []any          `json:"components"`
		Dependencies []any          `json:"dependencies"`
	}
	if err := json.Unmarshal(data, &bill); err != nil {
		return nil, fmt.Errorf("reading the bill of materials %s: %w", path, err)
	}
	program, _ := bill.Metadata["component"].(map[string]any)
	if program == nil || bill.Format != "CycloneDX" || len(bill.Components) == 0 {
		return nil, fmt.Errorf("%s is not the bill of materials of a program", path)
	}
	bill.Metadata["timestamp"] = r.time.Format(time.RFC3339)
	program["licenses"] = []any{map[string]any{"license": map[string]any{"id": licenceID}}}
	tools, _ := bill.Metadata["tools"].([]any)
	for _, tool := range tools {
		if fields, ok := tool.(map[string]any); ok {
			delete(fields, "hashes")
		}
	}
	out, err := json.MarshalIndent(bill, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the bill of materials: %w", err)
	}
	return append(out, '\n'), nil
}
