// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/mqtt/broker"
	"vitals2mqtt/simulator"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/topics"
	"vitals2mqtt/withings"
)

type demoCommand struct {
	MQTTListen  string  `name:"mqtt-listen" default:"127.0.0.1:0" placeholder:"HOST:PORT" help:"Broker address (default: a free port)."`
	WebListen   string  `name:"web-listen" default:"127.0.0.1:0" placeholder:"HOST:PORT" help:"Page address (default: a free port)."`
	CloudListen string  `name:"cloud-listen" default:"127.0.0.1:0" placeholder:"HOST:PORT" help:"Simulated cloud address (default: a free port)."`
	Seed        uint64  `default:"1" help:"Seed of the simulated people and their histories."`
	Speed       float64 `default:"1" help:"Speed factor of simulated measurements."`
}

// activityInterval is the time between simulated measurements at speed 1.
const activityInterval = 15 * time.Second

// run starts a simulated cloud, a broker and the real daemon, signs the people
// in, and stops everything in reverse order: the daemon publishes "offline"
// while the broker still runs.
func (d demoCommand) run(ctx context.Context, s *session) error {
	if d.Speed <= 0 || d.Speed > 1000 {
		return usageError("--speed must be above 0 and at most 1000")
	}
	folder, err := os.MkdirTemp("", "vitals2mqtt-demo-")
	if err != nil {
		return fmt.Errorf("creating the demo folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(folder) }()

	// Without the delays of the real API, which would slow the demo down.
	cloud := simulator.New(simulator.Options{
		Seed:  d.Seed,
		Knobs: simulator.Knobs{PerMinute: -1, Notify: simulator.NotifyKnobs{Delay: -1}},
	})
	cloudListener, err := listen(ctx, d.CloudListen)
	if err != nil {
		return err
	}
	mqttBroker, err := broker.Start(broker.Options{Listen: d.MQTTListen, Log: zerolog.Nop()})
	if err != nil {
		return err
	}
	defer func() { _ = mqttBroker.Close() }()
	page, err := pickFreeAddress(ctx, d.WebListen)
	if err != nil {
		return err
	}
	c, err := demoConfig(cloud, "http://"+cloudListener.Addr().String(), mqttBroker.URL(), page, folder)
	if err != nil {
		return err
	}
	if s.logLevel != "" {
		c.Log.Level = s.logLevel
	}
	client, err := s.newCloud(c)
	if err != nil {
		return err
	}

	// The cloud outlives the daemon, so that a running poll succeeds.
	outer, stopCloud := context.WithCancel(context.WithoutCancel(ctx))
	defer stopCloud()
	var background errgroup.Group
	background.Go(func() error { return cloud.Serve(outer, cloudListener) })
	background.Go(func() error {
		cloud.Live(outer, time.Duration(float64(activityInterval)/d.Speed))
		return nil
	})
	if err := demoSignIn(ctx, cloud, client, c); err != nil {
		return err
	}
	if err := mqttBroker.Watch(c.MQTT.BaseTopic+"/#", printSamples(s.Stdout, daemon.Tree(c))); err != nil {
		return err
	}
	printDemoIntro(s.Stdout, c, mqttBroker.Addr(), cloud)
	err = daemon.Run(ctx, s.hardStop, c, s.daemonOptions())
	stopCloud()
	if stopped := background.Wait(); err == nil {
		err = stopped
	}
	return err
}

// demoConfig parses a configuration as a user would write it.
func demoConfig(cloud *simulator.Cloud, cloudURL, mqttURL, page, folder string) (*config.Config, error) {
	var text strings.Builder
	_, _ = fmt.Fprintf(&text, "withings:\n  client_id: %q\n  client_secret: %q\n"+
		"  api_url: %q\n  account_url: %q\n  base_url: %q\n"+
		"  schedule: \"@every 15s\"\n  requests_per_minute: 6000\n  profiles:\n",
		cloud.ClientID(), cloud.ClientSecret(), cloudURL, cloudURL, "http://"+page)
	for _, person := range cloud.People() {
		_, _ = fmt.Fprintf(&text, "    - %q\n", person.Name)
	}
	_, _ = fmt.Fprintf(&text, "mqtt: {url: %q}\nweb: {listen: %q}\nstate_dir: %q\nlog: {level: warn}\n"+
		"notifications: {public_url: %q, relaxed_schedule: \"@every 1m\"}\n", mqttURL, page, folder, "http://"+page)
	c, _, err := config.Parse("demo", []byte(text.String()), nil, vocabulary())
	if err != nil {
		return nil, fmt.Errorf("the demo's own configuration: %w", err)
	}
	return c, nil
}

// demoSignIn signs every person in, as they would in a browser.
func demoSignIn(ctx context.Context, cloud *simulator.Cloud, client *withings.Client, c *config.Config) error {
	tokens, err := tokenstore.New(c.StateDir)
	if err != nil {
		return err
	}
	signIn := daemon.NewSignIn(c, client, tokens, false)
	for _, p := range c.Withings.Profiles {
		consent, _, err := signIn.Start(p.Slug)
		if err != nil {
			return err
		}
		link, err := url.Parse(consent)
		if err != nil {
			return fmt.Errorf("signing %s in: %w", p.Name, err)
		}
		state := link.Query().Get("state")
		code, err := cloud.Consent(ctx, p.Name, daemon.RedirectURL(c), state)
		if err != nil {
			return fmt.Errorf("signing %s in: %w", p.Name, err)
		}
		if _, err := signIn.Finish(ctx, state, code); err != nil {
			return fmt.Errorf("signing %s in: %w", p.Name, err)
		}
	}
	return nil
}

// printDemoIntro says where everything is, and how to see and change it.
func printDemoIntro(out io.Writer, c *config.Config, brokerAddress string, cloud *simulator.Cloud) {
	host, port, _ := strings.Cut(brokerAddress, ":")
	printTo(out, "vitals2mqtt demo: invented people, everything on this machine, nothing is kept.\n\n"+
		"  page    %s\n  broker  mqtt://%s\n  cloud   %s/\n\n", daemon.PageURL(c), brokerAddress, c.Withings.APIURL)
	printTo(out, "All messages:\n\n  mosquitto_sub -h %s -p %s -v -t '%s/#' -t '%s/#'\n\n",
		host, port, c.MQTT.BaseTopic, c.HomeAssistant.DiscoveryPrefix)
	printTo(out, "A weigh-in, and whatever else can be made to happen:\n\n  %s\n  %s\n\n",
		cloud.WeighCommand(c.Withings.APIURL), cloud.ListCommand(c.Withings.APIURL))
	printTo(out, "Press Ctrl-C to stop. Some published messages:\n\n")
}

// printSamples prints selected values and every event.
func printSamples(out io.Writer, tree topics.Tree) func(topic string, payload []byte, retained bool) {
	shown := []string{
		"weight_kg", "systolic_blood_pressure_mmhg", "diastolic_blood_pressure_mmhg", "heart_pulse_bpm",
		"body_temperature_c",
		"spo2_pct", "sleep_state", "sleep_deep_duration_seconds",
	}
	return func(topic string, payload []byte, _ bool) {
		name, ok := tree.Parse(topic)
		if ok && (name.Kind == topics.KindEvent || name.Kind == topics.KindValue && slices.Contains(shown, name.Key)) {
			printTo(out, "%s %s\n", topic, payload)
		}
	}
}

// pickFreeAddress resolves port 0 to a free port: the callback must be known
// before the page listens.
func pickFreeAddress(ctx context.Context, address string) (string, error) {
	listener, err := listen(ctx, address)
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}
