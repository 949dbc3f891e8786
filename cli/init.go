// SPDX-License-Identifier: MIT

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"vitals2mqtt/addon"
	"vitals2mqtt/config"
	"vitals2mqtt/doctor"
	"vitals2mqtt/find"
	"vitals2mqtt/internal/atomicfile"
	"vitals2mqtt/internal/failure"
	"vitals2mqtt/internal/fileaccess"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/setup"
)

type initCommand struct {
	jsonFlag

	Find bool `default:"true" negatable:"" help:"Search for an MQTT broker: Home Assistant's, on this machine, on the local network."`
}

// findTimeout bounds the search for a broker.
const findTimeout = 5 * time.Second

// Help is the long help text.
func (initCommand) Help() string {
	return "At a terminal it asks for the broker, the application in the developer portal and the profiles. " +
		"Elsewhere it writes the example with the broker that was found. " +
		"It never overwrites a file, and ends with what is still to be done."
}

// run writes the commented example where the daemon looks for it, with what was
// found and answered. It never overwrites a file: it may hold the only copy of
// secrets.
func (k initCommand) run(ctx context.Context, s *session) error {
	path := cmp.Or(s.configPath, s.getenv("V2M_CONFIG"), "config.yaml")
	if info, err := os.Lstat(path); err == nil && info.IsDir() {
		return fmt.Errorf("%s is a directory, which Docker creates for a missing file: remove it", path)
	} else if err == nil {
		return fmt.Errorf("%s already exists: edit it and run `vitals2mqtt check`, "+
			"or choose another file with --config FILE", path)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("looking for %s: %w", path, err)
	}
	folder := filepath.Dir(path)
	if err := doctor.StateFolder(folder).Writable(); err != nil {
		return fmt.Errorf("cannot write into %s (%s); choose another file with --config FILE", folder,
			failure.CauseOf(err).Text)
	}
	var brokers []find.Broker
	if k.Find {
		brokers = find.Everywhere(ctx, findTimeout, s.finders()...)
	}
	// Without a terminal, no one can confirm a broker that was only announced.
	filled := setup.Answers{Broker: firstBroker(trustedBrokers(brokers))}
	if isTerminal(s.Stdin) && !k.JSON {
		asked, err := newQuestions(newPrompter(ctx, s), newFile(path, s.Example)).askAll(brokers)
		if err != nil {
			return err
		}
		filled = asked
	}
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	if s.getenv("V2M_STATE_DIR") == "" {
		filled.StateDir = chooseStateDir(config.DefaultStateDir(path, s.Environ))
	}
	if err := atomicfile.Write(path, []byte(filled.Render(string(s.Example)))); err != nil {
		return fmt.Errorf("writing the configuration: %w", err)
	}
	report := initReport{Path: path, program: "vitals2mqtt", filled: filled, searched: k.Find, found: brokers}
	if s.configPath != "" {
		report.program += " --config " + s.configPath
	}
	report.check(ctx, s)
	if k.JSON {
		return s.printJSON(report)
	}
	report.print(s.Stdout)
	return nil
}

// newFile is the configuration at a path, which nothing overrides yet.
func newFile(path string, example []byte) setup.File {
	return setup.File{Path: path, Example: string(example), Vocabulary: vocabulary()}
}

// finders search the usual places for a broker.
func (p Program) finders() []find.Finder {
	if p.BrokerFinders != nil {
		return p.BrokerFinders
	}
	return slices.Concat([]find.Finder{
		find.Supervisor(cmp.Or(p.AddOn, addon.DefaultLayout()).SupervisorURL, secret.New(p.getenv("SUPERVISOR_TOKEN"))),
		find.Here("localhost:1883", "on this machine"),
		find.Announced(find.Multicast),
	}, besideContainer(fileaccess.InContainer()))
}

// besideContainer finds the broker of the compose file. Elsewhere nobody is
// asked for the name: any machine of a network could take it.
func besideContainer(inContainer bool) []find.Finder {
	if !inContainer {
		return nil
	}
	return []find.Finder{find.Here("mosquitto:1883", "in the container beside this one")}
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
