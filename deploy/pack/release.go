// SPDX-License-Identifier: MIT

package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"time"
)

// release is the input of a release, and the folder for its files.
type release struct {
	version                      string
	time                         time.Time
	repository, programs, result string
	authorities                  string
	level                        int // of compression
	// modules returns what programs are linked with.
	modules func(programs ...string) ([]module, error)
	// maintainer of Debian packages: a name and an address.
	maintainer string
}

// target is one kind of machine.
type target struct {
	system, machine string
	// addon is the machine's name at Home Assistant, "" where there are no
	// apps.
	addon string
	// debian is its architecture at Debian, "" where there is no package.
	debian string
}

// sbomSuffix ends the name of the bill of materials beside a program.
const sbomSuffix = ".cdx.json"

// targets are the machines that a release is for.
func targets() []target {
	return []target{
		{system: "linux", machine: "amd64", addon: "amd64", debian: "amd64"},
		{system: "linux", machine: "arm64", addon: "aarch64", debian: "arm64"},
		{system: "linux", machine: "armv7"},
		// Raspberry Pi OS says armhf on machines with ARMv6, too.
		{system: "linux", machine: "armv6", debian: "armhf"},
		{system: "darwin", machine: "amd64"},
		{system: "darwin", machine: "arm64"},
		{system: "windows", machine: "amd64"},
	}
}

func (t target) name() string { return t.system + "_" + t.machine }

func (t target) suffix() string {
	if t.system == "windows" {
		return ".exe"
	}
	return ""
}

// pack makes all files of the release. The folder for them must exist and
// should be empty.
func (r release) pack() error {
	made := map[string][]byte{}
	programs := map[string][]byte{}
	for _, target := range targets() {
		path := filepath.Join(r.programs, target.name()+target.suffix())
		program, err := os.ReadFile(path) //nolint:gosec // what deploy/release has built
		if err != nil {
			return fmt.Errorf("reading the program of %s: %w", target.name(), err)
		}
		programs[target.addon] = program
		files, err := r.files(target, path, program)
		if err != nil {
			return err
		}
		name := "vitals2mqtt_" + r.version + "_" + target.name()
		if target.system == "windows" {
			made[name+".zip"], err = zipArchive(name, files, r.time, r.level)
		} else {
			made[name+".tar.gz"], err = tarGz(name, files, r.time, r.level)
		}
		if err != nil {
			return fmt.Errorf("packing %s: %w", target.name(), err)
		}
		if made[name+".cdx.json"], err = completeSBOM(path+sbomSuffix, r); err != nil {
			return err
		}
	}
	files, err := r.addon(programs)
	if err != nil {
		return err
	}
	name := "vitals2mqtt_" + r.version + "_homeassistant-app"
	if made[name+".tar.gz"], err = tarGz(name, files, r.time, r.level); err != nil {
		return fmt.Errorf("packing the app: %w", err)
	}
	return r.write(made)
}

// licences is the file with the licences of what is linked into programs.
func (r release) licences(programs ...string) (file, error) {
	modules, err := r.modules(programs...)
	if err != nil {
		return file{}, err
	}
	text, err := thirdPartyLicences(modules)
	return file{name: licencesFile, data: text}, err
}

// files are the contents of an archive for a machine: the program, and what
// users read and install, under their paths in the repository.
func (r release) files(t target, path string, program []byte) ([]file, error) {
	licences, err := r.licences(path)
	if err != nil {
		return nil, err
	}
	names, err := linkedFiles(r.repository, "README.md", "LICENSE", "config.example.yaml", "config/config.schema.json",
		"deploy/systemd/vitals2mqtt.service", "deploy/systemd/vitals2mqtt.sysusers", "deploy/mosquitto/acl",
		"docs/vitals2mqtt.1")
	if err != nil {
		return nil, err
	}
	files := []file{{name: "vitals2mqtt" + t.suffix(), data: program, program: true}, licences}
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(r.repository, filepath.FromSlash(name)))
		if err != nil {
			return nil, fmt.Errorf("reading the files to pack: %w", err)
		}
		files = append(files, file{name: name, data: data})
	}
	return files, nil
}

// addon is the app's folder with the programs in it: complete, so that the
// Supervisor builds it without a network.
func (r release) addon(programs map[string][]byte) ([]file, error) {
	root := filepath.Join(r.repository, "deploy", "addon")
	var files []file
	for _, pattern := range []string{"vitals2mqtt/*", "vitals2mqtt/translations/*.yaml"} {
		paths, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		if err != nil || len(paths) == 0 {
			return nil, fmt.Errorf("the app has no %s: %w", pattern, err)
		}
		for _, path := range paths {
			if info, err := os.Stat(path); err != nil || info.IsDir() {
				continue
			}
			data, err := os.ReadFile(path) //nolint:gosec // of this repository
			if err != nil {
				return nil, fmt.Errorf("reading the app: %w", err)
			}
			name, err := filepath.Rel(root, path)
			if err != nil {
				return nil, fmt.Errorf("reading the app: %w", err)
			}
			files = append(files, file{name: filepath.ToSlash(name), data: data})
		}
	}
	for i := range files {
		if files[i].name != "vitals2mqtt/config.yaml" {
			continue
		}
		files[i].data = localApp(files[i].data, r.version)
		if !bytes.Contains(files[i].data, []byte("\nversion: \""+r.version+"\"\n")) {
			return nil, fmt.Errorf("%s has no version", files[i].name)
		}
	}
	var paths []string
	for _, target := range targets() {
		if target.addon != "" {
			paths = append(paths, filepath.Join(r.programs, target.name()))
			files = append(files, file{
				name: "vitals2mqtt/vitals2mqtt-" + target.addon, data: programs[target.addon], program: true,
			})
		}
	}
	licences, err := r.licences(paths...)
	if err != nil {
		return nil, err
	}
	licence, err := os.ReadFile(filepath.Join(r.repository, "LICENSE"))
	if err != nil {
		return nil, fmt.Errorf("reading the files to pack: %w", err)
	}
	// In the folder that the Supervisor builds from: they are in the image as well.
	licences.name = "vitals2mqtt/" + licences.name
	files = append(files, licences, file{name: "vitals2mqtt/LICENSE", data: licence})
	certificates, err := os.ReadFile(r.authorities)
	if err != nil {
		return nil, fmt.Errorf("the app needs certificate authorities (Debian's package ca-certificates): %w", err)
	}
	return append(files, file{name: "vitals2mqtt/ca-certificates.crt", data: certificates}), nil
}

var (
	appVersion = regexp.MustCompile(`(?m)^version: .*$`)
	appImage   = regexp.MustCompile(`(?m)^image: .*\n`)
)

// localApp is the configuration of an app that the Supervisor builds itself. It
// offers an update when the version changes; an image would be fetched instead.
func localApp(config []byte, version string) []byte {
	return appImage.ReplaceAll(appVersion.ReplaceAll(config, []byte(`version: "`+version+`"`)), nil)
}

// write writes everything to the folder of the result, with SHA256SUMS of all
// files that are there then.
func (r release) write(made map[string][]byte) error {
	for name, data := range made {
		if err := r.writeFile(name, data); err != nil {
			return err
		}
	}
	entries, err := os.ReadDir(r.result) // sorted
	if err != nil {
		return fmt.Errorf("reading the release: %w", err)
	}
	var sums bytes.Buffer
	for _, entry := range entries {
		data, err := os.ReadFile(filepath.Join(r.result, entry.Name()))
		if err != nil {
			return fmt.Errorf("reading the release: %w", err)
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(data), entry.Name())
	}
	return r.writeFile("SHA256SUMS", sums.Bytes())
}

func (r release) writeFile(name string, data []byte) error {
	path := filepath.Join(r.result, name)
	if err := os.WriteFile(path, data, 0o644); err != nil { //nolint:gosec,forbidigo // public files
		return fmt.Errorf("writing the release: %w", err)
	}
	return nil
}
