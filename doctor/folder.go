// SPDX-License-Identifier: MIT

package doctor

import (
	"context"
	"errors"
	"io/fs"
	"strings"

	"vitals2mqtt/internal/fileaccess"
)

func checkStateFolder(_ context.Context, r *run) []Finding {
	info, err := r.Folder.Info()
	r.folder = info
	switch {
	case errors.Is(err, fs.ErrPermission):
		return []Finding{accessFinding("state_dir_unreadable", info.Path, err)}
	case err != nil:
		return []Finding{accessFinding("state_dir_invalid", info.Path, err)}
	case !info.Exists:
		if err := r.Folder.Writable(); err != nil {
			return []Finding{accessFinding("state_dir_not_creatable", info.Path, err)}
		}
		return []Finding{found("state_dir_missing").detail("path", info.Path)}
	}
	findings := []Finding{found("state_dir_idle").detail("path", info.Path)}
	if info.InUse {
		findings = []Finding{found("state_dir_in_use").detail("path", info.Path)}
	}
	if len(info.Exposed) > 0 {
		findings = append(findings, found("state_dir_exposed").number("count", len(info.Exposed)).
			detail("files", strings.Join(info.Exposed, ", ")).detail("path", info.Path))
	}
	if info.OtherOwner {
		findings = append(findings, accessFinding("state_dir_other_owner", info.Path, fs.ErrPermission))
	}
	if info.InUse || info.OtherOwner {
		return findings // the daemon reports what it cannot write
	}
	if err := r.Folder.Writable(); err != nil {
		findings = append(findings, accessFinding("state_dir_not_writable", info.Path, err))
	}
	return findings
}

// accessFinding says who may not use a path, whose it is, and what to type.
func accessFinding(code Code, path string, err error) Finding {
	why := fileaccess.Explain(path, err)
	if why.Remedy == "" {
		why.Remedy = "set state_dir to another directory"
	}
	return found(code).because(err).detail("problem", why.Cause).detail("advice", why.Remedy)
}

// checkPage requests the daemon's page, or tries to listen on its address.
func checkPage(ctx context.Context, r *run) []Finding {
	web := r.Config.Web
	running, err := r.daemonRunning()
	switch {
	case !web.Enabled:
		return []Finding{found("page_disabled")}
	case err != nil:
		return []Finding{found("page_unknown")}
	case !running:
		if err := r.Web.CheckListen(ctx, web.Listen); err != nil {
			return []Finding{found("page_port_unavailable").because(err).detail("listen", web.Listen).
				detail("advice", listenAdvice(causeOf(err)))}
		}
		return []Finding{found("page_port_available").detail("listen", web.Listen)}
	}
	status, err := r.Web.Get(ctx, r.PageURL+"healthz")
	switch {
	case err != nil:
		return []Finding{found("page_unreachable").because(err).detail("listen", web.Listen)}
	case status != 200:
		return []Finding{found("page_unhealthy").number("http", status)}
	}
	return []Finding{found("page_ok").detail("listen", web.Listen)}
}

// daemonRunning reports whether a daemon uses the state directory.
func (r *run) daemonRunning() (bool, error) {
	if r.failed[nameFolder] {
		return false, fs.ErrPermission
	}
	return r.folder.InUse, nil
}
