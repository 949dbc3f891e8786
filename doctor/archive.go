// SPDX-License-Identifier: MIT

package doctor

import (
	"context"
	"errors"
)

// checkArchive opens the archive, unless a daemon has it open: its verdict says
// what is wrong then.
func checkArchive(ctx context.Context, r *run) []Finding {
	if r.Archive == nil || r.folder.InUse || !r.folder.Exists {
		return nil
	}
	damage, err := r.Archive(ctx)
	switch {
	case err != nil:
		return []Finding{explained(found("archive_unusable"), err)}
	case damage != nil:
		return []Finding{explained(found("archive_set_aside"), damage)}
	}
	return []Finding{found("archive_ok")}
}

// explained adds an error of the archive and its remedy.
func explained(f Finding, err error) Finding {
	f = f.because(err).detail("problem", err.Error())
	if helpful, ok := errors.AsType[interface {
		error
		Remedy() string
	}](err); ok {
		return f.detail("advice", helpful.Remedy())
	}
	return f.detail("advice", "check the disk, and who may read the file")
}
