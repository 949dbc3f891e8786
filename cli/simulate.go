// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"net"

	"vitals2mqtt/simulator"
)

type simulateCommand struct {
	Listen string `default:"127.0.0.1:8100" placeholder:"HOST:PORT" help:"Listen address (default 127.0.0.1:8100)."`
	Seed   uint64 `default:"1" help:"Seed of the simulated people and their histories."`
	Strict bool   `help:"Take only the documented form of requests, not what the original also takes."`
	// PerMinute is the vendor's limit unless set.
	PerMinute int  `default:"120" placeholder:"N" help:"Limit of API requests a minute, 0 for none (default 120)."`
	JSON      bool `name:"json" help:"Print the connection settings as JSON."`
}

// Help says how to make something happen.
func (simulateCommand) Help() string {
	return "POST /control/NAME makes something happen: a weigh-in, a night, a bed event, a deletion, a fault, or another " +
		"time. GET /control lists all of these with an example each, as does docs/simulator.md."
}

// cloudInfo is what a client of the simulated cloud needs.
type cloudInfo struct {
	APIURL       string                 `json:"api_url"`
	AccountURL   string                 `json:"account_url"`
	ControlURL   string                 `json:"control_url"`
	ClientID     string                 `json:"client_id"`
	ClientSecret string                 `json:"client_secret"`
	People       []simulator.PersonInfo `json:"people"`
}

func (c simulateCommand) run(ctx context.Context, s *session) error {
	if c.PerMinute < 0 {
		return usageError("--per-minute cannot be negative; 0 means no limit")
	}
	knobs := simulator.Knobs{Strict: c.Strict, PerMinute: c.PerMinute}
	if c.PerMinute == 0 {
		knobs.PerMinute = -1
	}
	cloud := simulator.New(simulator.Options{Seed: c.Seed, Knobs: knobs})
	listener, err := listen(ctx, c.Listen)
	if err != nil {
		return err
	}
	address := "http://" + listener.Addr().String()
	info := cloudInfo{
		APIURL:       address,
		AccountURL:   address,
		ControlURL:   address + "/control/",
		ClientID:     cloud.ClientID(),
		ClientSecret: cloud.ClientSecret(),
		People:       cloud.People(),
	}
	if err := c.printInfo(s, cloud, info); err != nil {
		return err
	}
	return cloud.Serve(ctx, listener)
}

func (c simulateCommand) printInfo(s *session, cloud *simulator.Cloud, info cloudInfo) error {
	if c.JSON {
		return json.NewEncoder(s.Stdout).Encode(info) //nolint:gosec // an invented secret
	}
	s.printf("Simulated cloud (all data is invented):\n\n  withings.api_url        %s\n  withings.account_url    %s\n",
		info.APIURL, info.AccountURL)
	s.printf("  withings.client_id      %s\n  withings.client_secret  %s\n\n", info.ClientID, info.ClientSecret)
	for _, p := range info.People {
		s.printf("  person                  %s (%s)\n", p.Name, p.UserID)
	}
	s.printf("\nMake a weigh-in:  %s\nAll controls:     %s\nPress Ctrl-C to stop.\n",
		cloud.WeighCommand(info.APIURL), cloud.ListCommand(info.APIURL))
	return nil
}

// listen binds a TCP address.
func listen(ctx context.Context, address string) (net.Listener, error) {
	var binder net.ListenConfig
	listener, err := binder.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w", address, err)
	}
	return listener, nil
}
