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
				Description: "How your browser reaches this program's page; without it, the address in web.listen. " +
					"Register this address with /oauth/callback behind it as the callback in the developer portal, unless " +
					"withings.callback_url names another.",
			},
			field: func(c *Config) any { return &c.Withings.BaseURL },
		}, {
			Key: Key{
				Path: "withings.callback_url", Type: TypeCallback, Example: "https://example.org/",
				Description: "The callback as it is registered in the developer portal, letter for letter; without it, withings.base_url " +
					"with /oauth/callback behind it. It need not lead to this program: with any other address people sign in by " +
					"`vitals2mqtt login NAME --paste`. Where it does lead here, the page answers at its path.",
			},
			field: func(c *Config) any { return &c.Withings.CallbackURL },
		}, {
			Key: Key{
				Path: "withings.schedule", Type: TypeSchedule, Default: "@every 5m", Example: "*/15 6-23 * * *",
				Description: "When to ask the cloud: \"@every 5m\", \"@hourly\", or the five fields of cron (minute, hour, day of month, month, " +
					"day of week). \"CRON_TZ=Europe/Berlin \" in front sets a time zone. A profile can have its own.",
			},
			field: func(c *Config) any { return &c.Withings.Schedule },
		}, {
			Key: Key{
				Path: "withings.measurements", Type: TypeKeys, Default: "all", Example: "[weight_kg, sleep_state]",
				Description: "The values you want; `vitals2mqtt sensors` lists the keys, among them those of a person's devices, such as " +
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
				Description: "The people. A name is enough; with a colon behind \"name\" there is room for a person's own settings.",
			},
		}, {
			Key: Key{
				Path: "withings.profiles[].name", Type: TypeText, Required: true, Example: "Bob",
				Description: "The person's name. Topics have it in lower-case ASCII, so two names must differ in that as well.",
			},
		}, {
			Key: Key{
				Path: "withings.profiles[].measurements", Type: TypeKeys, Default: "withings.measurements",
				Example: "[weight_kg, heart_pulse_bpm]", Description: "The values wanted of this person.",
			},
		}, {
			Key: Key{
				Path: "withings.profiles[].schedule", Type: TypeSchedule, Default: "withings.schedule", Example: "@every 30m",
				Description: "When to ask the cloud about this person.",
			},
		}, {
			Key: Key{
				Path: "withings.profiles[].units", Type: TypeChoice, Default: "withings.units", Choices: unitSystems(),
				Example: string(units.UK), Description: "The units that this person's bare topics show.",
			},
		}, {
			Key: Key{
				Path: "withings.attributions", Type: TypeAttributions, Example: "{1: publish}",
				Description: "What to do with measurements that the cloud is not sure about, by its attribution number: publish, hold (keep " +
					"back and count) or mark (publish, marked as unconfirmed). By default 1, which may be somebody else's, is held " +
					"back, and numbers that nobody knows are marked.",
			},
		}, {
			Key: Key{
				Path: "withings.requests_per_minute", Type: TypeNumber, Default: "120", Min: 1, Max: 100_000, Example: "60",
				Description: "The ceiling of requests in any minute, for all profiles together. The cloud allows 120.",
			},
			field: func(c *Config) any { return &c.Withings.RequestsPerMinute },
		}, {
			Key: Key{
				Path: "withings.api_url", Type: TypeURL, Default: defaultAPIURL, Example: "http://127.0.0.1:8098",
				Description: "Another cloud: the simulated one, or the vendor's US medical one.",
			},
			field: func(c *Config) any { return &c.Withings.APIURL },
		}, {
			Key: Key{
				Path: "withings.account_url", Type: TypeURL, Default: "https://account.withings.com", Example: "http://127.0.0.1:8098",
				Description: "Where people sign in to that other cloud.",
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
