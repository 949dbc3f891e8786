package cli

import "testing"

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
