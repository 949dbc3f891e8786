package cli

import "testing"

// Where a daemon listens is not always where it can be reached.
func TestEmbeddedBrokerURLIsLocal(t *testing.T) {
	t.Parallel()
	for listen, want := range map[string]string{
		":18190": "mqtt://127.0.0.1:18190", "0.0.0.0:1883": "mqtt://127.0.0.1:1883", "[::]:1883": "mqtt://127.0.0.1:1883",
		"localhost:1883": "mqtt://localhost:1883", "[::1]:1883": "mqtt://[::1]:1883", "192.0.2.7:1": "mqtt://192.0.2.7:1",
	} {
		if got := embeddedBrokerURL(listen); got != want {
			t.Errorf("%s: %s, want %s", listen, got, want)
		}
	}
}
