// SPDX-License-Identifier: MIT

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"strconv"
	"strings"
	"time"
)

// recipe is the last stage of a Dockerfile: what an image says of itself, and
// the files that are copied into it.
type recipe struct {
	config config
	copies []copyStep
}

// config is the part of an image's configuration that a Dockerfile sets, with
// the names that engines expect. The health check is an extension of Docker's,
// which OCI does not define.
type config struct {
	User         string              `json:"User,omitempty"`
	ExposedPorts map[string]struct{} `json:"ExposedPorts,omitempty"`
	Entrypoint   []string            `json:"Entrypoint,omitempty"`
	Cmd          []string            `json:"Cmd,omitempty"`
	Healthcheck  *healthcheck        `json:"Healthcheck,omitempty"`
	Volumes      map[string]struct{} `json:"Volumes,omitempty"`
	WorkingDir   string              `json:"WorkingDir,omitempty"`
	Labels       map[string]string   `json:"Labels,omitempty"`
}

// healthcheck has its durations in nanoseconds.
type healthcheck struct {
	Test        []string      `json:"Test"`
	Interval    time.Duration `json:"Interval,omitempty"`
	Timeout     time.Duration `json:"Timeout,omitempty"`
	StartPeriod time.Duration `json:"StartPeriod,omitempty"`
}

// copyStep is one COPY. What is given to a user is private to that user.
type copyStep struct {
	from     []string
	to       string // ends in / if what is copied gets its own name in there
	uid, gid int
	private  bool
	text     string
}

// readRecipe reads the last stage of a Dockerfile with values for its ARGs. It
// refuses what it does not know, so that no instruction is lost.
func readRecipe(text string, args map[string]string) (recipe, error) {
	var r recipe
	values := map[string]string{}
	for _, line := range instructions(text) {
		name, rest, _ := strings.Cut(line, " ")
		if name == "FROM" {
			r, values = recipe{}, map[string]string{}
			if rest != "scratch" {
				continue
			}
			r.config.Labels = map[string]string{}
			continue
		}
		if r.config.Labels == nil {
			continue // of another stage
		}
		if name == "ARG" {
			name, value, _ := strings.Cut(rest, "=")
			values[name] = strings.Trim(value, `"`)
			if given, ok := args[name]; ok {
				values[name] = given
			}
			continue
		}
		if err := r.add(name, os.Expand(rest, func(name string) string { return values[name] })); err != nil {
			return r, fmt.Errorf("%s: %w", line, err)
		}
	}
	if r.config.Labels == nil {
		return r, errors.New("the last stage is not from scratch")
	}
	return r, nil
}

// instructions are the lines of a Dockerfile without comments, each whole.
func instructions(text string) (lines []string) {
	whole := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		part, continued := strings.CutSuffix(line, `\`)
		whole += strings.TrimSpace(part) + " "
		if !continued {
			lines, whole = append(lines, strings.TrimSpace(whole)), ""
		}
	}
	return lines
}

// add adds one instruction.
func (r *recipe) add(name, rest string) (err error) {
	switch name {
	case "LABEL":
		for _, word := range words(rest) {
			key, value, _ := strings.Cut(word, "=")
			if value != "" { // such as an address that is not known
				r.config.Labels[key] = value
			}
		}
	case "COPY":
		step, err := readCopy(rest)
		r.copies = append(r.copies, step)
		return err
	case "USER":
		r.config.User = rest
	case "WORKDIR":
		r.config.WorkingDir = rest
	case "VOLUME":
		r.config.Volumes = map[string]struct{}{rest: {}}
	case "EXPOSE":
		r.config.ExposedPorts = map[string]struct{}{rest + "/tcp": {}}
	case "ENTRYPOINT":
		err = json.Unmarshal([]byte(rest), &r.config.Entrypoint)
	case "CMD":
		err = json.Unmarshal([]byte(rest), &r.config.Cmd)
	case "HEALTHCHECK":
		r.config.Healthcheck, err = readHealthcheck(rest)
	default:
		return errors.New("unknown instruction")
	}
	return err
}

// words splits a line at spaces outside quotes, and removes the quotes.
func words(line string) []string {
	quoted := false
	var out []string
	for _, part := range strings.FieldsFunc(line, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return r == ' ' && !quoted
	}) {
		out = append(out, strings.ReplaceAll(part, `"`, ""))
	}
	return out
}

// readCopy reads what follows COPY. From which stage does not matter: the
// folder of a platform has the files of all of them.
func readCopy(rest string) (copyStep, error) {
	step := copyStep{text: "COPY " + rest}
	var paths []string
	for word := range strings.FieldsSeq(rest) {
		option, value, _ := strings.Cut(word, "=")
		switch {
		case option == "--from":
		case option == "--chown":
			user, group, _ := strings.Cut(value, ":")
			uid, err := strconv.Atoi(user)
			gid, again := strconv.Atoi(group)
			if err := errors.Join(err, again); err != nil {
				return step, err
			}
			step.uid, step.gid, step.private = uid, gid, true
		case strings.HasPrefix(word, "--"):
			return step, fmt.Errorf("unknown option %s", word)
		default:
			paths = append(paths, word)
		}
	}
	last := len(paths) - 1
	if last < 1 || !path.IsAbs(paths[last]) || last > 1 && !strings.HasSuffix(paths[last], "/") {
		return step, errors.New("want sources and an absolute destination")
	}
	step.from, step.to = paths[:last], paths[last]
	return step, nil
}

func readHealthcheck(rest string) (*healthcheck, error) {
	options, command, found := strings.Cut(rest, " CMD ")
	var h healthcheck
	if err := json.Unmarshal([]byte(command), &h.Test); !found || err != nil {
		return nil, errors.Join(errors.New("want a command as a list"), err)
	}
	h.Test = append([]string{"CMD"}, h.Test...)
	for option := range strings.FieldsSeq(options) {
		name, value, _ := strings.Cut(option, "=")
		duration, err := time.ParseDuration(value)
		if err != nil {
			return nil, err
		}
		switch name {
		case "--interval":
			h.Interval = duration
		case "--timeout":
			h.Timeout = duration
		case "--start-period":
			h.StartPeriod = duration
		default:
			return nil, fmt.Errorf("unknown option %s", name)
		}
	}
	return &h, nil
}
