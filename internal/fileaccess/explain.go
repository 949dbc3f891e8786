// SPDX-License-Identifier: MIT

package fileaccess

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// Explanation is why a path cannot be used, in words.
type Explanation struct {
	// Cause says who runs and whose the path is, "/data belongs to root (uid 0),
	// mode 0700, and this is user 65532". It names only paths that exist: one that
	// does not may be a secret in the wrong place.
	Cause string
	// Remedy is what to type, "sudo chown -R 65532:65532 /data"; "" when the
	// cause does not tell.
	Remedy string
}

// String returns both on one line.
func (e Explanation) String() string {
	if e.Remedy == "" {
		return e.Cause
	}
	return e.Cause + ": " + e.Remedy
}

// Process is who wants to use a path.
type Process struct {
	// UID and GID are -1 where users have no numbers.
	UID, GID int
	// Name is the user's, "" when it has none, as in most containers.
	Name string
	// Container says that the files are mounted from another machine's view:
	// commands are typed there.
	Container bool
}

// Self returns the running process.
func Self() Process {
	p := Process{UID: os.Geteuid(), GID: os.Getegid(), Container: InContainer()}
	if p.UID < 0 {
		if current, err := user.Current(); err == nil {
			p.Name = current.Username
		}
		return p
	}
	p.Name = userName(p.UID)
	return p
}

// InContainer reports whether the process runs in a container.
func InContainer() bool {
	marks := []string{"/.dockerenv", "/run/.containerenv", "/run/secrets/kubernetes.io"}
	return slices.ContainsFunc(marks, func(mark string) bool {
		_, err := os.Stat(mark)
		return err == nil
	})
}

// Explain says why this process cannot use a file or folder.
func Explain(path string, err error) Explanation { return Self().Explain(path, err) }

// Explain says why the process cannot use a file or folder. path is what the
// user has named; the error may be about something in it.
func (p Process) Explain(path string, err error) Explanation {
	var inner *fs.PathError
	var link *os.LinkError
	exact := path
	switch {
	case errors.As(err, &inner):
		exact = inner.Path
	case errors.As(err, &link):
		exact = link.New
	}
	switch {
	case errors.Is(err, ErrTimeout):
		return p.explainTimeout(exact)
	case errors.Is(err, syscall.EISDIR):
		return p.explainFolder(exact)
	case errors.Is(err, syscall.ENOTDIR):
		return explainFile(exact)
	case errors.Is(err, syscall.EROFS):
		return p.explainReadOnly(exact)
	case errors.Is(err, syscall.ENOSPC):
		return Explanation{Cause: "no space left on the disk of " + existing(exact), Remedy: "free some space"}
	case errors.Is(err, fs.ErrPermission):
		return p.explainDenied(path, exact)
	case errors.Is(err, fs.ErrNotExist):
		return Explanation{Cause: "file not found"}
	case inner != nil:
		return Explanation{Cause: inner.Err.Error()}
	case link != nil:
		return Explanation{Cause: link.Err.Error()}
	}
	return Explanation{Cause: err.Error()}
}

// explainDenied explains missing permissions.
func (p Process) explainDenied(path, exact string) Explanation {
	at := existing(exact)
	info, err := os.Stat(at)
	if err != nil {
		return Explanation{Cause: "permission denied for " + p.describe()}
	}
	uid, gid, known := ownerOf(info)
	if !known {
		return Explanation{
			Cause:  fmt.Sprintf("%s may not access %s", p.describe(), at),
			Remedy: "icacls \"" + at + "\" /grant \"" + p.Name + ":F\"",
		}
	}
	explained := Explanation{Cause: fmt.Sprintf("%s belongs to %s, mode %#o, and this is %s",
		at, describeUser(uid, userName(uid)), info.Mode().Perm(), p.describe())}
	switch above := isAbove(absolute(at), absolute(path)); {
	case uid == p.UID && info.Mode().Perm()&0o600 == 0o600:
		explained.Cause += "; its mode permits access, so SELinux, AppArmor or an attribute forbids it"
		explained.Remedy = "look into the audit log"
		if p.Container {
			explained.Remedy = "add :z to the volume in compose"
		}
	case uid == p.UID:
		explained.Remedy = "chmod u+rwX " + shellQuote(at)
	case above && isMissing(path) && p.Container:
		explained.Remedy = fmt.Sprintf("mount a volume at %s that belongs to %d:%d", shellQuote(absolute(path)), p.UID, p.GID)
	case above && isMissing(path):
		explained.Remedy = fmt.Sprintf("sudo install -d -m 0700 -o %d -g %d %s", p.UID, p.GID, shellQuote(absolute(path)))
	case above && isShared(absolute(at)):
		explained.Remedy = "use a place that this user may enter"
	case above:
		explained.Remedy = "use a place that this user may enter, or let it in: sudo chmod o+x " + shellQuote(at)
	case isShared(absolute(at)):
		explained.Remedy = "use a directory of its own below it"
	default:
		explained.Remedy = p.chown(path, info, uid, gid)
	}
	return explained
}

// chown is the command that gives the process what the user has named.
func (p Process) chown(path string, info fs.FileInfo, uid, gid int) string {
	owner, what, flag := fmt.Sprintf("%d:%d", p.UID, p.GID), shellQuote(absolute(path)), ""
	if info.IsDir() || !isRegular(path) {
		flag = "-R "
	}
	if p.Container {
		return fmt.Sprintf("sudo chown %s%s on the host, for what is mounted at %s; or user: \"%d:%d\" in compose",
			flag, owner, what, uid, gid)
	}
	command := fmt.Sprintf("sudo chown %s%s %s", flag, owner, what)
	if uid == 0 {
		return command + ", or run it with sudo"
	}
	return command + ", or run it as that user: sudo -u \\#" + strconv.Itoa(uid)
}

// explainFolder explains a folder in the place of a file.
func (p Process) explainFolder(path string) Explanation {
	explained := Explanation{Cause: existing(path) + " is a directory, not a file", Remedy: "name a file"}
	if p.Container {
		explained.Remedy = "Docker creates a directory where a mounted file does not exist: " +
			"stop the container, remove the directory on the host, create the file, and start again"
	}
	return explained
}

// explainFile explains a file in the place of a folder.
func explainFile(path string) Explanation {
	return Explanation{Cause: existing(path) + " is a file, not a directory", Remedy: "remove it, or use another directory"}
}

func (p Process) explainReadOnly(path string) Explanation {
	explained := Explanation{
		Cause:  existing(path) + " is on a read-only file system",
		Remedy: "use another directory, or mount it writable",
	}
	if p.Container {
		explained.Remedy = "mount a volume at " + absolute(path) + ", and without :ro"
	}
	return explained
}

func (p Process) explainTimeout(path string) Explanation {
	info, err := os.Lstat(path)
	if err == nil && info.Mode()&fs.ModeNamedPipe != 0 {
		return Explanation{Cause: path + " is a named pipe to which nothing was written in time", Remedy: "name a file"}
	}
	return Explanation{
		Cause:  "reading did not end in time",
		Remedy: "check whether the disk or network share responds, and that it is a file",
	}
}

func (p Process) describe() string {
	if p.UID < 0 {
		return "user " + p.Name
	}
	return describeUser(p.UID, p.Name)
}

func describeUser(uid int, name string) string {
	if name == "" {
		return "uid " + strconv.Itoa(uid)
	}
	return fmt.Sprintf("%s (uid %d)", name, uid)
}

func userName(uid int) string {
	found, err := user.LookupId(strconv.Itoa(uid))
	if err != nil {
		return ""
	}
	return found.Username
}

// existing returns the nearest of a path and its parents that this process can
// see: that is what denies access.
func existing(path string) string {
	if _, err := os.Stat(path); err == nil {
		return filepath.Clean(path)
	}
	for at := absolute(path); ; at = filepath.Dir(at) {
		if _, err := os.Stat(at); err == nil || filepath.Dir(at) == at {
			return at
		}
	}
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return filepath.Clean(path)
}

// isAbove reports whether a folder contains a path.
func isAbove(folder, path string) bool {
	rest, err := filepath.Rel(folder, path)
	return err == nil && rest != "." && rest != ".." && !strings.HasPrefix(rest, ".."+string(filepath.Separator))
}

func isMissing(path string) bool {
	_, err := os.Lstat(path)
	return errors.Is(err, fs.ErrNotExist)
}

func isRegular(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// isShared reports folders that others use: changing their owner would break
// the machine.
func isShared(path string) bool {
	shared := []string{
		"/", "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/media", "/mnt", "/opt", "/proc", "/root", "/run", "/sbin",
		"/srv", "/sys", "/tmp", "/usr", "/usr/local", "/var", "/var/lib", "/var/tmp", "/Users", "/Library",
	}
	return slices.Contains(shared, path) || filepath.Dir(path) == path
}

// shellQuote quotes a path for a command where that is needed.
func shellQuote(path string) string {
	if runtime.GOOS != "windows" && strings.ContainsAny(path, " '\"$&;|<>()*?[]#~`\\!\t\n") {
		return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	return path
}
