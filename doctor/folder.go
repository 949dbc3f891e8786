package doctor

import (
	"context"
	"errors"
	"io/fs"
	"strings"
)

func checkStateFolder(_ context.Context, e *run) []Finding {
	facts, err := e.Folder.Info()
	e.folder = facts
	const asDaemon = "run doctor as the user that the daemon runs as, or give that user the folder (chown)"
	switch {
	case errors.Is(err, fs.ErrPermission):
		return []Finding{fail(facts.Path+" may not be read by this user", asDaemon)}
	case err != nil:
		return []Finding{fail(facts.Path, "state_dir names another folder").withError(err.Error(), err)}
	case !facts.Exists && !e.isFolderCreatable():
		return []Finding{fail(facts.Path+" does not exist, and this user may not make it",
			"set state_dir to a folder of your own, run doctor as the user that the daemon runs as, or make it for that user")}
	case !facts.Exists:
		return []Finding{warn(facts.Path+" does not exist yet", "the first login or start makes it, if it may; "+
			"in a container, mount a volume there, or every sign-in is lost with the container")}
	}
	findings := []Finding{passed(facts.Path + ": " + daemonText(facts.InUse))}
	if len(facts.Exposed) > 0 {
		findings = append(findings, warn("others can get at "+strings.Join(facts.Exposed, ", "),
			"folders should be 0700 and files 0600: chmod -R go= "+facts.Path))
	}
	if facts.OtherOwner {
		findings = append(findings, warn("it belongs to another user, probably the daemon's: nothing was tried that writes", asDaemon))
	}
	if facts.InUse || facts.OtherOwner {
		return findings // whoever works with it would have said so
	}
	if err := e.Folder.Writable(); err != nil {
		findings = append(findings, fail("nothing can be written to it", "it must be writable and survive a restart: mend its owner "+
			"or disk, or name another folder with state_dir").withError(pathErrorText(err), err))
	}
	return findings
}

// isFolderCreatable says whether the state folder could be made.
func (e *run) isFolderCreatable() bool { return e.Folder.Writable() == nil }

func daemonText(inUse bool) string {
	if inUse {
		return "a daemon runs and works with it"
	}
	return "no daemon runs"
}

// pathErrorText is an error of the file system without the path that it quotes.
func pathErrorText(err error) string {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err.Error()
	}
	return err.Error()
}

// checkPage looks for the daemon's checkPage, or whether there is room for it.
func checkPage(ctx context.Context, e *run) []Finding {
	web := e.Config.Web
	running, err := e.daemonRunning()
	switch {
	case !web.Enabled:
		return []Finding{skipped("switched off (web.enabled)")}
	case err != nil:
		return []Finding{skipped("whether a daemon runs cannot be seen")}
	case !running:
		if err := e.Web.CheckListen(ctx, web.Listen); err != nil {
			return []Finding{fail("nobody can listen on "+web.Listen, "another program has that port, or the address is not "+
				"this machine's: change web.listen").withError(err.Error(), err)}
		}
		return []Finding{passed(web.Listen + " is free for it")}
	}
	status, err := e.Web.Get(ctx, e.PageURL+"healthz")
	switch {
	case err != nil:
		return []Finding{fail("a daemon runs, but its page does not answer on "+web.Listen, "perhaps it was started with another "+
			"configuration, or runs in a container whose port is not published").withError(err.Error(), err)}
	case status != 200:
		return []Finding{warn("the daemon says that it is not well", "its page and its log say why")}
	}
	return []Finding{passed("the daemon answers on " + web.Listen)}
}

// daemonRunning says whether a daemon is at work.
func (e *run) daemonRunning() (bool, error) {
	if e.failed[nameFolder] {
		return false, fs.ErrPermission
	}
	return e.folder.InUse, nil
}
