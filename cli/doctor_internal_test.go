// SPDX-License-Identifier: MIT

package cli

import (
	"testing"

	"vitals2mqtt/doctor"
)

// Colour is off where the user or the terminal does not want it.
func TestTerminalStyle(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		environ    variables
		hasEscapes bool
		want       doctor.Style
	}{
		{variables{"TERM=xterm"}, true, doctor.Style{Color: true, Live: true, Width: 80}},
		{variables{"TERM=xterm", "NO_COLOR="}, true, doctor.Style{Color: true, Live: true, Width: 80}},
		{variables{"TERM=xterm", "NO_COLOR=1"}, true, doctor.Style{Live: true, Width: 80}},
		{variables{"TERM=dumb"}, true, doctor.Style{Width: 80}},
		{variables{"TERM=xterm"}, false, doctor.Style{Width: 80}},
	} {
		if got := terminalStyle(row.environ, 80, row.hasEscapes); got != row.want {
			t.Errorf("%v: %+v, want %+v", row.environ, got, row.want)
		}
	}
}

// A wildcard listening address cannot be dialed.
func TestLocalAddress(t *testing.T) {
	t.Parallel()
	for listen, want := range map[string]string{
		":18190": "127.0.0.1:18190", "0.0.0.0:1883": "127.0.0.1:1883", "[::]:1883": "127.0.0.1:1883",
		"localhost:1883": "localhost:1883", "[::1]:1883": "[::1]:1883", "192.0.2.7:1": "192.0.2.7:1",
		"broker": "broker",
	} {
		if got := localAddress(listen); got != want {
			t.Errorf("%s: %s, want %s", listen, got, want)
		}
	}
}
