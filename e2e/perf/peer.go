// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// peerPython installs what the programs in the folder peer need, unless it is
// there, and returns the Python that has it.
func (h *testbed) peerPython(ctx context.Context) (string, error) {
	//nolint:gosec // a script of this repository
	install := exec.CommandContext(ctx, "bash", filepath.Join(h.module, "e2e", "perf", "peer", "install"))
	install.Stderr = h.progress
	out, err := install.Output()
	if err != nil {
		return "", fmt.Errorf("installing the Python bridge: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

// startBridge starts the Python bridge for the first profile of an installation.
func (h *testbed) startBridge(
	ctx context.Context, at installation, broker string, every time.Duration,
) (*process, error) {
	python, err := h.peerPython(ctx)
	if err != nil {
		return nil, err
	}
	name := strings.ToLower(at.names[0])
	data, err := os.ReadFile(filepath.Join(at.state, "tokens", name+".json")) //nolint:gosec // ours
	if err != nil {
		return nil, err
	}
	var token struct {
		Access string `json:"access_token"`
	}
	if err := json.Unmarshal(data, &token); err != nil {
		return nil, err
	}
	_, port, _ := strings.Cut(broker, ":")
	seconds := strconv.FormatFloat(every.Seconds(), 'f', -1, 64)
	return start(ctx, "env", at.cloud.environment(), "TOKEN="+token.Access,
		python, filepath.Join(h.module, "e2e", "perf", "peer", "bridge.py"), at.cloud.URL, port, "peer-"+name, seconds)
}
