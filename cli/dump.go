// SPDX-License-Identifier: MIT

package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strconv"
	"time"

	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/doctor"
	"vitals2mqtt/internal/atomicfile"
)

type dumpCommand struct {
	Output string `short:"o" placeholder:"FILE" help:"Write to this file instead of standard output; it must not exist yet."`
}

// bundle is the report for bug reports. It is composed of facts known to be
// harmless, never by removing secrets from a larger text.
type bundle struct {
	Note     string        `json:"note"`
	Format   int           `json:"format"`
	MadeAt   string        `json:"made_at"`
	Program  programDump   `json:"program"`
	Config   *configDump   `json:"configuration,omitempty"` // omitted when it cannot be loaded
	Profiles []profileDump `json:"people,omitempty"`
	Verdict  *verdictDump  `json:"verdict,omitempty"`
	Bridge   *bridgeDump   `json:"bridge,omitempty"` // omitted without a health report
	Broker   *brokerDump   `json:"broker,omitempty"`
	Doctor   []findingDump `json:"doctor"`
}

const bundleNote = "For bug reports. Contains no names, addresses, ids, tokens or measured values; " +
	"review it before posting."

// findingDump is a finding of the doctor without its sentences, which contain
// names and addresses.
type findingDump struct {
	Check   string         `json:"check"`
	Profile string         `json:"who,omitempty"`
	Level   doctor.Level   `json:"level"`
	Code    doctor.Code    `json:"code"`
	Facts   map[string]any `json:"facts,omitempty"`
}

// profileNumber stands for the name of a profile.
func (d *diagnosis) profileNumber(name string) string {
	if d.config == nil || name == "" {
		return ""
	}
	at := slices.IndexFunc(d.config.Withings.Profiles, func(p config.Profile) bool { return p.Name == name })
	return "person" + strconv.Itoa(at+1)
}

// programDump describes the program.
type programDump struct {
	Version string `json:"version"`
	Go      string `json:"go"`
	System  string `json:"system"`
	// AddOn and Container describe how it was started.
	AddOn     bool `json:"add_on"`
	Container bool `json:"container"`
}

func newProgramDump(p Program) programDump {
	return programDump{
		Version:   p.version(),
		Go:        runtime.Version(),
		System:    runtime.GOOS + "/" + runtime.GOARCH,
		AddOn:     p.getenv("SUPERVISOR_TOKEN") != "",
		Container: isInContainer(),
	}
}

// run writes the bundle. Problems are part of it, not a reason to fail.
func (d dumpCommand) run(ctx context.Context, s *session) error {
	if d.Output != "" {
		if _, err := os.Lstat(d.Output); err == nil {
			return usageError(d.Output + " already exists; choose another file")
		} else if !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("looking for %s: %w", d.Output, err)
		}
	}
	result, err := s.diagnose(ctx, nil)
	if err != nil {
		return err
	}
	text, err := result.buildBundle(ctx, newProgramDump(s.Program))
	if err != nil {
		return err
	}
	if d.Output == "" {
		_, err = s.Stdout.Write(text)
		return err
	}
	if err := atomicfile.Write(d.Output, text); err != nil {
		return fmt.Errorf("writing the bundle: %w", err)
	}
	s.printf("Wrote %s. Review it before posting.\n", d.Output)
	return nil
}

// buildBundle encodes the bundle.
func (d *diagnosis) buildBundle(ctx context.Context, program programDump) ([]byte, error) {
	now := time.Now()
	b := bundle{
		Note:    bundleNote,
		Format:  2,
		MadeAt:  now.UTC().Truncate(time.Minute).Format(time.RFC3339),
		Program: program,
	}
	if c := d.config; c != nil {
		b.Config, b.Broker = dumpConfig(c), dumpBroker(d)
		b.Profiles, b.Verdict = dumpProfiles(ctx, c, now), dumpVerdict(ctx, d, now)
		b.Bridge = dumpBridge(c, d.retained(daemon.Tree(c).BridgeHealth()), now)
	}
	for _, f := range d.report.Findings {
		b.Doctor = append(b.Doctor, findingDump{f.Check, d.profileNumber(f.Profile), f.Level, f.Code, f.Facts})
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(b); err != nil {
		return nil, fmt.Errorf("encoding the bundle: %w", err)
	}
	return out.Bytes(), nil
}

// isInContainer checks for files that container engines create.
func isInContainer() bool {
	for _, mark := range []string{"/.dockerenv", "/run/.containerenv"} {
		if _, err := os.Stat(mark); err == nil {
			return true
		}
	}
	return false
}
