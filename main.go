// Command vitals2mqtt carries the measurements of a health cloud to MQTT and
// Home Assistant. It holds no logic: package cli does.
package main

import (
	_ "embed"
	"os"
	_ "time/tzdata" // a container image need not bring time zones

	"vitals2mqtt/cli"
)

// version is set by the linker for releases.
var version string //nolint:gochecknoglobals // the linker can only set a package variable

//go:embed config.example.yaml
var example []byte //nolint:gochecknoglobals // embedding needs a package variable

func main() {
	program := cli.Program{Version: version, Example: example, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Environ: os.Environ()}
	os.Exit(program.Run(os.Args[1:]))
}
