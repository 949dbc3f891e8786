package display

// english are the texts in English. Names of sensors and most options are those
// of the catalogue.
func english() *words {
	return &words{
		texts: map[string]string{
			"when.never": "never", "when.now": "now", "when.ago": "%s ago", "when.in": "in %s", "when.yesterday": "yesterday",

			"unit.times.one": "time", "unit.floors.one": "floor", "unit.points.one": "point", "unit.steps.one": "step",
			"unit.years.one": "year",

			"state.ON": "yes", "state.OFF": "no",
			"state.problem.ON": "problem", "state.problem.OFF": "fine",
			"state.connectivity.ON": "connected", "state.connectivity.OFF": "not connected",
			"state.battery.ON": "low", "state.battery.OFF": "fine",

			"option.rem": "REM", "option.ecg_afib.negative": "Sinus rhythm", "option.ecg_afib.positive": "Atrial fibrillation",
			"option.ecg_afib.inconclusive": "Inconclusive",

			// The frame of all pages.
			"frame.skip": "To the content", "frame.sections": "Sections", "frame.sign_out": "Sign out",
			"frame.overview": "Overview", "frame.back": "Back to the overview",

			// The password of the page.
			"entry.heading": "Sign in to this page", "entry.label": "Password", "entry.submit": "Sign in",
			"entry.wrong": "This is not the password. It is web.password in the configuration.",
			"entry.wait":  "Too many wrong passwords from this address. Next try in %d s.",
			"entry.stale": "This form was too old, or came from another site. Enter the password once more.",
			"entry.hint":  "This browser stays signed in for 30 days. After that, or with a new password, the page asks again.",

			"frame.not_refreshed": "Not refreshed",

			// The overview.

			// A value.

			// Sleep.

			// Heart.

			// The report.

			// History.

			// Health.

			// Set-up.
			"setup.steps": "Steps of the set-up", "setup.step": "Step %d of %d", "setup.back": "Back",
			"setup.copy": "Copy", "setup.copied": "Copied",
			"setup.secret_kept":  "One is kept and not shown. Leave the field empty to keep it.",
			"setup.unusable":     "The configuration that exists cannot be used:",
			"setup.code.heading": "Set-up code", "setup.code.label": "Code",
			"setup.code.hint":  "This page can be reached from other machines. The program has written the code to its log, where it started.",
			"setup.code.wrong": "This is not the code. It is in the log of the program, and new with each start.",

			"setup.application.name": "Application", "setup.application.title": "Your application at Withings",
			"setup.application.submit":   "Check and continue",
			"setup.application.intro":    "The measurements come through an application of your own, which is free. Create one there and copy both values here:",
			"setup.application.callback": "The portal also asks for a callback. Enter https://example.org/ for now; the next step explains it.",
			"setup.client_id":            "Client id", "setup.client_secret": "Client secret",

			"setup.callback.name": "Callback", "setup.callback.title": "Where the browser returns to",
			"setup.callback.submit":      "Continue",
			"setup.callback.intro":       "After somebody has allowed access, Withings sends the browser to one registered address. Register the one that is chosen here in the developer portal, exactly as it is shown.",
			"setup.callback.question":    "Which address is registered?",
			"setup.callback.other":       "Any address, and paste it here afterwards",
			"setup.callback.other_hint":  "Works everywhere, also without an address that is reachable from outside. Any https page that opens will do. After the consent you copy the address of that page and paste it here.",
			"setup.callback.other_field": "Callback to register: any address",
			"setup.callback.own":         "This page",
			"setup.callback.own_hint":    "Nothing to paste, if the browser reaches this page under that address. The portal accepts only https with a public name; change the address if a proxy provides one.",
			"setup.callback.own_field":   "Callback to register: this page",

			"setup.people.name": "People", "setup.people.title": "Whose measurements?",
			"setup.people.submit": "Continue", "setup.people.intro": "Each person signs in later with their own Withings account. All measurements are published.",
			"setup.people.names":      "Names",
			"setup.people.more":       "One more",
			"setup.people.units":      "Units of this page",
			"setup.people.units_hint": "Home Assistant converts by itself.",
			"setup.people.topics":     "The names in topics:",
			"setup.units.metric":      "Metric (kg, cm, °C)", "setup.units.imperial": "Imperial (lb, in, °F)", "setup.units.uk": "British (stones and pounds)",

			"setup.broker.name": "Broker", "setup.broker.title": "MQTT broker",
			"setup.broker.submit":        "Try and continue",
			"setup.broker.intro":         "Measurements are published there. Home Assistant reads them from the same broker.",
			"setup.broker.question":      "Which broker?",
			"setup.broker.none":          "None was found on this machine or in the local network.",
			"setup.broker.announced":     "Anyone in the network can announce a broker: make sure it is yours",
			"setup.broker.asks":          "It requires a user name and password",
			"setup.broker.other":         "Another one",
			"setup.broker.url":           "Address of the broker",
			"setup.broker.embedded":      "None: run one inside this program",
			"setup.broker.embedded_hint": "For a start without anything else. It listens on this machine only.",
			"setup.broker.open":          "Let other machines connect to it, with the user name and password below",
			"setup.broker.username":      "User name", "setup.broker.password": "Password",
			"setup.broker.username_hint": "Empty for a broker without users. Home Assistant's broker takes the users of Home Assistant.",
			"setup.broker.search":        "Search again",
			"setup.broker.variable":      "The broker is set by the environment:",

			"setup.password.name": "Password", "setup.password.title": "Password of this page",
			"setup.password.submit":   "Continue",
			"setup.password.intro":    "Other machines can reach this page, and it shows health data. From now on it asks for this password.",
			"setup.password.field":    "Password, 8 characters or more",
			"setup.password.repeated": "The same again",

			"setup.summary.name": "Summary", "setup.summary.title": "Ready to write",
			"setup.summary.submit": "Write and start",
			"setup.summary.intro":  "Every answer has been checked. The file below is written, and the program starts with it.",
			"setup.summary.people": "People", "setup.summary.broker": "Broker", "setup.summary.callback": "Callback to register",
			"setup.summary.path": "File", "setup.summary.file": "Content of the file, secrets masked",
			"setup.summary.embedded": "Inside this program",
			"setup.summary.replace":  "Replace the file that exists; it is kept with .bak and a number behind its name",

			"setup.written":        "The configuration is written",
			"setup.written.text":   "The program is starting. This page continues in a few seconds with the first sign-in.",
			"setup.written.backup": "The former file is kept as",

			"setup.problem.invalid.of":      "This cannot be used: %s.",
			"setup.problem.environment.of":  "A variable of the environment overrides the file and cannot be used: %s.",
			"setup.problem.missing":         "Something is missing: fill in all fields.",
			"setup.problem.too_short":       "The password is too short: 8 characters or more.",
			"setup.problem.different":       "The two passwords differ.",
			"setup.problem.changed":         "Something was changed in another window. Look at the summary again.",
			"setup.problem.exists":          "A file exists there by now. Tick the box to replace it.",
			"setup.problem.unwritable.of":   "The file cannot be written: %s.",
			"setup.problem.state_folder.of": "The folder for tokens and measurements cannot be written: %s.",
			"setup.problem.needs_user":      "A broker for other machines needs a user name and a password.",
			"setup.problem.listen.of":       "The broker inside this program cannot listen: %s. Is another broker running here?",

			"setup.problem.application_credentials":        "Withings rejects the client id or the client secret.",
			"setup.problem.application_credentials.remedy": "Compare both with your application in the developer portal; look for missing characters and spaces.",
			"setup.problem.api_unreachable":                "Withings cannot be reached from here.",
			"setup.problem.api_unreachable.remedy":         "Check the internet connection and the name server of this machine, then try again.",
			"setup.problem.api_failing":                    "Withings does not answer properly at present.",
			"setup.problem.api_failing.remedy":             "Try again in a few minutes.",
			"setup.problem.api_unexpected_response":        "Something else answers in the place of Withings.",
			"setup.problem.api_unexpected_response.remedy": "Check for a proxy or a login page of the network.",
			"setup.problem.api_rate_limited":               "Withings limits the requests of this application at present.",
			"setup.problem.api_rate_limited.remedy":        "Another program may use the same client id. Nothing to do if it is only for a moment.",
			"setup.problem.clock_wrong":                    "The clock of this machine is wrong.",
			"setup.problem.clock_wrong.remedy":             "Turn on time synchronization: without it no sign-in works.",
			"setup.problem.clock_off":                      "The clock of this machine is slightly off.",
			"setup.problem.clock_off.remedy":               "Turn on time synchronization.",
			"setup.problem.broker_refused":                 "The broker rejects the user name and password.",
			"setup.problem.broker_refused.remedy":          "Compare them with the broker's. Home Assistant's broker takes the users of Home Assistant.",
			"setup.problem.broker_unreachable.of":          "There is no connection to the broker: %s.",

			// Signing in.
			"signin.heading": "Sign in", "signin.sign_in_name": "Sign in %s", "signin.sign_out_name": "Sign out %s",
			"signin.signed_in_already": "%s is signed in. Another sign-in renews the consent.",
			"signin.again":             "Nothing was changed. The link below is a new one.",
			"signin.step_consent":      "1. Allow access",
			"signin.consent_text":      "%s signs in to the account page of Withings and allows everything that is listed. The link is valid for 10 minutes.",
			"signin.open_consent":      "Open the consent page",
			"signin.other_account":     "Is somebody else still signed in there?",
			"signin.switch":            "Sign out there first",
			"signin.on_phone":          "With a phone instead",
			"signin.code_label":        "QR code of the link to the consent page for %s",
			"signin.code_text":         "The same link for the phone. If the address of step 2 does not open there, send the one that the phone ends up at to this browser and paste it here.",
			"signin.step_return":       "2. Come back",
			"signin.return_elsewhere":  "After that the browser goes to another page. Copy its whole address, even if nothing opens, and paste it here. It begins with",
			"signin.return_here":       "The browser comes back here by itself, if this address opens on that device. If it does not, copy the whole address and paste it here. It begins with",
			"signin.address":           "Address that the browser ended up at",
			"signin.limit":             "It is valid for 30 seconds after access is allowed.",
			"signin.left":              "%d s left to paste it",
			"signin.late":              "30 seconds have passed. If it is refused, open the consent page again.",
			"signin.finish":            "Sign in with this address",
			"signin.leave":             "End the consent",

			"signin.continue": "Continue to the consent page", "signin.retry": "Try again",
			"signin.unknown": "Profile not found", "signin.unknown.text": "This profile is not in the configuration.",
			"signin.cannot_start": "Sign-in cannot start", "signin.failed": "Sign-in failed",
			"signin.denied": "Sign-in denied", "signin.denied.text": "Access was denied on the consent page. Nothing was changed; start again from the overview.",
			"signin.none": "No sign-in in progress", "signin.none.text": "The consent page redirects to this address. Start the sign-in from the overview.",
			"signin.signed_in": "Signed in", "signin.signed_in.text": "%s is signed in. Measurements arrive with the next poll; you can close this page.",
			"signin.no_answer": "No answer received", "signin.no_answer.text": "Start again from the overview.",
			"signin.unchanged": "Nothing was changed", "signin.unchanged.text": "%s keeps the previous account.",

			"signin.different_account": "Different account",
			"signin.replace_text":      "%s was previously signed in with a different account. Nothing has been changed yet.",
			"signin.replace_effect":    "If you replace it, the entities of the previous account are removed from MQTT and Home Assistant, and those of the account you have just chosen are shown as %s.",
			"signin.keep":              "Keep the previous account", "signin.replace": "Replace it",
			"signin.replace_hint": "This choice expires in five minutes. Was another account still signed in on the account page? Keep the previous account and sign in again.",

			"signin.sign_out_text":   "The consent is revoked and the tokens of %s are deleted. Nothing new arrives after that; the values that are known stay, until the next sign-in or until the profile is removed.",
			"signin.sign_out_anyway": "Delete the tokens even if Withings does not confirm; the consent can be revoked in the Withings app",
			"signin.signed_out":      "Signed out",
			"signin.out_failed":      "Nothing was changed: %s",
			"signin.out.none":        "%s was not signed in.",
			"signin.out.revoked":     "The consent of %s is revoked, and the tokens are deleted.",
			"signin.out.shared":      "The tokens of %s are deleted. The consent stays, because %s uses the same account.",
			"signin.out.unconfirmed": "The tokens of %s are deleted. Withings has not confirmed the end of the consent: revoke it in the Withings app.",

			"signin.error.unknown_profile":      "This profile is not in the configuration.",
			"signin.error.unknown_state":        "This link is unknown or was already used. Open the consent page again.",
			"signin.error.expired_state":        "The link has expired after 10 minutes. Open the consent page again.",
			"signin.error.denied":               "Access was denied on the consent page. Open it again and choose allow.",
			"signin.error.account_in_use":       "This is the account of %s, so the wrong person was signed in on the account page. Sign out there first.",
			"signin.error.code_refused":         "The address was older than 30 seconds, or already used. Open the consent page again.",
			"signin.error.callback_refused":     "Withings refuses the callback. Register exactly the one that is shown here in the developer portal.",
			"signin.error.missing_scope":        "Measurements were not selected on the consent page. Open it again and keep everything selected.",
			"signin.error.other_profile":        "This address belongs to the sign-in of another person. Paste it on the page of that person.",
			"signin.error.unknown_confirmation": "This choice was already made, or has expired after 5 minutes. Start again.",
			"signin.error.consent_page":         "The consent page has reported an error. If it happens again, compare client id and callback with the developer portal.",
			"signin.error.invalid_paste":        "This is not the address. Copy the whole text of the address bar: it contains code=… and state=….",
			"signin.error.consent_address":      "This is the address of the consent page. Allow access there first; the address to copy is the next one.",
			"signin.error.other_site":           "This is another address, without code=… and state=…. Copy the one after you have allowed access.",

			// Home Assistant.
		},
		decimal:   ".",
		months:    [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
		weekdays:  [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		day:       "{d} {m}",
		dayOfYear: "{d} {m} {y}",
		month:     "{m} {y}",
	}
}
