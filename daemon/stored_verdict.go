// SPDX-License-Identifier: MIT

package daemon

import (
	"context"
	"errors"
	"io/fs"
	"sync"

	"vitals2mqtt/bridge"
	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/health"
	"vitals2mqtt/history"
	"vitals2mqtt/internal/fileaccess"
	"vitals2mqtt/tokenstore"
)

// StoredVerdict judges what the state folder holds, for commands while no daemon
// can be asked. It changes nothing.
func StoredVerdict(ctx context.Context, c *config.Config) health.Verdict {
	facts := health.Facts{Stored: true, Folder: &health.Folder{}}
	stored, done, err := OpenStored(ctx, c)
	if err != nil {
		facts.Archive = &health.Records{Folder: health.Folder{Path: ArchivePath(c), Err: err}}
		if fault, ok := errors.AsType[*history.Error](err); ok {
			facts.Archive.Text, facts.Archive.Remedy = fault.Error(), fault.Remedy()
		}
	}
	defer done()
	for _, p := range c.Withings.Profiles {
		token, _, err := tokenstore.Peek(c.StateDir, p.Slug)
		profile := health.Profile{Slug: p.Slug, Name: p.Name, Consent: bridge.StoredConsent(token, err)}
		profile.Endpoints, err = stored.Endpoints(ctx, Profile(c, &p))
		if _, damaged := errors.AsType[*checkpoint.DamagedError](err); err != nil && !damaged &&
			!errors.Is(err, fs.ErrNotExist) {
			facts.Folder.Err = err
		}
		facts.Profiles = append(facts.Profiles, profile)
	}
	explainFolder(facts.Folder, c.StateDir)
	return health.Judge(facts)
}

// folderExplanation remembers why the state folder cannot be used: on a hung
// file system, each look would hang too.
type folderExplanation struct {
	mu           sync.Mutex
	of           string // the error's text
	text, remedy string
}

// explain says why something in the state folder cannot be used, looking at it
// once for each error.
func (e *folderExplanation) explain(folder *health.Folder, path string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	folder.Path = path
	if folder.Err == nil {
		e.of = ""
		return
	}
	if text := folder.Err.Error(); text != e.of {
		explainFolder(folder, path)
		e.of, e.text, e.remedy = text, folder.Text, folder.Remedy
	}
	folder.Text, folder.Remedy = e.text, e.remedy
}

// explainFolder says why something in the state folder cannot be used.
func explainFolder(folder *health.Folder, path string) {
	folder.Path = path
	if folder.Err != nil {
		why := fileaccess.Explain(path, folder.Err)
		folder.Text, folder.Remedy = why.Cause, why.Remedy
	}
}
