// SPDX-License-Identifier: MIT

package config

import (
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/sensors"
	"vitals2mqtt/units"
)

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
	// Polling is "adaptive" or "everything".
	Polling string
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
	// Slug is the profile as a topic level, by default made of the name; it
	// differs between any two profiles.
	Slug string
	// Measurements are keys as the catalogue or ExtraTypes spell them, without
	// repetition.
	Measurements []string
	Schedule     Schedule
	// Units is what the bare topics show; Home Assistant always gets metric
	// values.
	Units units.System
}

// withingsRows describe the application and the defaults of profiles.
func withingsRows() []tableRow {
	return []tableRow{
		row("withings.client_id", TypeText, func(c *Config) any { return &c.Withings.ClientID }).
			required().example("0123abcd").
			describe("The client id of your own application in the Withings developer portal, https://developer.withings.com."),
		row("withings.client_secret", TypeSecret, func(c *Config) any { return &c.Withings.ClientSecret }).
			required().example("4567ef").
			describe("The secret that the developer portal shows next to the client id."),
		row("withings.base_url", TypeURL, func(c *Config) any { return &c.Withings.BaseURL }).
			example("http://homeserver.lan:8099").
			describe("The URL under which your browser reaches the page; defaults to the address in web.listen. " +
				"Register it, followed by /oauth/callback, as the callback in the developer portal, unless " +
				"withings.callback_url is set."),
		row("withings.callback_url", TypeCallback, func(c *Config) any { return &c.Withings.CallbackURL }).
			example("https://example.org/").
			describe("The callback URL exactly as registered in the developer portal; defaults to withings.base_url " +
				"followed by /oauth/callback. It need not lead to this program: with any other URL, sign in with " +
				"`vitals2mqtt login NAME --paste`. If it does lead here, the page responds at its path."),
		row("withings.schedule", TypeSchedule, func(c *Config) any { return &c.Withings.Schedule }).
			defaults("@every 5m").example("*/15 6-23 * * *").
			describe("When to poll the Withings API: \"@every 5m\", \"@hourly\", or the five fields of cron " +
				"(minute, hour, day of month, month, day of week). \"CRON_TZ=Europe/Berlin \" in front sets a time " +
				"zone. A profile can have its own."),
		row("withings.polling", TypeChoice, func(c *Config) any { return &c.Withings.Polling }).
			defaults("adaptive").choices("adaptive", "everything").example("everything").
			describe("What a poll requests: adaptive asks every other poll which devices have synchronized, and then only " +
				"for what they may have measured, with a safety round for manual entries every hour; everything requests " +
				"all data in every poll. Values are at most one poll later with adaptive, for about a fifth of the requests."),
		row("withings.measurements", TypeKeys, func(c *Config) any { return &c.Withings.Measurements }).
			defaults("all").example("[weight_kg, sleep_state]").
			describe("The measurements to publish; `vitals2mqtt sensors` lists the keys, including those of a " +
				"profile's devices, such as battery_low. A profile can have its own list."),
		row("withings.units", TypeChoice, func(c *Config) any { return &c.Withings.Units }).
			defaults(string(units.Metric)).choices(unitSystems()...).example(string(units.Imperial)).
			describe("The units that the bare topics show: metric; imperial (lb, in, mi, °F); or uk (stones and " +
				"pounds, in, mi, mmol/L). Home Assistant always gets metric values and converts by itself. A " +
				"profile can have its own."),
	}
}

// profileRows describe the profiles and the Withings API.
func profileRows() []tableRow {
	return []tableRow{
		row(profilePath, TypeProfiles, func(c *Config) any { return &c.Withings.Profiles }).
			required().example("[Alice, Bob]").
			describe("The profiles to publish. A plain name is enough; use a section with `name` to override " +
				"settings per profile. In the environment variable, NAME=SLUG names the slug too."),
		row("withings.profiles[].name", TypeText, nil).
			required().example("Bob").
			describe("The profile name. Topics use its slug."),
		row("withings.profiles[].slug", TypeSlug, nil).
			example("bob").
			describe("The profile in topics: lower-case letters a-z, digits and single underscores, unique, and not bridge " +
				"or device. Defaults to the name in that form: \"Jörg Weiß\" is joerg_weiss, \"Иван\" is ivan. Changing it " +
				"moves the topics; entities in Home Assistant keep their ids."),
		row("withings.profiles[].measurements", TypeKeys, nil).
			defaults("withings.measurements").example("[weight_kg, heart_pulse_bpm]").
			describe("The measurements published for this profile."),
		row("withings.profiles[].schedule", TypeSchedule, nil).
			defaults("withings.schedule").example("@every 30m").
			describe("When to poll the Withings API for this profile."),
		row("withings.profiles[].units", TypeChoice, nil).
			defaults("withings.units").choices(unitSystems()...).example(string(units.UK)).
			describe("The units of this profile's bare topics."),
		row("withings.attributions", TypeAttributions, func(c *Config) any { return &c.Withings.Attributions }).
			example("{1: publish}").
			describe("How to handle measurements whose attribution is ambiguous, by attribution number: publish, " +
				"hold (keep back and count) or mark (publish, marked as unconfirmed). By default, 1 (may belong to " +
				"another user) is held, and unknown numbers are marked."),
		row("withings.requests_per_minute", TypeNumber, func(c *Config) any { return &c.Withings.RequestsPerMinute }).
			defaults("120").bounds(1, 100_000).example("60").
			describe("The maximum number of requests per minute, across all profiles. The Withings API allows 120."),
		row("withings.api_url", TypeURL, func(c *Config) any { return &c.Withings.APIURL }).
			defaults(defaultAPIURL).example("http://127.0.0.1:8098").
			describe("Another Withings API endpoint, for example the simulator or the US medical cloud."),
		row("withings.account_url", TypeURL, func(c *Config) any { return &c.Withings.AccountURL }).
			defaults("https://account.withings.com").example("http://127.0.0.1:8098").
			describe("The sign-in address of that environment."),
	}
}

// defaultAPIURL is the public Withings API.
const defaultAPIURL = "https://wbsapi.withings.net"

// unitSystems are the names of the unit systems.
func unitSystems() []string {
	var words []string
	for _, system := range units.Systems() {
		words = append(words, string(system))
	}
	return words
}
