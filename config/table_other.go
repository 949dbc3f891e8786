// SPDX-License-Identifier: MIT

package config

import (
	"net/netip"

	"vitals2mqtt/internal/secret"
)

// HomeAssistant configures discovery, and where statistics are sent.
type HomeAssistant struct {
	Discovery       bool
	DiscoveryPrefix string
	// BirthTopic is "" when birth messages are not used.
	BirthTopic, BirthPayload string
	// Language of the names of entities is "en" or "de".
	Language string
	// Images publishes the last night and the last electrocardiogram as pictures.
	Images bool
	// URL is Home Assistant's own address, "" when unknown. It has no slash at its
	// end.
	URL   string
	Token secret.Text
}

// Web is the page.
type Web struct {
	Enabled bool
	Listen  string
	// Auth is AuthPassword exactly when there is a password, AuthNone when
	// authentication is disabled, else "": then Listen is a loopback address.
	Auth     string
	Password secret.Text
	// TrustedHosts are host names in lower case, without port and repetition,
	// that the page answers to beside those of BaseURL and Listen.
	TrustedHosts []string
	// Calendar serves a calendar for each profile at a secret address.
	Calendar bool
	// IngressListen is where the page is served to Home Assistant's Supervisor, ""
	// for nowhere, and IngressFrom the addresses that may connect there; empty
	// means the Supervisor's own.
	IngressListen string
	IngressFrom   []netip.Prefix
	// UploadLimit is the size of a file to import, in megabytes (2^20 bytes).
	UploadLimit int
}

// ReleaseCheck is where to ask for newer versions of the program.
type ReleaseCheck struct {
	// URL is "" for nowhere.
	URL string
}

// Log is how much is logged, and in which format.
type Log struct {
	// Level is trace, debug, info, warn or error.
	Level string
	// Format is auto, console or json.
	Format string
}

// homeAssistantRows describe discovery and statistics.
func homeAssistantRows() []tableRow {
	return []tableRow{
		row("homeassistant.discovery", TypeBool, func(c *Config) any { return &c.HomeAssistant.Discovery }).
			defaults("true").example("false").
			describe("Publish Home Assistant discovery documents."),
		row("homeassistant.discovery_prefix", TypeTopic, func(c *Config) any { return &c.HomeAssistant.DiscoveryPrefix }).
			defaults("homeassistant").example("ha").
			describe("Home Assistant's MQTT discovery prefix."),
		row("homeassistant.birth_topic", TypeTopic, func(c *Config) any { return &c.HomeAssistant.BirthTopic }).
			defaults("homeassistant/status").mayBeEmpty().example("ha/status").
			describe("Home Assistant's birth topic; \"\" to disable. The default does not follow the discovery " +
				"prefix."),
		row("homeassistant.birth_payload", TypeText, func(c *Config) any { return &c.HomeAssistant.BirthPayload }).
			defaults("online").example("hello").
			describe("Home Assistant's birth payload."),
		row("homeassistant.language", TypeChoice, func(c *Config) any { return &c.HomeAssistant.Language }).
			defaults("en").choices("en", "de").example("de").
			describe("Language of the names of entities: English or German. Entity ids and topics do not depend on it."),
		row("homeassistant.images", TypeBool, func(c *Config) any { return &c.HomeAssistant.Images }).
			defaults("false").example("true").
			describe("Publish the hypnogram of the last night and the last electrocardiogram of each profile as pictures."),
		row("homeassistant.url", TypeURL, func(c *Config) any { return &c.HomeAssistant.URL }).
			example("http://homeassistant.local:8123").
			describe("Home Assistant's address, for sending the past to its long-term statistics. The add-on needs neither " +
				"this nor a token."),
		row("homeassistant.token", TypeSecret, func(c *Config) any { return &c.HomeAssistant.Token }).
			example("correct horse").
			describe("A long-lived access token of an administrator in Home Assistant, made on the page of the profile under " +
				"Security."),
	}
}

// otherRows describe the page, the state and the log.
func otherRows() []tableRow {
	return []tableRow{
		row("web.enabled", TypeBool, func(c *Config) any { return &c.Web.Enabled }).
			defaults("true").example("false").
			describe("Serve the page, the sign-in and the health check."),
		row("web.listen", TypeListen, func(c *Config) any { return &c.Web.Listen }).
			defaults("127.0.0.1:8099").example("0.0.0.0:8099").
			describe("Listen address of the page. A non-loopback address requires web.password, or web.auth: none. With " +
				"web.ingress_listen and without either, it serves health checks, the callback and notifications only."),
		row("web.auth", TypeChoice, func(c *Config) any { return &c.Web.Auth }).
			choices(AuthPassword, AuthNone).example(AuthNone).
			describe("\"password\" requires web.password and is the default when that is set; \"none\" disables " +
				"authentication, for use behind an authenticating proxy."),
		row("web.password", TypeSecret, func(c *Config) any { return &c.Web.Password }).
			example("correct horse").
			describe("Password of the page. Browsers show a form; other clients send it by HTTP basic authentication, with any " +
				"user name."),
		row("web.trusted_hosts", TypeHosts, func(c *Config) any { return &c.Web.TrustedHosts }).
			example("[homeserver.lan, homeassistant.local]").
			describe("Additional host names of the page, without http:// and port. IP addresses, localhost and the " +
				"host of withings.base_url need not be listed; requests with any other host name are refused (DNS " +
				"rebinding), because any web site could otherwise read the page through a name of its own."),
		row("web.calendar", TypeBool, func(c *Config) any { return &c.Web.Calendar }).
			defaults("false").example("true").
			describe("Serve nights and workouts of each profile as a calendar at a secret address, without a password: " +
				"see docs/home-assistant.md."),
		row("web.ingress_listen", TypeListen, func(c *Config) any { return &c.Web.IngressListen }).
			example("0.0.0.0:8098").
			describe("A second listen address for Home Assistant's Supervisor, which signs people in, so that no password is " +
				"needed there. For the Home Assistant app only, which sets it."),
		row("web.ingress_from", TypeNetworks, func(c *Config) any { return &c.Web.IngressFrom }).
			example("[172.30.32.2]").
			describe("Who may connect to web.ingress_listen; defaults to the Supervisor's address, 172.30.32.2. Whoever is " +
				"listed sees everything without a password."),
		row("web.upload_limit", TypeNumber, func(c *Config) any { return &c.Web.UploadLimit }).
			defaults("200").bounds(1, 10_000).example("1000").
			describe("How large a file may be that is imported on the page, in megabytes. It is stored in the state " +
				"directory meanwhile."),
		row("release_check.url", TypeURL, func(c *Config) any { return &c.ReleaseCheck.URL }).
			example("https://api.example.org/repos/vitals2mqtt/vitals2mqtt/releases/latest").
			describe("Where to ask once a day for the latest release of this program, in the form of GitHub's API; without it, " +
				"nothing is asked. The request carries the version of this program and nothing else. Ignored in the add-on, " +
				"whose updates the Supervisor shows."),
		row("state_dir", TypeFolder, func(c *Config) any { return &c.StateDir }).
			defaults(systemStateDir).example("./state").
			describe("Directory for tokens and state. It must be private and writable. The default is for root, containers, " +
				"/etc/vitals2mqtt/config.yaml, and wherever that directory is writable; others have vitals2mqtt in their own " +
				"state directory: $XDG_STATE_HOME or ~/.local/state, on macOS ~/Library/Application Support, on Windows " +
				"%LOCALAPPDATA%. A systemd unit's STATE_DIRECTORY comes first."),
		row("log.level", TypeChoice, func(c *Config) any { return &c.Log.Level }).
			defaults("info").choices("trace", "debug", "info", "warn", "error").example("debug").
			describe("How much is logged. Health values are never logged at info."),
		row("log.format", TypeChoice, func(c *Config) any { return &c.Log.Format }).
			defaults("auto").choices("auto", "console", "json").example("json").
			describe("\"console\", \"json\", or \"auto\": console on a terminal, else json."),
	}
}
