// SPDX-License-Identifier: MIT

package cli

import (
	"context"

	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/doctor"
	"vitals2mqtt/internal/fileaccess"
	"vitals2mqtt/setup"
)

// proveApplication sends the signed request that proves client id and secret.
func (s firstRun) proveApplication(ctx context.Context, c *config.Config) []setup.Problem {
	cloud, err := doctor.NewCloud(daemon.CloudOptions(c, s.version()), c.StateDir)
	if err != nil {
		return []setup.Problem{{Code: setup.CodeInvalid, Text: err.Error()}}
	}
	return setupProblems(doctor.RunApplication(ctx, doctor.Input{Config: c, Cloud: cloud}))
}

// proveBroker connects to the broker and tries out what the daemon needs. The
// embedded one only needs its address.
func (s firstRun) proveBroker(ctx context.Context, c *config.Config) []setup.Problem {
	if c.MQTT.URL == config.Embedded {
		if err := doctor.NewWeb().CheckListen(ctx, c.MQTT.Listen); err != nil {
			return []setup.Problem{{Code: setup.CodeListen, Text: c.MQTT.Listen + ": " + err.Error()}}
		}
		return nil
	}
	return setupProblems(doctor.RunBroker(ctx, doctor.Input{
		Config: c,
		Site:   daemon.Site(c, "", s.version()),
		Broker: new(diagnosis).brokerProbe(c, ""),
	}))
}

// checkStatePlace proves that the state directory can be written.
func checkStatePlace(c *config.Config) []setup.Problem {
	if err := doctor.StateFolder(c.StateDir).Writable(); err != nil {
		return []setup.Problem{{
			Code: setup.CodeStateFolder,
			Text: fileaccess.Explain(c.StateDir, err).String(),
		}}
	}
	return nil
}

// setupProblems are the findings that matter to a set-up.
func setupProblems(report doctor.Report) (problems []setup.Problem) {
	for _, f := range report.Findings {
		if f.Level == doctor.Fail || f.Level == doctor.Warn {
			problems = append(problems, setup.Problem{
				Code:    string(f.Code),
				Text:    f.Text(),
				Remedy:  f.Remedy(),
				Warning: f.Level == doctor.Warn,
			})
		}
	}
	return problems
}
