// SPDX-License-Identifier: MIT

package config

import "vitals2mqtt/internal/secret"

// History is the archive, which is always there.
type History struct {
	Keep   Keep
	Mirror Mirror
}

// Mirror is the time series database that gets a copy of the archive.
type Mirror struct {
	// URL is "" for none. It may have a path and a query.
	URL string
	// Token takes precedence over Username and Password.
	Token    secret.Text
	Username string
	Password secret.Text
	// Database is a bucket for some.
	Database string
	Org      string
}

// historyRows describe the archive.
func historyRows() []tableRow {
	return []tableRow{
		row("history.keep", TypeKeep, func(c *Config) any { return &c.History.Keep }).
			defaults(foreverSpec).example("10y").
			describe("How long measurements are kept in the archive, by the time of measurement: forever, or a number of " +
				"days, weeks or years, at least 60 days. What current values depend on is kept in any case."),
		row("history.mirror.url", TypeMirror, func(c *Config) any { return &c.History.Mirror.URL }).
			example("http://homeserver.lan:8086").
			describe("A time series database that gets a copy of every measurement, past and new, as line protocol: InfluxDB " +
				"1, 2 or 3, VictoriaMetrics, QuestDB or Telegraf. Without a path, measurements are posted to /write, or with " +
				"history.mirror.token to /api/v2/write; any other path is used as it is."),
		row("history.mirror.token", TypeSecret, func(c *Config) any { return &c.History.Mirror.Token }).
			example("correct horse").
			describe("API token of InfluxDB 2 or 3, or of a proxy in front of another database."),
		row("history.mirror.username", TypeText, func(c *Config) any { return &c.History.Mirror.Username }).
			example("vitals2mqtt").
			describe("User name for HTTP basic authentication, as InfluxDB 1 has it; ignored if there is a token."),
		row("history.mirror.password", TypeSecret, func(c *Config) any { return &c.History.Mirror.Password }).
			example("correct horse").
			describe("Password for HTTP basic authentication. Requires history.mirror.username."),
		row("history.mirror.database", TypeText, func(c *Config) any { return &c.History.Mirror.Database }).
			example("vitals").
			describe("The database or bucket. It must exist. InfluxDB needs one; VictoriaMetrics and QuestDB do not."),
		row("history.mirror.org", TypeText, func(c *Config) any { return &c.History.Mirror.Org }).
			example("home").
			describe("The organization, for InfluxDB 2."),
	}
}
