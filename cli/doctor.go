// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/rs/zerolog"

	"vitals2mqtt/addon"
	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/discovery"
	"vitals2mqtt/doctor"
	"vitals2mqtt/health"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/withings"
)

type doctorCommand struct {
	JSON bool `name:"json" help:"Print the report as JSON."`
}

// run checks the setup without changing it; a daemon may run meanwhile.
func (d doctorCommand) run(ctx context.Context, s *session) error {
	result, err := d.report(ctx, s)
	if err != nil {
		return err
	}
	if kind, failed := result.report.WorstFailure(); failed {
		return failuresError{kind, result.report.Count(doctor.Fail)}
	}
	return nil
}

// report runs the doctor and prints: findings as they become known, or JSON at
// the end.
func (d doctorCommand) report(ctx context.Context, s *session) (diagnosis, error) {
	var printer *doctor.Printer
	prepare := func(setup doctor.Input) doctor.Progress {
		printer = doctor.NewPrinter(s.Stdout, setup, s.reportStyle())
		return doctor.Progress{Started: printer.Started, Found: printer.Found}
	}
	if d.JSON {
		prepare = nil
	}
	result, err := s.diagnose(ctx, prepare)
	if err != nil && printer != nil {
		printer.Clear()
	}
	if err != nil {
		return result, err
	}
	if d.JSON {
		err = result.report.WriteJSON(s.Stdout)
	} else {
		err = printer.Finish(result.report)
	}
	if err != nil {
		return result, fmt.Errorf("printing the report: %w", err)
	}
	return result, nil
}

// reportStyle is how reports are printed to the standard output.
func (s *session) reportStyle() doctor.Style {
	terminal, ok := s.Stdout.(*os.File)
	if !ok || !isTerminal(terminal) {
		return doctor.Style{}
	}
	return terminalStyle(variables(s.Environ), terminalWidth(terminal), enableEscapes(terminal))
}

// terminalStyle is for a terminal that describes itself in the environment.
func terminalStyle(environ variables, width int, hasEscapes bool) doctor.Style {
	style := doctor.Style{Width: width}
	if environ.get("TERM") != "dumb" && hasEscapes {
		style.Live, style.Color = true, environ.get("NO_COLOR") == ""
	}
	return style
}

// failuresError reports that checks have failed. Their findings are already
// printed.
type failuresError struct {
	kind  doctor.Kind
	count int
}

// Error implements error.
func (e failuresError) Error() string {
	if e.count == 1 {
		return "1 check failed"
	}
	return fmt.Sprintf("%d checks failed", e.count)
}

// As makes the exit code that of the worst failure.
func (e failuresError) As(target any) bool {
	invalid, ok := target.(*configError)
	if ok && e.kind == doctor.Configuration {
		*invalid = configError{e}
		return true
	}
	return false
}

// Is does the same for sentinel errors.
func (e failuresError) Is(target error) bool {
	return e.kind == doctor.SignIn && target == withings.ErrSignIn ||
		e.kind == doctor.Broker && target == mqtt.ErrUnreachable
}

// diagnosis is a report and its subject.
type diagnosis struct {
	path   string         // of the configuration file, "" without one
	config *config.Config // nil when it cannot be loaded
	report doctor.Report
	// probe is the result of probing the broker, probeErr why there is none.
	probe    mqtt.ProbeResult
	probeErr error
	// verdict is nil when no daemon is running; asked is set when it is the
	// daemon's own.
	verdict *health.Verdict
	asked   bool
}

// retained returns the retained payload of a topic, nil for none.
func (d *diagnosis) retained(topic string) []byte {
	for _, m := range d.probe.RetainedMessages {
		if m.Topic == topic {
			return m.Payload
		}
	}
	return nil
}

// observe returns what is told about a run of the doctor; nil observes nothing.
type observe func(setup doctor.Input) doctor.Progress

// diagnose runs the doctor. An interrupted run has no result.
func (s *session) diagnose(ctx context.Context, progress observe) (diagnosis, error) {
	result, err := s.runDoctor(ctx, func(setup doctor.Input) doctor.Report {
		if progress != nil {
			setup.Progress = progress(setup)
		}
		return doctor.Run(ctx, setup)
	})
	if ctx.Err() != nil {
		return diagnosis{}, context.Cause(ctx)
	}
	return result, err
}

func (s *session) runDoctor(
	ctx context.Context, examine func(doctor.Input) doctor.Report,
) (diagnosis, error) {
	input := doctor.Input{Web: doctor.NewWeb(), EchoTimeout: s.Timing.Echo}
	source, err := s.findSource(ctx, addon.LookupBroker)
	if errors.Is(err, errNoConfig) {
		return diagnosis{report: examine(input)}, nil
	}
	if err != nil {
		input.AddOnErr = err
		return diagnosis{report: examine(input)}, nil //nolint:nilerr // it is in the report
	}
	input.Source = source.String()
	c, warnings, err := config.Load(source.path, source.environ, vocabulary())
	input.Warnings = warnings
	if err != nil {
		input.ConfigErr = err
		return diagnosis{report: examine(input)}, nil //nolint:nilerr // it is in the report
	}
	input.Config, input.PageURL = c, localPageURL(c)
	input.CallbackURL, input.CallbackIsExternal = daemon.RedirectURL(c), daemon.IsCallbackElsewhere(c)
	input.Folder = doctor.StateFolder(c.StateDir)
	input.Archive = archiveProbe(c)
	if input.Cloud, err = doctor.NewCloud(daemon.CloudOptions(c, s.version()), c.StateDir); err != nil {
		return diagnosis{}, err
	}
	// Without an instance id, before the first start or in an unreadable folder,
	// no documents are checked; a finding says why.
	instance, _ := checkpoint.OpenReadOnly(c.StateDir).InstanceID()
	input.Site = daemon.Site(c, instance, s.version())
	result := &diagnosis{path: source.path, config: c}
	input.Verdict = result.rememberVerdict(c)
	input.LargestDocument = largestDocumentSize(ctx, c, s, input.Site)
	input.Broker = result.brokerProbe(c, instance)
	input.ProbeListener = func(ctx context.Context, plain string) error {
		return daemon.ProbeListener(c, secret.New(plain))(ctx)
	}
	for _, p := range c.Withings.Profiles {
		input.Profiles = append(input.Profiles, doctor.Profile{
			Name: p.Name,
			Slug: p.Slug,
			Keys: p.Measurements,
			WantedCategories: func(scopes []string) []withings.Category {
				return daemon.WantedCategories(daemon.Profile(c, &p), scopes)
			},
		})
	}
	former, _ := daemon.FormerProfiles(c) // a folder that cannot be read is a finding already
	for _, p := range former {
		input.Former = append(input.Former, doctor.Profile{Name: p.Name, Slug: p.Slug})
	}
	result.report = examine(input)
	return *result, nil
}

// brokerProbe connects to the broker as the daemon does, and keeps the result.
func (d *diagnosis) brokerProbe(c *config.Config, instance string) doctor.BrokerProbe {
	return func(ctx context.Context, i mqtt.ProbeOptions) (mqtt.ProbeResult, error) {
		options, err := daemon.BrokerOptions(c, instance, zerolog.Nop())
		if err != nil {
			return mqtt.ProbeResult{}, err
		}
		if c.MQTT.URL == daemon.EmbeddedBroker {
			options.URL = "mqtt://" + localAddress(c.MQTT.Listen)
		}
		// A client id of its own: the daemon's would disconnect it.
		options.ClientID = "vitals2mqtt-doctor"
		d.probe, d.probeErr = mqtt.Probe(ctx, options, i)
		return d.probe, d.probeErr
	}
}

// largestDocumentSize is the size in bytes of the largest discovery document
// that a daemon would publish; 0 when there is none or it is unknown.
func largestDocumentSize(ctx context.Context, c *config.Config, s *session, site discovery.Site) int {
	if !c.HomeAssistant.Discovery || site.Identity.Instance == "" {
		return 0
	}
	quiet := *s
	quiet.Stderr = io.Discard
	documents, err := discoveryCommand{}.storedDocuments(ctx, c, &quiet, site, c.Withings.Profiles)
	if err != nil {
		return 0
	}
	largest := 0
	for _, document := range documents {
		largest = max(largest, len(document))
	}
	return largest
}
