// SPDX-License-Identifier: MIT

package health

import "slices"

// The codes of findings.
const (
	CodeOK                     Code = "ok"
	CodeStarting               Code = "starting"
	CodeNoProfiles             Code = "no_profiles"
	CodePollOverdue            Code = "poll_overdue"
	CodeBrokerConnecting       Code = "broker_connecting"
	CodeBrokerRefused          Code = "broker_refused"
	CodeBrokerUnreachable      Code = "broker_unreachable"
	CodeEmbeddedBroker         Code = "embedded_broker"
	CodeClientIDInUse          Code = "client_id_in_use"
	CodeSecondInstallation     Code = "second_installation"
	CodeMessageRefused         Code = "message_refused"
	CodeNotRetained            Code = "not_retained"
	CodeRetainedChanged        Code = "retained_changed"
	CodeReadbackDenied         Code = "readback_denied"
	CodeApplicationCredentials Code = "application_credentials"
	CodeRefreshRefused         Code = "refresh_refused"
	CodeAPIUnreachable         Code = "api_unreachable"
	CodeAPIFailing             Code = "api_failing"
	CodeRateLimited            Code = "api_rate_limited"
	CodeStateNotStored         Code = "state_not_stored"
	CodeTokenNotStored         Code = "token_not_stored"
	CodeArchiveNotStored       Code = "archive_not_stored"
	CodeArchiveDamaged         Code = "archive_damaged"
	CodeMirrorFailing          Code = "mirror_failing"
	CodeClockOff               Code = "clock_off"
	CodeClockWrong             Code = "clock_wrong"
	CodeHomeAssistantOffline   Code = "homeassistant_offline"
	CodeNotSignedIn            Code = "not_signed_in"
	CodeSignInNeeded           Code = "sign_in_needed"
	CodeRefreshRetrying        Code = "refresh_retrying"
	CodeTokenCorrupt           Code = "token_corrupt"
	CodeTokenNewer             Code = "token_newer"
	CodeTokenUnreadable        Code = "token_unreadable"
	CodeEndpointFailing        Code = "endpoint_failing"
	CodeEndpointForbidden      Code = "endpoint_forbidden"
	CodeOffline                Code = "offline"
	CodePushUnhealthy          Code = "push_unhealthy"
	CodePushChecking           Code = "push_checking"
)

// row is what the table says about a code.
type row struct {
	code    Code
	subject Subject
	level   Level
	// log is the message of the log when it begins, recovered when it ends.
	log, recovered string
	// text and remedy are sentences with names in braces: {name} and {slug} of the
	// profile, and others of this code.
	text, remedy string
	// notReady makes the program not ready, transient is usual after a start, and
	// signIn is mended by signing in.
	notReady, transient, signIn bool
}

const (
	remedyWait      = "It is retried automatically. If it persists, run `vitals2mqtt doctor`."
	remedyStorage   = "Check that {path} is writable for the user that runs vitals2mqtt, and that the disk is not full."
	remedySignIn    = "Sign in on the page, or run `vitals2mqtt login {slug}`."
	remedyTimeSync  = "Enable time synchronization (`timedatectl set-ntp true`)."
	remedyObserved  = "{remedy}" // the part that has observed it knows more
	sentence        = "{text}"
	remedyBrokerURL = "Check mqtt.url and that the broker is running; `vitals2mqtt doctor` tests the connection."
)

// rows is the table of all codes, in the order of the subjects.
func rows() []row {
	return []row{
		{
			code: CodeStarting, subject: Polling, level: Attention, transient: true, log: "first poll not finished",
			text: "The first poll of {name} has not finished yet.",
		},
		{
			code: CodeNoProfiles, subject: Program, level: Attention, log: "no profiles configured",
			text: "No profiles are configured.", remedy: "Add at least one to withings.profiles.",
		},
		{
			code: CodePollOverdue, subject: Program, level: Failed, notReady: true, log: "poll hangs",
			text:   "The last poll of {name} has not finished.",
			remedy: "Check the log; restart vitals2mqtt if it persists.",
		},

		{
			code: CodeBrokerConnecting, subject: MQTTBroker, level: Attention, notReady: true, transient: true,
			log: "connecting to broker", text: "Connecting to the broker.", remedy: remedyBrokerURL,
		},
		{
			code: CodeBrokerRefused, subject: MQTTBroker, level: Failed, notReady: true, log: "broker refused credentials",
			text:   "The broker rejects the user name or password; nothing is published.",
			remedy: "Check mqtt.username and mqtt.password; `vitals2mqtt doctor` tests them.",
		},
		{
			code: CodeBrokerUnreachable, subject: MQTTBroker, level: Failed, notReady: true, log: "broker unreachable",
			text: "Not connected to the broker; nothing is published ({cause}).", remedy: remedyBrokerURL,
		},
		{
			code: CodeEmbeddedBroker, subject: MQTTBroker, level: Failed, notReady: true, log: "embedded broker failing",
			text: sentence, remedy: remedyObserved,
		},
		{
			code: CodeClientIDInUse, subject: MQTTBroker, level: Failed, notReady: true, log: "client id in use",
			text: sentence, remedy: remedyObserved,
		},
		{
			code: CodeMessageRefused, subject: MQTTBroker, level: Failed, log: "message refused by broker",
			text: sentence, remedy: remedyObserved,
		},
		{
			code: CodeNotRetained, subject: MQTTBroker, level: Failed, log: "messages not retained",
			text: sentence, remedy: remedyObserved,
		},
		{
			code: CodeSecondInstallation, subject: MQTTBroker, level: Attention, log: "second installation on the same topics",
			text: sentence, remedy: remedyObserved,
		},
		{
			code: CodeRetainedChanged, subject: MQTTBroker, level: Attention, log: "retained messages changed by another client",
			text: sentence, remedy: remedyObserved,
		},
		{
			code: CodeReadbackDenied, subject: MQTTBroker, level: Attention, log: "retained messages cannot be verified",
			text: sentence, remedy: remedyObserved,
		},

		{
			code: CodeApplicationCredentials, subject: Application, level: Failed, notReady: true,
			log: "client id and secret refused", recovered: "client id and secret accepted again",
			text: "The Withings API does not accept this client id and secret.",
			remedy: "Compare withings.client_id and withings.client_secret (or client_secret_file) with the application " +
				"in the developer portal. Nobody has to sign in again.",
		},
		{
			code: CodeRefreshRefused, subject: Application, level: Failed, log: "token refresh refused for every profile",
			text: "The Withings API refuses to refresh the token of every profile.",
			remedy: "Wait, this is retried automatically. If the client id now belongs to another application, " +
				"sign in again for every profile.",
		},
		{
			code: CodeAPIUnreachable, subject: API, level: Failed, log: "Withings API unreachable",
			recovered: "Withings API reachable again",
			text:      "Cannot reach the Withings API: {cause}.",
			remedy: "Check that this machine has internet access and a working DNS server. " +
				"It is retried automatically.",
		},
		{
			code: CodeAPIFailing, subject: API, level: Failed, log: "Withings API failing",
			recovered: "Withings API answers again",
			text:      "The Withings API is failing: {cause}.", remedy: remedyWait,
		},
		{
			code: CodeRateLimited, subject: API, level: Attention, log: "rate limited by the Withings API",
			text:   "The Withings API limits the requests of this client id.",
			remedy: "It is retried automatically. If it persists, another program may use the same client id.",
		},
		{
			code: CodeStateNotStored, subject: StateFolder, level: Failed, notReady: true, log: "state not stored",
			text: "The state cannot be stored: {cause}.", remedy: remedyStorage,
		},
		{
			code: CodeTokenNotStored, subject: StateFolder, level: Failed, notReady: true, log: "token not stored",
			text: "The newest token of {name} is in memory only; after a restart {name} would have to sign in again.",
			remedy: "Check that the state folder is writable for the user that runs vitals2mqtt, " +
				"and that the disk is not full.",
		},
		{
			code: CodeArchiveNotStored, subject: Archive, level: Failed, log: "archive not stored",
			recovered: "archive stored again",
			text:      "New measurements cannot be stored in the archive: {cause}.", remedy: remedyStorage,
		},
		{
			code: CodeArchiveDamaged, subject: Archive, level: Attention, log: "archive was damaged",
			text: sentence, remedy: remedyObserved,
		},
		{
			code: CodeMirrorFailing, subject: Mirror, level: Attention, log: "mirror failing",
			recovered: "mirror works again",
			text:      "The mirror of the history is behind: {cause}.", remedy: "{remedy}",
		},
		{
			code: CodeClockOff, subject: SystemClock, level: Attention, log: "clock is off",
			text: "The clock of this machine is {offset} the Withings API.", remedy: remedyTimeSync,
		},
		{
			code: CodeClockWrong, subject: SystemClock, level: Failed, log: "clock is wrong",
			text: "The clock of this machine is {offset} the Withings API.", remedy: remedyTimeSync,
		},
		{
			code: CodeHomeAssistantOffline, subject: HomeAssistant, level: Attention, log: "Home Assistant is offline",
			recovered: "Home Assistant is online again",
			text:      "Home Assistant is offline; it gets everything when it is back.",
		},

		{
			code: CodeNotSignedIn, subject: SignIn, level: Failed, signIn: true, log: "sign-in needed",
			recovered: "signed in", text: "{name} is not signed in; no measurements arrive.", remedy: remedySignIn,
		},
		{
			code: CodeSignInNeeded, subject: SignIn, level: Failed, signIn: true, log: "sign-in needed",
			recovered: "signed in", text: "{name} must sign in again: the Withings API no longer accepts the consent.",
			remedy: remedySignIn,
		},
		{
			code: CodeRefreshRetrying, subject: SignIn, level: Attention, log: "token refresh refused; retrying",
			recovered: "token refresh accepted again",
			text:      "The Withings API refuses to refresh the token of {name}; that may be temporary.",
			remedy:    "Wait, this is retried automatically. A new sign-in is not needed yet.",
		},
		{
			code: CodeTokenCorrupt, subject: SignIn, level: Failed, signIn: true, log: "token file unusable",
			recovered: "signed in",
			text:      "The token file of {name} cannot be used: {cause}. It is kept as {file}.", remedy: remedySignIn,
		},
		{
			code: CodeTokenNewer, subject: SignIn, level: Failed, log: "token file of a newer version",
			text:   "The token file of {name}, {file}, was written by a newer version of vitals2mqtt.",
			remedy: "Update vitals2mqtt. Signing in again is not needed.",
		},
		{
			code: CodeTokenUnreadable, subject: SignIn, level: Failed, log: "token file unreadable",
			text:   "The token file of {name} cannot be read: {cause}.",
			remedy: "Make the file readable for the user that runs vitals2mqtt. Signing in again is not needed.",
		},

		{
			code: CodeEndpointFailing, subject: Polling, level: Attention, log: "sync failed", recovered: "sync recovered",
			text: "The Withings API fails for {name} at {endpoints}.", remedy: remedyWait,
		},
		{
			code: CodeEndpointForbidden, subject: Polling, level: Attention, log: "endpoint not permitted",
			recovered: "endpoint permitted",
			text:      "{name} has no access to {endpoints}.",
			remedy: "Sign in again and allow all requested permissions, or remove these sensors from `measurements`; " +
				"`vitals2mqtt status {slug}` lists them.",
		},
		{
			code: CodeOffline, subject: Polling, level: Failed, log: "no data for hours", recovered: "data arrives again",
			text: "No data has been fetched for {name} for hours.", remedy: "Check the log.",
		},
		{
			code: CodePushChecking, subject: Notifications, level: Attention, transient: true,
			log: "notifications not checked yet", text: "Notifications for {name} have not been checked yet.",
		},
		{
			code: CodePushUnhealthy, subject: Notifications, level: Attention, log: "notifications unreliable",
			recovered: "notifications reliable again",
			text:      "Notifications for {name} are unreliable: {cause}.",
			remedy:    "Polling continues on schedule; `vitals2mqtt doctor` tests the callback URL.",
		},
	}
}

// rowOf returns the row of a code; that of an unknown code is empty.
func rowOf(code Code) row {
	all := rows()
	if i := slices.IndexFunc(all, func(r row) bool { return r.code == code }); i >= 0 {
		return all[i]
	}
	return row{code: code, level: Failed, log: "problem", text: sentence, remedy: remedyObserved}
}
