// SPDX-License-Identifier: MIT

// Command pack turns the programs that deploy/release has built into the
// downloads of a release: archives, the add-on, what Debian packages contain,
// the licences of what is linked, bills of materials and checksums. The same
// input gives the same bytes. It does not build or upload anything.
package main

import (
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1) //nolint:forbidigo // this is main
	}
}

// usage has one line for each way to call it.
const usage = `usage: pack VERSION SECONDS REPOSITORY PROGRAMS RESULT
       pack debian VERSION SECONDS REPOSITORY PROGRAMS RESULT MAINTAINER
       pack licences PROGRAM... RESULT`

// run does what the first word says. Without one it packs a release. It takes the
// version, the time of the release in seconds, the repository, the folder with
// the programs, and the folder for the result.
func run(args []string) error {
	if len(args) > 2 && args[0] == "licences" {
		return writeLicences(".", args[1:len(args)-1], args[len(args)-1])
	}
	debian := len(args) == 7 && args[0] == "debian"
	if debian {
		args = args[1:]
	} else if len(args) != 5 {
		return errors.New(usage)
	}
	version := args[0]
	if !regexp.MustCompile(`^\d+\.\d+\.\d+(-[0-9A-Za-z.]+)?$`).MatchString(version) {
		return fmt.Errorf("invalid version %q: want one such as 1.2.3 or 1.2.3-rc.1", version)
	}
	seconds, err := strconv.ParseInt(args[1], 10, 64)
	if err != nil {
		return fmt.Errorf("the time of the release: %w", err)
	}
	r := release{
		version: version, time: time.Unix(seconds, 0).UTC(), repository: args[2], programs: args[3], result: args[4],
		authorities: caCertificates, level: gzip.BestCompression,
	}
	r.modules = func(programs ...string) ([]module, error) { return linkedModules(r.repository, programs...) }
	if debian {
		r.maintainer = args[5]
		return r.debian()
	}
	return r.pack()
}

// caCertificates is where Debian keeps the certificates that the add-on takes
// along.
const caCertificates = "/etc/ssl/certs/ca-certificates.crt"

// writeLicences writes the licences of what programs are linked with, for
// images, which are built without deploy/release.
func writeLicences(repository string, programs []string, result string) error {
	modules, err := linkedModules(repository, programs...)
	if err != nil {
		return err
	}
	text, err := thirdPartyLicences(modules)
	if err != nil {
		return err
	}
	if err := os.WriteFile(result, text, 0o644); err != nil { //nolint:gosec,forbidigo // a public file
		return fmt.Errorf("writing the licences: %w", err)
	}
	return nil
}
