package cli

import (
	"context"
	"fmt"
	"io"
	"net"

	"github.com/rs/zerolog"

	"vitals2mqtt/addon"
	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/discovery"
	"vitals2mqtt/doctor"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/push"
	"vitals2mqtt/withings"
)

type doctorCommand struct {
	JSON bool `name:"json" help:"Print the report as JSON."`
}

// run looks at everything and changes nothing; it may run beside the daemon.
func (d doctorCommand) run(ctx context.Context, s *session) error {
	examined, err := s.examine(ctx)
	if err != nil {
		return err
	}
	write := examined.report.WriteTable
	if d.JSON {
		write = examined.report.WriteJSON
	}
	if err := write(s.Stdout); err != nil {
		return fmt.Errorf("printing the report: %w", err)
	}
	if kind, failed := examined.report.WorstFailure(); failed {
		return unwell{kind, examined.report.Count(doctor.Fail)}
	}
	return nil
}

// unwell says that the doctor found failures; each has been printed.
type unwell struct {
	kind  doctor.Kind
	count int
}

// Error implements error.
func (u unwell) Error() string {
	if u.count == 1 {
		return "one thing is wrong"
	}
	return fmt.Sprintf("%d things are wrong", u.count)
}

// As makes the exit code that of the most telling failure.
func (u unwell) As(target any) bool {
	invalid, ok := target.(*configError)
	if ok && u.kind == doctor.Configuration {
		*invalid = configError{u}
		return true
	}
	return false
}

// Is does the same for those that are values.
func (u unwell) Is(target error) bool {
	return u.kind == doctor.SignIn && target == withings.ErrSignIn ||
		u.kind == doctor.Broker && target == mqtt.ErrUnreachable
}

// examination is a report and what it is about.
type examination struct {
	config *config.Config // nil when it cannot be loaded
	report doctor.Report
	// found is what the broker showed, and broken why it did not.
	found  mqtt.ProbeResult
	broken error
}

// held is what was retained on a topic, nil for nothing.
func (x *examination) held(topic string) []byte {
	for _, m := range x.found.RetainedMessages {
		if m.Topic == topic {
			return m.Payload
		}
	}
	return nil
}

// examine has the doctor look at the arrangement. What was stopped half way is no
// verdict.
func (s *session) examine(ctx context.Context) (examination, error) {
	examined, err := s.lookAt(ctx)
	if ctx.Err() != nil {
		return examination{}, context.Cause(ctx)
	}
	return examined, err
}

func (s *session) lookAt(ctx context.Context) (examination, error) {
	patient := doctor.Input{Web: doctor.NewWeb()}
	if err := s.settle(ctx, addon.LookupBroker); err != nil {
		patient.Problems = []doctor.ConfigMessage{{Text: err.Error(), Redacted: "the add-on's options cannot be used"}}
		return examination{report: doctor.Run(ctx, patient)}, nil //nolint:nilerr // the report tells it
	}
	path, found := config.Find(s.configPath, s.getenv)
	if !found && !s.configuredByEnvironment() {
		return examination{report: doctor.Run(ctx, patient)}, nil
	}
	patient.Source = path
	if !found {
		patient.Source = "the environment"
	}
	c, warnings, err := config.Load(path, s.Environ, vocabulary())
	for _, warning := range warnings {
		patient.Warnings = append(patient.Warnings, remarkOf(config.Problem(warning)))
	}
	if err != nil {
		patient.Problems = problems(err)
		return examination{report: doctor.Run(ctx, patient)}, nil
	}
	patient.Config, patient.PageURL = c, localURL(c)
	patient.CallbackURL, patient.CallbackIsExternal = redirectURL(c), callbackElsewhere(c)
	patient.Folder = doctor.StateFolder(c.StateDir)
	if patient.Cloud, err = doctor.NewCloud(cloudOptions(c, s.version()), c.StateDir); err != nil {
		return examination{}, err
	}
	// Without one, because no daemon has run yet or the folder is not to be read, a
	// check says so, and nobody's documents are judged.
	instance, _ := checkpoint.OpenReadOnly(c.StateDir).InstanceID()
	patient.Site = siteOf(c, instance, s.version())
	held := &examination{config: c}
	patient.LargestDocument = largestDocument(c, s, patient.Site)
	patient.Broker = held.inspector(c, instance)
	patient.ProbeListener = listenerOf(c)
	for _, p := range c.Withings.Profiles {
		patient.Profiles = append(patient.Profiles, doctor.Profile{
			Name: p.Name, Slug: p.Slug, Keys: p.Measurements,
			WantedCategories: func(scopes []string) []push.Category { return wantedCategories(profileOf(c, &p), scopes) },
		})
	}
	held.report = doctor.Run(ctx, patient)
	return *held, nil
}

// inspector reaches the broker as the daemon does, and keeps what it said of
// itself.
func (x *examination) inspector(c *config.Config, instance string) doctor.BrokerProbe {
	return func(ctx context.Context, i mqtt.ProbeOptions) (mqtt.ProbeResult, error) {
		tree := treeOf(c)
		options, err := brokerOptions(c, tree, instance, zerolog.Nop())
		if err != nil {
			return mqtt.ProbeResult{}, err
		}
		if c.MQTT.URL == embedded {
			options.URL = ownBroker(c.MQTT.Listen)
		}
		// A client id of its own: looking must not throw the running daemon out.
		options.ClientID = "vitals2mqtt-doctor"
		x.found, x.broken = mqtt.Probe(ctx, options, i)
		return x.found, x.broken
	}
}

// largestDocument is the size of the largest discovery document that a daemon
// would publish, in bytes; 0 when there is none, or none that can be told.
func largestDocument(c *config.Config, s *session, site discovery.Site) int {
	if !c.HomeAssistant.Discovery || site.Identity.Instance == "" {
		return 0
	}
	quiet := *s
	quiet.Stderr = io.Discard
	documents, err := discoveryCommand{}.remembered(c, &quiet, site, checkpoint.OpenReadOnly(c.StateDir), c.Withings.Profiles)
	if err != nil {
		return 0
	}
	largest := 0
	for _, document := range documents {
		largest = max(largest, len(document))
	}
	return largest
}

// ownBroker is where the daemon's own broker can be reached from this machine.
func ownBroker(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "mqtt://" + listen
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "mqtt://" + net.JoinHostPort(host, port)
}

// listenerOf asks where the daemon takes notifications in.
func listenerOf(c *config.Config) func(ctx context.Context, word string) error {
	listen := c.Notifications.Listen
	if listen == "" {
		listen = c.Web.Listen
	}
	return func(ctx context.Context, word string) error {
		return push.Probe(func() net.Addr { return listens(listen) }, secret.New(word))(ctx)
	}
}

// listens is an address as the configuration has it.
type listens string

// Network implements net.Addr.
func (listens) Network() string { return "tcp" }

// String implements net.Addr.
func (l listens) String() string { return string(l) }

// cloudOptions are those of the daemon's client.
func cloudOptions(c *config.Config, version string) withings.Options {
	return withings.Options{
		ClientID: c.Withings.ClientID, ClientSecret: c.Withings.ClientSecret,
		APIURL: c.Withings.APIURL, AccountURL: c.Withings.AccountURL, PerMinute: c.Withings.RequestsPerMinute,
		UserAgent: "vitals2mqtt/" + version,
	}
}
