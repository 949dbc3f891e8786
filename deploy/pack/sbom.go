package main

import (
	"cmp"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// The parts of CycloneDX 1.6 that a Go program can fill.
type (
	sbom struct {
		Format       string       `json:"bomFormat"`
		Spec         string       `json:"specVersion"`
		Version      int          `json:"version"`
		Metadata     metadata     `json:"metadata"`
		Components   []component  `json:"components"`
		Dependencies []dependency `json:"dependencies"`
	}
	metadata struct {
		Timestamp  string     `json:"timestamp"`
		Component  component  `json:"component"`
		Properties []property `json:"properties,omitempty"`
	}
	component struct {
		Type       string     `json:"type"`
		Ref        string     `json:"bom-ref"`
		Name       string     `json:"name"`
		Version    string     `json:"version"`
		PackageURL string     `json:"purl"`
		Hashes     []hash     `json:"hashes,omitempty"`
		Licences   []licence  `json:"licenses,omitempty"`
		Properties []property `json:"properties,omitempty"`
	}
	hash struct {
		Algorithm string `json:"alg"`
		Content   string `json:"content"`
	}
	licence struct {
		Licence struct {
			ID string `json:"id"`
		} `json:"license"`
	}
	property struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	dependency struct {
		Ref       string   `json:"ref"`
		DependsOn []string `json:"dependsOn"`
	}
)

// licenceID is the SPDX identifier of what stands in LICENSE.
const licenceID = "MIT"

// buildSBOM says what a program is made of, as the program itself knows:
// no module that is not linked, none left out.
func buildSBOM(path string, t target, r release) ([]byte, error) {
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading what the program of %s is made of: %w", t.name(), err)
	}
	data, err := os.ReadFile(path) //nolint:gosec // what deploy/release has built
	if err != nil {
		return nil, fmt.Errorf("reading the program of %s: %w", t.name(), err)
	}
	sum := sha256.Sum256(data)
	program := component{
		Type: "application", Name: "vitals2mqtt", Version: r.version, PackageURL: packageURL(info.Main.Path, r.version),
		Hashes: []hash{{"SHA-256", hex.EncodeToString(sum[:])}},
	}
	program.Ref = program.PackageURL
	program.Licences = make([]licence, 1)
	program.Licences[0].Licence.ID = licenceID
	parts := []component{moduleComponent("std", strings.TrimPrefix(info.GoVersion, "go"), "")}
	for _, module := range info.Deps {
		module = cmp.Or(module.Replace, module)
		parts = append(parts, moduleComponent(module.Path, module.Version, module.Sum))
	}
	slices.SortFunc(parts, func(a, b component) int { return strings.Compare(a.Ref, b.Ref) })
	links := []dependency{{Ref: program.Ref, DependsOn: []string{}}}
	for _, part := range parts {
		links[0].DependsOn = append(links[0].DependsOn, part.Ref)
	}
	out, err := json.MarshalIndent(sbom{
		Format: "CycloneDX", Spec: "1.6", Version: 1,
		Metadata:   metadata{Timestamp: r.time.Format(time.RFC3339), Component: program, Properties: buildSettings(info)},
		Components: parts, Dependencies: links,
	}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the bill of materials of %s: %w", t.name(), err)
	}
	return append(out, '\n'), nil
}

func moduleComponent(name, version, sum string) component {
	part := component{Type: "library", Name: name, Version: version, PackageURL: packageURL(name, version)}
	part.Ref = part.PackageURL
	if sum != "" {
		part.Properties = []property{{"go.sum", sum}}
	}
	return part
}

// packageURL is the package URL of a module, as scanners look it up.
func packageURL(name, version string) string { return "pkg:golang/" + name + "@" + version }

// buildSettings are those of the build that change what comes out.
func buildSettings(info *buildinfo.BuildInfo) []property {
	var out []property
	for _, setting := range info.Settings {
		switch setting.Key {
		case "GOOS", "GOARCH", "GOARM", "GOAMD64", "GOARM64", "CGO_ENABLED":
			out = append(out, property{setting.Key, setting.Value})
		}
	}
	return out
}
