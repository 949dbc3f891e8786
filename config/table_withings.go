package config

import "vitals2mqtt/units"

// withingsRows describe the application and what is wanted.
func withingsRows() []tableRow {
	return []tableRow{
		{
			Key: Key{
				Path: "withings.client_id", Type: TypeText, Required: true, Example: "0123abcd",
				Description: "The client id of your own application in the vendor's developer portal.",
			},
			field: func(c *Config) any { return &c.Withings.ClientID },
		}, {
			Key: Key{
				Path: "withings.client_secret", Type: TypeSecret, Required: true, Example: "4567ef",
				Description: "The secret that the developer portal shows next to the client id.",
			},
			field: func(c *Config) any { return &c.Withings.ClientSecret },
		}, {
			Key: Key{
				Path: "withings.base_url", Type: TypeURL, Example: "http://homeserver.lan:8099",
				Description: "The URL under which your browser reaches the page; defaults to the address in web.listen. " +
					"Register it, followed by /oauth/callback, as the callback in the developer portal, unless " +
					"withings.callback_url is set.",
			},
			field: func(c *Config) any { return &c.Withings.BaseURL },
		}, {
			Key: Key{
				Path: "withings.callback_url", Type: TypeCallback, Example: "https://example.org/",
				Description: "The callback URL exactly as registered in the developer portal; defaults to withings.base_url followed by " +
					"/oauth/callback. It need not lead to this program: with any other URL, sign in with " +
					"`vitals2mqtt login NAME --paste`. Where it does lead here, the page answers at its path.",
			},
			field: func(c *Config) any { return &c.Withings.CallbackURL },
		}, {
			Key: Key{
				Path: "withings.schedule", Type: TypeSchedule, Default: "@every 5m", Example: "*/15 6-23 * * *",
				Description: "When to poll the Withings API: \"@every 5m\", \"@hourly\", or the five fields of cron (minute, hour, day of month, month, " +
					"day of week). \"CRON_TZ=Europe/Berlin \" in front sets a time zone. A profile can have its own.",
			},
			field: func(c *Config) any { return &c.Withings.Schedule },
		}, {
			Key: Key{
				Path: "withings.measurements", Type: TypeKeys, Default: "all", Example: "[weight_kg, sleep_state]",
				Description: "The measurements to publish; `vitals2mqtt sensors` lists the keys, including those of a profile's devices, such as " +
					"battery_low. A profile can have its own list.",
			},
		}, {
			Key: Key{
				Path: "withings.units", Type: TypeChoice, Default: string(units.Metric), Choices: unitSystems(),
				Example: string(units.Imperial),
				Description: "The units that the bare topics show: metric; imperial (lb, in, mi, °F); or uk (stones and pounds, in, mi, " +
					"mmol/L). Home Assistant always gets metric values and converts by itself. A profile can have its own.",
			},
			field: func(c *Config) any { return &c.Withings.Units },
		},
	}
}

// profileRows describe the people, and which cloud has their values.
func profileRows() []tableRow {
	return []tableRow{
		{
			Key: Key{
				Path: "withings.profiles", Type: TypeProfiles, Required: true, Example: "[Alice, Bob]",
				Description: "The profiles to publish. A plain name is enough; use a section with `name` to override settings per profile.",
			},
		}, {
			Key: Key{
				Path: "withings.profiles[].name", Type: TypeText, Required: true, Example: "Bob",
				Description: "The profile name. Topics use it in lower-case ASCII, where names must also be unique.",
			},
		}, {
			Key: Key{
				Path: "withings.profiles[].measurements", Type: TypeKeys, Default: "withings.measurements",
				Example: "[weight_kg, heart_pulse_bpm]", Description: "The measurements published for this profile.",
			},
		}, {
			Key: Key{
				Path: "withings.profiles[].schedule", Type: TypeSchedule, Default: "withings.schedule", Example: "@every 30m",
				Description: "When to poll the Withings API for this profile.",
			},
		}, {
			Key: Key{
				Path: "withings.profiles[].units", Type: TypeChoice, Default: "withings.units", Choices: unitSystems(),
				Example: string(units.UK), Description: "The units of this profile's bare topics.",
			},
		}, {
			Key: Key{
				Path: "withings.attributions", Type: TypeAttributions, Example: "{1: publish}",
				Description: "How to handle measurements whose attribution is ambiguous, by attribution number: publish, hold (keep " +
					"back and count) or mark (publish, marked as unconfirmed). By default 1, which may be somebody else's, is held " +
					"back, and numbers that nobody knows are marked.",
			},
		}, {
			Key: Key{
				Path: "withings.requests_per_minute", Type: TypeNumber, Default: "120", Min: 1, Max: 100_000, Example: "60",
				Description: "The maximum number of requests per minute, across all profiles. The Withings API allows 120.",
			},
			field: func(c *Config) any { return &c.Withings.RequestsPerMinute },
		}, {
			Key: Key{
				Path: "withings.api_url", Type: TypeURL, Default: defaultAPIURL, Example: "http://127.0.0.1:8098",
				Description: "Another Withings API endpoint, for example the simulator or the US medical cloud.",
			},
			field: func(c *Config) any { return &c.Withings.APIURL },
		}, {
			Key: Key{
				Path: "withings.account_url", Type: TypeURL, Default: "https://account.withings.com", Example: "http://127.0.0.1:8098",
				Description: "The sign-in address of that environment.",
			},
			field: func(c *Config) any { return &c.Withings.AccountURL },
		},
	}
}

// defaultAPIURL is the cloud that everybody uses.
const defaultAPIURL = "https://wbsapi.withings.net"

// unitSystems are the words for the unit unitSystems.
func unitSystems() []string {
	var words []string
	for _, system := range units.Systems() {
		words = append(words, string(system))
	}
	return words
}
