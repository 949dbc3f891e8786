package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"vitals2mqtt/addon"
	"vitals2mqtt/config"
	"vitals2mqtt/doctor"
	"vitals2mqtt/find"
	"vitals2mqtt/internal/atomicfile"
	"vitals2mqtt/internal/secret"
)

type initCommand struct {
	Find bool `default:"true" negatable:"" help:"Search for an MQTT broker: Home Assistant's, on this machine, on the local network."`
}

// findTimeout bounds the search for a broker.
const findTimeout = 5 * time.Second

// run writes the commented example where the daemon looks for it, with the
// broker that was found. It never overwrites a file: it may hold the only copy
// of secrets.
func (k initCommand) run(ctx context.Context, s *session) error {
	path := s.configPath
	if path == "" {
		path = s.getenv("V2M_CONFIG")
	}
	if path == "" {
		path = "config.yaml"
	}
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%s already exists; choose another file with --config FILE", path)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("looking for %s: %w", path, err)
	}
	var brokers []find.Broker
	if k.Find {
		brokers = find.Everywhere(ctx, findTimeout, s.finders()...)
	}
	// Without a terminal, no one can confirm a broker that was only announced.
	filled := answers{broker: firstBroker(trustedBrokers(brokers))}
	if isTerminal(s.Stdin) && isTerminal(s.Stdout) {
		asked, err := newPrompter(ctx, s).promptAll(brokers)
		if err != nil {
			return err
		}
		filled = asked
	}
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	if s.getenv("V2M_STATE_DIR") == "" {
		filled.stateDir = chooseStateDir(config.DefaultStateDir(path, s.Environ))
	}
	text := filled.render(string(s.Example))
	if err := atomicfile.Write(path, []byte(text)); err != nil {
		return fmt.Errorf("writing the configuration: %w", err)
	}
	printNextSteps(s.Stdout, path, text, filled, brokers)
	return nil
}

// finders search the usual places for a broker.
func (p Program) finders() []find.Finder {
	if p.BrokerFinders != nil {
		return p.BrokerFinders
	}
	return []find.Finder{
		find.Supervisor(cmp.Or(p.AddOn, addon.DefaultLayout()).SupervisorURL, secret.New(p.getenv("SUPERVISOR_TOKEN"))),
		find.Here("localhost:1883", "on this machine"),
		find.Announced(find.Multicast),
	}
}

// trustedBrokers removes brokers that were only announced on the network.
func trustedBrokers(brokers []find.Broker) []find.Broker {
	return slices.DeleteFunc(slices.Clone(brokers), func(b find.Broker) bool { return b.Announced })
}

func firstBroker(brokers []find.Broker) find.Broker {
	if len(brokers) == 0 {
		return find.Broker{}
	}
	return brokers[0]
}

// answers are the values to write into the example; an empty one leaves the
// example's.
type answers struct {
	clientID     string
	clientSecret secret.Text
	callbackURL  string
	profiles     []string
	broker       find.Broker
	stateDir     string
}

// localStateDir is a state directory next to the configuration.
const localStateDir = "./state"

// chooseStateDir returns "" when the default state directory can be created,
// else localStateDir: a regular user may not create the default.
func chooseStateDir(standard string) string {
	if doctor.StateFolder(standard).Writable() == nil {
		return ""
	}
	return localStateDir
}

// render writes the answers into the example.
func (a answers) render(example string) string {
	lines := strings.Split(example, "\n")
	put := func(section, key, value string) {
		if value != "" {
			setKey(lines, section, key, quote(value))
		}
	}
	put("withings", "client_id", a.clientID)
	put("withings", "client_secret", a.clientSecret.Reveal())
	put("withings", "callback_url", a.callbackURL)
	put("mqtt", "username", a.broker.Username)
	put("mqtt", "password", a.broker.Password.Reveal())
	if a.broker.URL != "" {
		setKey(lines, "mqtt", "url", a.broker.URL)
	}
	if a.stateDir != "" {
		for i, line := range lines {
			if strings.HasPrefix(line, "#state_dir:") {
				lines[i] = "state_dir: " + a.stateDir
			}
		}
	}
	text := strings.Join(lines, "\n")
	if len(a.profiles) == 0 {
		return text
	}
	var list strings.Builder
	for _, name := range a.profiles {
		list.WriteString("    - " + quote(name) + "\n")
	}
	return strings.Replace(text, "    - Alice\n", list.String(), 1)
}

// setKey sets a key of a section that is present or commented out.
func setKey(lines []string, section, key, value string) {
	inside := false
	for i, line := range lines {
		if line != "" && line[0] != ' ' && line[0] != '#' {
			inside = line == section+":"
		}
		if inside && (strings.HasPrefix(line, "  "+key+":") || strings.HasPrefix(line, "  #"+key+":")) {
			lines[i] = "  " + key + ": " + value
			return
		}
	}
}

// quote writes a text that neither YAML nor variables expand.
func quote(text string) string {
	return fmt.Sprintf("%q", strings.ReplaceAll(text, "$", "$$"))
}

// printNextSteps prints what was written and what remains to be done.
func printNextSteps(out io.Writer, path, text string, filled answers, found []find.Broker) {
	switch broker := filled.broker; {
	case broker.URL == "" && len(found) > 0:
		for _, broker := range found {
			printTo(out, "Found %s (%s).\n", broker.URL, broker.Origin)
		}
		printTo(out, "Anyone on the network can announce a broker, so it was not used. If it is yours, set mqtt.url.\n"+
			"The file uses mqtt://localhost:1883.\n")
	case broker.URL == "":
		printTo(out, "No MQTT broker found; the file uses mqtt://localhost:1883.\n")
	case len(found) == 0:
	default:
		printTo(out, "Found an MQTT broker: %s (%s).\n", broker.URL, broker.Origin)
		if broker.Announced {
			printTo(out, "Anyone on the network can announce a broker; make sure it is yours.\n")
		}
	}
	_, _, err := config.Parse(path, []byte(text), nil, vocabulary())
	problems, _ := errors.AsType[config.Errors](err)
	var missing []string
	for _, mistake := range problems {
		missing = append(missing, strings.TrimPrefix(mistake.Path, "withings."))
	}
	if filled.broker.Asks && filled.broker.Username == "" {
		missing = append(missing, "mqtt.username and mqtt.password (required by the broker)")
	}
	if filled.stateDir != "" {
		printTo(out, "Tokens are stored in %s next to the file, because the default state_dir is not writable.\n",
			filled.stateDir)
	}
	printTo(out, "Wrote %s. Next:\n\n", path)
	if len(missing) > 0 {
		printTo(out, "  1. Set %s\n", strings.Join(missing, ", "))
		printTo(out, "     and the profile names. Client id and secret are in the Withings developer portal;\n"+
			"     set callback_url to the callback registered there.\n")
	} else {
		printTo(out, "  1. Review it; nothing is missing.\n")
	}
	printTo(out, `  2. vitals2mqtt doctor            check the setup
  3. vitals2mqtt login NAME        once per profile; use --paste if the callback does not reach this machine
  4. vitals2mqtt run
`)
}
