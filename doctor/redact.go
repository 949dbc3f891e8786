package doctor

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"vitals2mqtt/withings"
)

// withError puts somebody else's words, those of an error, behind a finding's text;
// its Terse has their kind in their place.
func (f Finding) withError(words string, err error) Finding {
	f.Redacted = f.Text + ": " + errorKind(err)
	f.Text += ": " + words
	return f
}

// errorKind says in fixed words what kind of error it is. What an error says itself
// can name machines and people: a certificate lists whom it is for.
func errorKind(err error) string {
	if failure, ours := errors.AsType[*withings.Error](err); ours && (failure.Status != withings.NoStatus || failure.HTTP != 0) {
		return "status " + strconv.Itoa(failure.Status) + ", HTTP " + strconv.Itoa(failure.HTTP) + ", " + failure.Class.String()
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "no answer in time"
	}
	if errors.Is(err, context.Canceled) {
		return "stopped"
	}
	for _, row := range []struct{ part, kind string }{
		{"certificate signed by unknown authority", "certificate of an unknown authority"},
		{"certificate is valid for", "certificate for another name"},
		{"certificate is not valid", "certificate for another name"},
		{"cannot validate certificate", "certificate for another name"},
		{"certificate required", "a certificate of ours is required"},
		{"certificate has expired", "certificate has expired"},
		{"first record does not look like a TLS", "not encrypted"},
		{"HTTP response to HTTPS client", "not encrypted"},
		{"certificate", "certificate not trusted"},
		{"tls:", "encryption failed"},
		{"no such host", "no such host"},
		{"server misbehaving", "the name server does not answer"},
		{"connection refused", "connection refused"},
		{"network is unreachable", "network is unreachable"},
		{"no route to host", "no route to host"},
		{"address already in use", "address already in use"},
		{"cannot assign requested address", "not an address of this machine"},
		{"permission denied", "permission denied"},
		{"read-only file system", "read-only file system"},
		{"no space left", "no space left"},
		{"no such file", "no such file"},
		{"reset by peer", "hung up"},
		{"EOF", "hung up"},
		{"timeout", "no answer in time"},
		{"unacceptable protocol", "refused: protocol version"},
		{"identifier rejected", "refused: client id"},
		{"server unavailable", "refused: server unavailable"},
	} {
		if strings.Contains(strings.ToLower(err.Error()), strings.ToLower(row.part)) {
			return row.kind
		}
	}
	return "another error"
}
