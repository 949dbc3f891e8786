// SPDX-License-Identifier: MIT

package mirror

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"vitals2mqtt/internal/secret"
)

// Target is a database that takes line protocol over HTTP.
type Target struct {
	// URL is the address of the database, or of its write endpoint. See WriteURL.
	URL string
	// Token takes precedence over Username and Password.
	Token    secret.Text
	Username string
	Password secret.Text
	// Database is also the bucket.
	Database string
	Org      string
}

// The write endpoints. InfluxDB 1 introduced the first, InfluxDB 2 the second;
// all other databases have at least one of them.
const (
	writePath  = "/write"
	bucketPath = "/api/v2/write"
)

// WriteURL is where lines are posted: the path of the URL if it has one, else
// that of InfluxDB 1, which nearly all others have too, and with a token that of
// InfluxDB 2, which InfluxDB 3 has too. Timestamps are in nanoseconds, the
// default of all of them, so that no precision is given.
func (t Target) WriteURL() (*url.URL, error) {
	address, err := url.Parse(t.URL)
	if err != nil || address.Host == "" {
		return nil, errors.New("invalid URL of the mirror")
	}
	if address.Path == "" || address.Path == "/" {
		address.Path = writePath
		if !t.Token.IsEmpty() {
			address.Path = bucketPath
		}
	}
	query := address.Query()
	set := func(name, value string) {
		if value != "" && !query.Has(name) {
			query.Set(name, value)
		}
	}
	if t.isBucketAPI(address) {
		set("bucket", t.Database)
		set("org", t.Org)
	} else {
		set("db", t.Database)
	}
	address.RawQuery = query.Encode()
	return address, nil
}

func (t Target) isBucketAPI(address *url.URL) bool {
	return strings.HasSuffix(address.Path, bucketPath)
}

// Name identifies the place where lines are stored, for cursors: another
// database is filled from the beginning. It reveals nothing.
func (t Target) Name() string {
	address, err := t.WriteURL()
	if err != nil {
		return ""
	}
	const length = 12
	sum := sha256.Sum256([]byte(address.String()))
	return hex.EncodeToString(sum[:length])
}

// Host is the host for messages.
func (t Target) Host() string {
	address, err := url.Parse(t.URL)
	if err != nil {
		return ""
	}
	return address.Host
}

// mask replaces the credentials in a text of the database, which may repeat what
// it refuses.
func (t Target) mask(text string) string {
	credentials := []string{t.Token.Reveal(), t.Password.Reveal()}
	if t.Username != "" {
		pair := t.Username + ":" + t.Password.Reveal()
		credentials = append(credentials, base64.StdEncoding.EncodeToString([]byte(pair)))
	}
	if address, err := url.Parse(t.URL); err == nil {
		query := address.Query()
		password, _ := address.User.Password()
		credentials = append(credentials, password, query.Get("p"), query.Get("password"), query.Get("token"))
	}
	const shortest = 4 // shorter ones are parts of words
	for _, credential := range credentials {
		if len(credential) >= shortest {
			text = strings.ReplaceAll(text, credential, secret.Mask)
		}
	}
	return text
}

// authorize adds the credentials. InfluxDB 2 has a scheme of its own.
func (t Target) authorize(request *http.Request) {
	switch {
	case !t.Token.IsEmpty() && t.isBucketAPI(request.URL):
		request.Header.Set("Authorization", "Token "+t.Token.Reveal())
	case !t.Token.IsEmpty():
		request.Header.Set("Authorization", "Bearer "+t.Token.Reveal())
	case t.Username != "":
		request.SetBasicAuth(t.Username, t.Password.Reveal())
	}
}
