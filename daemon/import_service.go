// SPDX-License-Identifier: MIT

package daemon

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/bridge"
	"vitals2mqtt/config"
	"vitals2mqtt/exchange"
	"vitals2mqtt/web"
)

const (
	// uploadLifetime is how long a file waits for its confirmation, and a result
	// can be seen.
	uploadLifetime = time.Hour
	// maxUploads is how many files there may be at once.
	maxUploads = 4
)

// importService reads uploaded files into the archive, one after the other. It
// owns the files. It implements web.Imports.
type importService struct {
	config *config.Config
	state  bridge.StateStore
	files  pageFiles
	log    zerolog.Logger

	requests chan string // ids

	mu   sync.Mutex
	jobs []*importJob // the newest first
}

// importJob is one file. importService.mu must be held, but to read what Start
// has set.
type importJob struct {
	shown     web.Import
	options   web.ImportOptions
	folder    string
	path      string // of the file
	confirmed bool
}

func newImportService(c *config.Config, state bridge.StateStore, files pageFiles, log zerolog.Logger) *importService {
	return &importService{
		config:   c,
		state:    state,
		files:    files,
		log:      log,
		requests: make(chan string, 2*maxUploads),
	}
}

// errTooManyUploads refuses more files than there is use for.
var errTooManyUploads = fmt.Errorf("%d other files are waiting; confirm or discard them first", maxUploads)

// Start implements web.Imports.
func (s *importService) Start(ctx context.Context, o web.ImportOptions, file io.Reader) (id string, err error) {
	folder, err := s.files.newFolder("upload")
	if err != nil {
		return "", fmt.Errorf("the file cannot be stored: %w", err)
	}
	job := &importJob{options: o, folder: folder, path: filepath.Join(folder, safeName(o.Name))}
	job.shown = web.Import{ID: rand.Text(), Profile: o.Profile, Name: filepath.Base(job.path), State: web.ImportWaiting}
	if err := s.add(job); err != nil {
		return "", errors.Join(err, os.RemoveAll(folder))
	}
	if err := storeUpload(ctx, job.path, file); err != nil {
		return "", errors.Join(err, s.remove(job))
	}
	s.requests <- job.shown.ID // there is room for two requests of each file
	return job.shown.ID, nil
}

// safeName is the name of an uploaded file: its layout may depend on it.
func safeName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, name[strings.LastIndexAny(name, `/\`)+1:])
	const longest = 100
	if len(name) > longest {
		name = strings.ToValidUTF8(name[len(name)-longest:], "")
	}
	if name = strings.TrimLeft(name, ". "); name == "" {
		return "upload"
	}
	return name
}

// storeUpload writes a file as it arrives.
func storeUpload(ctx context.Context, path string, from io.Reader) (err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, privateFile) //nolint:gosec // in our folder
	if err != nil {
		return fmt.Errorf("the file cannot be stored: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if _, err := io.Copy(file, from); err != nil {
		return fmt.Errorf("the file did not arrive: %w", err)
	}
	return ctx.Err()
}

// add makes room for a file.
func (s *importService) add(job *importJob) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	waiting := 0
	for _, other := range s.jobs {
		if other.shown.IsRunning() || other.shown.State == web.ImportChecked {
			waiting++
		}
	}
	if waiting >= maxUploads {
		return errTooManyUploads
	}
	job.shown.Expires = time.Now().Add(uploadLifetime)
	s.jobs = slices.Insert(s.jobs, 0, job)
	return nil
}

// remove forgets a file and deletes it.
func (s *importService) remove(job *importJob) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.jobs = slices.DeleteFunc(s.jobs, func(j *importJob) bool { return j == job })
	return os.RemoveAll(job.folder)
}

// findLocked returns a file, nil for an unknown one. s.mu must be held.
func (s *importService) findLocked(id string) *importJob {
	at := slices.IndexFunc(s.jobs, func(j *importJob) bool { return j.shown.ID == id })
	if at < 0 {
		return nil
	}
	return s.jobs[at]
}

// Find implements web.Imports.
func (s *importService) Find(id string) (web.Import, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if job := s.findLocked(id); job != nil {
		return job.shown, true
	}
	return web.Import{}, false
}

// List implements web.Imports.
func (s *importService) List() (all []web.Import) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, job := range s.jobs {
		all = append(all, job.shown)
	}
	return all
}

// Confirm implements web.Imports.
func (s *importService) Confirm(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	job := s.findLocked(id)
	switch {
	case job == nil:
		return web.ErrNotFound
	case job.confirmed: // a second click
		return nil
	case job.shown.State != web.ImportChecked:
		return errors.New("this file cannot be imported")
	}
	job.confirmed, job.shown.State = true, web.ImportWaiting
	s.requests <- id // see Start
	return nil
}

// Discard implements web.Imports.
func (s *importService) Discard(id string) error {
	s.mu.Lock()
	job := s.findLocked(id)
	isRunning := job != nil && job.shown.IsRunning()
	s.mu.Unlock()
	switch {
	case job == nil:
		return web.ErrNotFound
	case isRunning:
		return errors.New("the file is being read; wait for the end")
	}
	return s.remove(job)
}

// run works off the requests until the context ends, and then deletes all files.
func (s *importService) run(ctx context.Context) error {
	defer func() {
		if err := s.files.removeAll(); err != nil {
			s.log.Warn().Err(err).Msg("cannot remove temporary files")
		}
	}()
	expiry := time.NewTicker(time.Minute)
	defer expiry.Stop()
	for {
		select {
		case id := <-s.requests:
			s.work(ctx, id)
		case now := <-expiry.C:
			s.expire(now)
		case <-ctx.Done():
			return nil
		}
	}
}

// expire deletes the files that nobody has confirmed.
func (s *importService) expire(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.jobs = slices.DeleteFunc(s.jobs, func(job *importJob) bool {
		if job.shown.IsRunning() || now.Before(job.shown.Expires) {
			return false
		}
		_ = os.RemoveAll(job.folder) // the next start removes what is left
		return true
	})
}

// work checks or imports a file.
func (s *importService) work(ctx context.Context, id string) {
	job, dryRun := s.begin(id)
	if job == nil {
		return
	}
	started := time.Now()
	result, err := s.read(ctx, job, dryRun)
	result.SortFiles()
	s.mu.Lock()
	defer s.mu.Unlock()
	shown := &job.shown
	shown.Result, shown.Expires = result, time.Now().Add(uploadLifetime)
	switch {
	case err != nil:
		shown.State, shown.Failure = web.ImportFailed, s.describe(ctx, err, job)
		if !dryRun {
			shown.Stored = result.Added
		}
	case dryRun:
		shown.State = web.ImportChecked
	default:
		shown.State = web.ImportDone
	}
	if shown.State != web.ImportChecked {
		_ = os.RemoveAll(job.folder) // the next start removes what is left
	}
	s.log.Info().Err(err).Str("profile", shown.Profile).Bool("dry_run", dryRun).Int("records", result.Records).
		Int("added", result.Added).Dur("duration", time.Since(started)).Msg("import ended")
}

// begin marks a file as being read; nil when it is not there any more.
func (s *importService) begin(id string) (job *importJob, dryRun bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if job = s.findLocked(id); job == nil {
		return nil, false
	}
	job.shown.State, job.shown.Read, job.shown.Size = web.ImportChecking, 0, 0
	if job.confirmed {
		job.shown.State = web.ImportImporting
	}
	return job, !job.confirmed
}

// describe says for people why a file was not imported.
func (s *importService) describe(ctx context.Context, err error, job *importJob) string {
	switch {
	case ctx.Err() != nil:
		return "Interrupted."
	case errors.Is(err, exchange.ErrNoZone):
		return err.Error() + "; name the time zone in the form"
	}
	// People know neither the folder nor the name in it.
	return strings.ReplaceAll(strings.ReplaceAll(err.Error(), job.path, "the file"), job.folder, "the folder")
}
