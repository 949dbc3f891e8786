// SPDX-License-Identifier: MIT

// Command vitals2mqtt publishes the measurements of Withings accounts to MQTT
// and Home Assistant. It contains no logic: see package cli.
package main

import (
	_ "embed"
	"os"
	_ "time/tzdata" // container images may lack time zones

	"vitals2mqtt/cli"
)

// version is set by the linker for releases.
var version string //nolint:gochecknoglobals // the linker can only set a package variable

//go:embed config.example.yaml
var example []byte //nolint:gochecknoglobals // embedding needs a package variable

func main() {
	program := cli.Program{
		Version: version,
		Example: example,
		Stdin:   os.Stdin,
		Stdout:  os.Stdout,
		Stderr:  os.Stderr,
		Environ: os.Environ(),

		OwnsProcess: true,
	}
	os.Exit(program.Run(os.Args[1:]))
}
