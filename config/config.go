// Package config reads the configuration strictly: YAML file and environment,
// every mistake reported at once, with line and column. It prints itself with
// secrets masked. It opens no connection.
package config

import (
	"net/netip"
	"time"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/sensors"
	"vitals2mqtt/units"
)

// Embedded is the value of mqtt.url that runs a broker inside the program.
const Embedded = "embedded"

// The values of web.auth.
const (
	AuthPassword = "password"
	AuthNone     = "none"
)

// Config is the effective configuration: defaults, file and environment merged,
// everything checked, every secret read.
type Config struct {
	Withings      Withings
	MQTT          MQTT
	HomeAssistant HomeAssistant
	Notifications Notifications
	Web           Web
	// StateDir is the directory for tokens and state.
	StateDir string
	Log      Log
}

// Withings is the application at the Withings API, and its profiles.
type Withings struct {
	ClientID     string
	ClientSecret secret.Text
	// BaseURL is the page's URL for browsers, without a slash at its end; "" is
	// the address that it listens on.
	BaseURL string
	// CallbackURL is the OAuth redirect URI as it is registered, compared
	// exactly; "" is /oauth/callback below BaseURL.
	CallbackURL string
	// APIURL and AccountURL have no slash at their end.
	APIURL, AccountURL string
	Schedule           Schedule
	// Measurements are the keys for profiles that list none of their own.
	Measurements []string
	// Units is for profiles that name none of their own.
	Units units.System
	// ExtraTypes are rows for measure types that the catalogue has none for. No
	// key and no measure type is in it twice, or in the catalogue.
	ExtraTypes []sensors.Sensor
	// Attributions holds what deviates from the default policy; nil is nothing.
	Attributions sensors.Policy
	// RequestsPerMinute is the ceiling for all profiles together.
	RequestsPerMinute int
	Profiles          []Profile
}

// Profile is one profile. What it does not set is taken from Withings.
type Profile struct {
	Name string
	// Slug is the name as a topic level; it differs between any two profiles.
	Slug string
	// Measurements are keys as the catalogue or ExtraTypes spell them, without
	// repetition.
	Measurements []string
	Schedule     Schedule
	// Units is what the bare topics show; Home Assistant always gets metric
	// values.
	Units units.System
}

// MQTT is the connection to the broker and the shape of the topics.
type MQTT struct {
	// URL has one of the schemes mqtt, tcp, mqtts, ssl, ws and wss and no user
	// or password in it, or it is Embedded.
	URL string
	// Listen is the HOST:PORT of the embedded broker.
	Listen   string
	Username string
	Password secret.Text
	// BaseTopic has no wildcard and no slash at either end.
	BaseTopic string
	// ClientID is "" for a generated, stable one.
	ClientID  string
	KeepAlive time.Duration
	QoS       int
	TLS       TLS
	Views     Views
}

// TLS holds the certificates for an encrypted connection; "" is none.
type TLS struct {
	CAFile, CertFile, KeyFile string
	// Insecure accepts any certificate.
	Insecure bool
}

// Views are the forms of a value that are published.
type Views struct{ Bare, Detail, Snapshot bool }

// HomeAssistant configures discovery.
type HomeAssistant struct {
	Discovery       bool
	DiscoveryPrefix string
	// BirthTopic is "" when birth messages are not used.
	BirthTopic, BirthPayload string
}

// Notifications are the push notifications of the Withings API.
type Notifications struct {
	// PublicURL has no slash at its end; "" is no notifications. Beyond this
	// machine it is https with a host name on port 443, and short enough for
	// the path that push appends.
	PublicURL string
	// Listen is the HOST:PORT of a separate listener; "" is the page's, which
	// is enabled then.
	Listen string
	// TrustedProxies are those whose X-Forwarded-For is used. As in Sources,
	// networks are masked and IPv4 is never written as IPv6.
	TrustedProxies []netip.Prefix
	// Sources are the only networks that may post; none is all.
	Sources []netip.Prefix
	// RelaxedSchedule is for profiles whose notifications are healthy; when it
	// is empty they keep their own.
	RelaxedSchedule Schedule
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
	// that the page responds to besides those of BaseURL and Listen.
	TrustedHosts []string
}

// Log is how much is logged, and in which format.
type Log struct {
	// Level is trace, debug, info, warn or error.
	Level string
	// Format is auto, console or json.
	Format string
}
