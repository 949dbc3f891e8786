// SPDX-License-Identifier: MIT

package doctor_test

import (
	"context"
	"errors"
	"io/fs"
	"syscall"
	"time"

	"vitals2mqtt/doctor"
	"vitals2mqtt/withings"
)

// guardedFolder is a state directory that something forbids. A field that is
// nil or false forbids nothing.
type guardedFolder struct {
	doctor.Folder

	info, writable, token error
	otherOwner, idle      bool
}

func (g guardedFolder) Info() (doctor.FolderInfo, error) {
	info, err := g.Folder.Info()
	if g.info != nil {
		return doctor.FolderInfo{Path: info.Path}, g.info
	}
	info.OtherOwner = info.OtherOwner || g.otherOwner
	info.InUse = info.InUse && !g.idle
	return info, err
}

func (g guardedFolder) Writable() error { return g.writable }

func (g guardedFolder) Token(slug string) (token withings.Token, stored time.Time, err error) {
	if g.token != nil {
		return token, stored, g.token
	}
	return g.Folder.Token(slug)
}

// remediedError is an error that says what to do.
type remediedError struct {
	error

	remedy string
}

func (e remediedError) Remedy() string { return e.remedy }

// accessCases are files that somebody else owns, or a disk that is not writable.
// The sentences say who runs and whose the path is.
func accessCases() map[string]failureCase {
	denied := func(s *harness, path string) error {
		return &fs.PathError{Op: "open", Path: s.dir + path, Err: syscall.EACCES}
	}
	guard := func(s *harness, g guardedFolder) {
		g.Folder = s.input.Folder
		s.input.Folder = g
	}
	return map[string]failureCase{
		"a state directory that may not be read": {
			sabotage: func(s *harness) { guard(s, guardedFolder{info: denied(s, "")}) },
			code:     "state_dir_unreadable", text: "state belongs to ", remedy: "user that the daemon runs as",
		},
		"a state directory of another user": {
			sabotage: func(s *harness) { guard(s, guardedFolder{otherOwner: true}) },
			code:     "state_dir_other_owner", text: ", mode 0700, and this is ", remedy: "user that the daemon runs as",
		},
		"a read-only file system": {
			sabotage: func(s *harness) {
				err := &fs.PathError{Op: "open", Path: s.dir, Err: syscall.EROFS}
				s.input.Config.Web.Enabled = false
				guard(s, guardedFolder{idle: true, writable: err})
			},
			code: "state_dir_not_writable", text: "read-only", remedy: "mount",
		},
		"an archive of a newer version": {
			sabotage: func(s *harness) {
				guard(s, guardedFolder{idle: true})
				s.input.Config.Web.Enabled = false
				s.input.Archive = func(context.Context) (damage, err error) {
					return nil, remediedError{errors.New("written by a newer version"), "install that version"}
				}
			},
			code: "archive_unusable", text: "newer version", remedy: "install that version",
		},
		"an archive that was damaged": {
			sabotage: func(s *harness) {
				guard(s, guardedFolder{idle: true})
				s.input.Config.Web.Enabled = false
				s.input.Archive = func(context.Context) (damage, err error) {
					return errors.New("set aside"), nil
				}
			},
			code: "archive_set_aside", text: "set aside", remedy: "check the disk",
		},
		"a token of another user": {
			sabotage: func(s *harness) { guard(s, guardedFolder{token: denied(s, "/tokens/alice.json")}) },
			code:     "token_unreadable", text: "alice.json belongs to ", remedy: "user that the daemon runs as",
		},
	}
}
