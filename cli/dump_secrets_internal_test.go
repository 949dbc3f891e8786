package cli

import (
	"testing"

	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/push"
)

// A former address is still heard for a while, so it is as secret as the present one.
func TestDumpHidesFormerSecrets(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	first, err := checkpoint.OpenReadOnly(folder).RotateSecret(push.NewSecret)
	if err != nil {
		t.Fatal(err)
	}
	second, err := checkpoint.OpenReadOnly(folder).RotateSecret(push.NewSecret)
	if err != nil {
		t.Fatal(err)
	}
	secrets := knownSecrets(&config.Config{StateDir: folder})
	for _, word := range []string{first, second} {
		if !hasSecret("at /notify/"+word, secrets) {
			t.Error("a secret address is not known to be secret")
		}
	}
}
