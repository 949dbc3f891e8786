// SPDX-License-Identifier: MIT

package daemon

import (
	"cmp"
	"context"
	"errors"
	"time"

	"vitals2mqtt/exchange"
	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
)

// read reads a file into the archive, or for a dry run into a copy of it. The
// archive is another one than that of the daemon, so that the polls notice what
// has changed.
func (s *importService) read(ctx context.Context, job *importJob, dryRun bool) (_ exchange.Result, err error) {
	user, err := findAccount(s.config, s.state, job.options.Profile)
	if err != nil {
		return exchange.Result{}, err
	}
	archive, done, err := s.openTarget(ctx, dryRun)
	if err != nil {
		return exchange.Result{}, err
	}
	defer func() { err = errors.Join(err, done()) }()
	in, err := exchange.Open(job.path, exchange.FormatAuto, nil)
	if err != nil {
		return exchange.Result{}, err
	}
	defer func() { _ = in.Close() }() // it was only read
	in.DistanceUnit = job.options.DistanceUnit
	s.mu.Lock()
	job.shown.Size = in.Size()
	s.mu.Unlock()
	importer := exchange.Importer{
		Archive: archive,
		User:    user,
		Options: sensors.ApplyOptions{
			Policy:      s.config.Withings.Attributions,
			Now:         time.Now(),
			InitialSync: true,
			Zone:        cmp.Or(job.options.Zone, knownZone(ctx, archive, user)),
			Extra:       s.config.Withings.ExtraTypes,
		},
	}
	err = importer.Read(ctx, in, func(bytes int64) {
		s.mu.Lock()
		defer s.mu.Unlock()
		job.shown.Read += bytes
	})
	if err == nil && importer.Result.FilesRead() == 0 {
		err = exchange.InputError("there is no file of the vendor's download in it; " +
			"a CSV or JSON Lines file is imported by its own name")
	}
	return importer.Result, err
}

func (s *importService) openTarget(ctx context.Context, dryRun bool) (*history.Archive, func() error, error) {
	if dryRun {
		return OpenDryRun(ctx, s.config, s.files.folder)
	}
	archive, err := OpenArchive(ctx, s.config, false)
	if err != nil {
		return nil, nil, err
	}
	return archive, archive.Close, nil
}
