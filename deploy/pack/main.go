// Command pack turns the programs that deploy/release has built into the
// downloads of a release: archives, the add-on, bills of materials and
// checksums. The same input gives the same bytes. It does not build or upload
// anything.
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

// run takes the version, the time of the release in seconds, the repository,
// the folder with the programs, and the folder for the result.
func run(args []string) error {
	if len(args) != 5 {
		return errors.New("usage: pack VERSION SECONDS REPOSITORY PROGRAMS RESULT")
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
	return r.pack()
}

// caCertificates is where Debian keeps the certificates that the add-on takes
// along.
const caCertificates = "/etc/ssl/certs/ca-certificates.crt"
