// SPDX-License-Identifier: MIT

// Command image makes the container image of a Dockerfile for several kinds of
// machines, as an OCI image layout in a tar archive, from files that are built
// already. It needs no container engine and no registry, and the same input
// gives the same bytes. The last stage of the Dockerfile is what it follows.
package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1) //nolint:forbidigo // this is main
	}
}

// usage: a PLATFORM is such as linux/arm/v7, its FOLDER has what is copied. A
// NAME is that of an ARG; BUILD_ARCH is set already.
const usage = "usage: image DOCKERFILE TAG SECONDS RESULT (PLATFORM=FOLDER | NAME=VALUE), repeated"

// request is one call of the program.
type request struct {
	dockerfile, tag, result string
	time                    time.Time
	platforms               []source
	args                    map[string]string
}

// source is a folder with what is copied into the image of a platform.
type source struct {
	platform platform
	folder   string
}

func parse(args []string) (r request, err error) {
	if len(args) < 5 {
		return r, errors.New(usage)
	}
	seconds, err := strconv.ParseInt(args[2], 10, 64)
	if err != nil {
		return r, fmt.Errorf("the time of the image: %w", err)
	}
	r = request{dockerfile: args[0], tag: args[1], time: time.Unix(seconds, 0).UTC(), result: args[3], args: map[string]string{}}
	for _, arg := range args[4:] {
		name, value, found := strings.Cut(arg, "=")
		switch parts := strings.Split(name, "/"); {
		case !found || len(parts) > 3 || len(parts) > 1 && parts[0] != "linux":
			return r, fmt.Errorf("%s: %s", arg, usage)
		case len(parts) == 1:
			r.args[name] = value
		default:
			p := platform{OS: parts[0], Architecture: parts[1]}
			if len(parts) == 3 {
				p.Variant = parts[2]
			}
			r.platforms = append(r.platforms, source{p, value})
		}
	}
	if len(r.platforms) == 0 {
		return r, errors.New("no platform: " + usage)
	}
	return r, nil
}

// run makes one layout.
func run(args []string) error {
	r, err := parse(args)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(r.dockerfile)
	if err != nil {
		return fmt.Errorf("reading the Dockerfile: %w", err)
	}
	l := layout{when: r.time, files: map[string][]byte{}}
	var images []descriptor
	var labels map[string]string
	for _, from := range r.platforms {
		values := maps.Clone(r.args)
		values["BUILD_ARCH"] = supervisorName(from.platform)
		stage, err := readRecipe(string(text), values)
		if err != nil {
			return fmt.Errorf("%s: %w", r.dockerfile, err)
		}
		image, err := l.image(stage, from.platform, from.folder)
		if err != nil {
			return fmt.Errorf("%s: %w", from.folder, err)
		}
		images, labels = append(images, image), stage.config.Labels
	}
	archive, err := l.finish(r.tag, images, labels)
	if err != nil {
		return err
	}
	if err := os.WriteFile(r.result, archive, 0o644); err != nil { //nolint:gosec,forbidigo // a public file
		return fmt.Errorf("writing the image: %w", err)
	}
	return nil
}

// supervisorName is what Home Assistant's Supervisor calls a platform.
func supervisorName(p platform) string {
	if p.Architecture == "arm64" {
		return "aarch64"
	}
	return p.Architecture
}
