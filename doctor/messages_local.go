// SPDX-License-Identifier: MIT

package doctor

const (
	runAsDaemon = "run doctor as the user that the daemon runs as; if that is this user: {advice}"
	signInAgain = "vitals2mqtt login {slug}{paste}"
)

// localMessages are about what is on this machine.
func localMessages() []message {
	return []message{
		skip("check_skipped", `skipped: needs "{needs}" to pass`),
		skip("check_stopped", "skipped: stopped"),

		fail("config_none", "no configuration found", "run vitals2mqtt init").of(Configuration),
		fail("config_unreadable", "{problem}", "").of(Configuration),
		fail("addon_options_invalid", "{problem}", "").of(Configuration),
		fail("config_invalid", "{problem}", "").of(Configuration),
		warn("config_warning", "{problem}", ""),
		ok("config_ok", "{source}, {profile_count}"),

		fail("state_dir_unreadable", "not readable: {problem}", runAsDaemon),
		fail("state_dir_invalid", "cannot be used: {problem}", "{advice}"),
		fail("state_dir_not_creatable", "does not exist and cannot be created: {problem}",
			runAsDaemon+"; or set state_dir to a directory of your own"),
		warn("state_dir_missing", "{path} does not exist yet", "it is created at the first login or start; "+
			"in a container, mount a volume there, or every sign-in is lost with the container"),
		ok("state_dir_in_use", "{path}: in use by a running daemon"),
		ok("state_dir_idle", "{path}: no daemon is running"),
		warn("state_dir_exposed", "accessible by other users: {files}",
			"directories should be 0700 and files 0600: chmod -R go= {path}"),
		warn("state_dir_other_owner", "write tests skipped: {problem}", runAsDaemon),
		fail("state_dir_not_writable", "not writable: {problem}", "{advice}"),

		ok("archive_ok", "can be read"),
		fail("archive_unusable", "cannot be used: {problem}", "{advice}"),
		warn("archive_set_aside", "not complete: {problem}", "{advice}"),

		skip("page_disabled", "disabled (web.enabled)"),
		skip("page_unknown", "skipped: cannot tell whether a daemon is running"),
		ok("page_port_available", "{listen} is available"),
		fail("page_port_unavailable", "cannot listen on {listen}: {cause}",
			"{advice}"),
		ok("page_ok", "daemon responds on {listen}"),
		warn("page_unhealthy", "daemon is unhealthy", "its page and its log have the reason"),
		fail("page_unreachable", "a daemon is running, but its page does not respond on {listen}: {cause}",
			"it may have been started with another configuration, or in a container whose port is not published"),

		skip("daemon_not_running", "not running"),
		ok("daemon_ok", "reports no problem"),
		fail("daemon_problem", "{text}", "{remedy}"),
		warn("daemon_silent", "cannot be asked ({cause}); what it has stored is shown",
			"check web.listen and the page's password; restart the daemon if it was started with another configuration"),
		skip("daemon_page_disabled", "its page is disabled (web.enabled); what it has stored is shown"),
		skip("reported_by_daemon", "as the daemon reports above"),
		warn("differs_from_daemon", "works from here; the daemon reports otherwise (above)",
			"wait for its next try; if the difference remains, restart it: its configuration or network may be another one"),
	}
}
