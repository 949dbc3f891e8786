// SPDX-License-Identifier: MIT

package doctor

const (
	syncTime    = "enable time synchronization (timedatectl set-ntp true)"
	pasteSignIn = "sign in with `vitals2mqtt login NAME --paste`, or route that address to web.listen"
	portalURL   = "the portal requires https and a name; any page that responds will do as withings.callback_url, " +
		"because `login NAME --paste` works with every address"
)

// cloudMessages are about the application at the Withings API.
func cloudMessages() []message {
	const registered = "{url} must be registered in the developer portal exactly as shown"
	return []message{
		ok("credentials_ok", "accepted by the Withings API"),
		fail("api_unreachable", "cannot reach the Withings API: {cause}",
			"{advice}; withings.api_url is {api}"),
		warn("api_rate_limited", "rate limited by the Withings API", "another program may use the same client id; try later"),
		fail("api_unexpected_response", "unexpected response from the Withings API: {cause}",
			"check for a proxy or a login page of the network; otherwise try again later"),
		fail("api_failing", "the Withings API is failing: {cause}",
			"try again later; the daemon retries by itself"),
		fail("application_credentials", "rejected by the Withings API: {cause}",
			"compare withings.client_id and client_secret with your application in the developer portal; "+
				"check for extra spaces and quotes"),
		fail("credentials_unproven", "the Withings API refuses the test, and does not say that they are wrong: {cause}",
			"compare withings.client_id and client_secret with your application in the developer portal; "+
				"if they are right, try again later"),

		skip("clock_unknown", "unknown: no response from the Withings API"),
		ok("clock_ok", "in sync with the Withings API"),
		warn("clock_off", "clock is {offset} the Withings API", syncTime),
		fail("clock_wrong", "clock is {offset} the Withings API", syncTime),

		fail("callback_invalid", "{url} is not a valid URL",
			"set withings.callback_url, for example to https://example.org/"),
		ok("callback_needed_later", registered+"; needed only for the next sign-in"),
		ok("callback_valid", registered),
		warn("callback_not_https", registered+", but it is not https", portalURL),
		warn("callback_private", registered+", but it is a private address", portalURL),
		warn("callback_port", registered+", but it has a non-default port", portalURL),
		ok("callback_external", "not the address of the page: unless it leads there, "+
			"sign in with `vitals2mqtt login NAME --paste`"),
		skip("callback_untested", "skipped: needs a running daemon"),
		ok("callback_reaches_page", "leads to the page"),
		warn("callback_unreachable", "no response from this machine: {cause}", pasteSignIn),
		warn("callback_elsewhere", "does not lead to the page: HTTP {http}", pasteSignIn),
	}
}

// signInMessages are about the tokens of profiles.
func signInMessages() []message {
	const refused = "token refresh refused: consent was withdrawn, or another program signed in with this client id"
	return []message{
		fail("not_signed_in", "not signed in", signInAgain).of(SignIn),
		fail("token_corrupt", "token file is corrupt: {reason}", signInAgain).of(SignIn),
		fail("token_newer", "{file} was written by a newer version of vitals2mqtt; it is unchanged",
			"update vitals2mqtt; a sign-in is not needed"),
		fail("token_unreadable", "cannot read the token: {problem}", runAsDaemon),
		fail("account_shared", "same account as {other}",
			"one of the two signed in as the other: vitals2mqtt logout {slug}, then "+
				signInAgain+", and switch the account on the consent page"),
		fail("token_expired", "token is more than a year old and has probably expired", signInAgain).of(SignIn),
		fail("sign_in_needed", refused+"{for_long}", signInAgain).of(SignIn),
		fail("token_rejected", "token rejected even after a refresh", signInAgain).of(SignIn),
		warn("refresh_retrying", "token refresh refused; retrying, because such refusals often pass",
			"wait a few hours; if it persists, "+signInAgain),
		warn("token_refresh_due", "{age}; a refresh is due, which the daemon does at its next poll",
			"if it persists, see `vitals2mqtt status` and the daemon's log, or sign in again: "+signInAgain),
		skip("token_refresh_left_to_daemon", "{age}; a refresh is due, which is left to the daemon's user"),
		skip("token_not_tested", "{age}; not tested against the Withings API"),
		warn("token_test_failed", "{age}; Withings API not reachable: {cause}", "try again later"),
		warn("token_aging", "{age}; it expires after a year", "start the daemon: it refreshes the token every three hours"),
		ok("token_ok", "token accepted; {age}"),

		warn("former_profile", "no longer configured; its tokens are kept",
			"if it was renamed: vitals2mqtt rename {slug} NEW-NAME; to delete it: vitals2mqtt purge {slug}"),

		skip("consent_not_signed_in", "skipped: not signed in"),
		skip("consent_unknown", "scopes unknown"),
		ok("consent_ok", "covers all configured keys"),
		warn("consent_incomplete", "missing scope {scopes}; {keys} keys have no value: {examples}",
			signInAgain+", and allow everything; or remove these keys from measurements"),
	}
}
