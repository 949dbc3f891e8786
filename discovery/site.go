package discovery

import (
	"net/url"
	"strings"

	"vitals2mqtt/sensors"
	"vitals2mqtt/topics"
)

// programName is the constant part of every id and the name in every origin. It is
// not the base topic: that one can be configured, and ids must never change.
const programName = "vitals2mqtt"

// Identity is who publishes the documents.
type Identity struct {
	// Instance tells this bridge from others on the same broker; it never changes.
	Instance string
	// Version is the program's, "" when unknown.
	Version string
	// PageURL is the page's address for people, "" for none. Anything but an
	// http(s) address with a host and without credentials is left out.
	PageURL string
	// SupportURL is where people find help with the program, "" for none.
	SupportURL string
}

// Views says which of a value's topics are published.
type Views struct {
	Bare, Detail, Snapshot bool
}

// Site is what all documents of one bridge have in common.
type Site struct {
	Tree     topics.Tree
	Identity Identity
	Views    Views
}

// Profile is a person as the documents show one.
type Profile struct {
	// Slug is the person's topic level and the stem of entity ids.
	Slug string
	// Name is the person's name as configured.
	Name string
	// UserID is the account's id at the cloud; all ids are built from it, so it
	// and not the name decides which entities these are.
	UserID string
	// Push says that there are notifications, whose health is shown.
	Push bool
	// Sensors are the rows to show: configured, and ever had a value. What every
	// person has (authorization, refresh …) need not be among them.
	Sensors []sensors.Sensor
}

// BridgeID returns the id of the bridge's own device.
func (s Site) BridgeID() string { return programName + "_bridge_" + s.Identity.Instance }

// ProfileID returns the id of the device that stands for an account.
func ProfileID(userID string) string { return programName + "_" + userID }

func (i Identity) origin() object {
	origin := object{"name": programName}
	origin.setText("sw_version", i.Version)
	if isSafeLink(i.SupportURL) {
		origin.setText("support_url", i.SupportURL)
	}
	return origin
}

func (i Identity) device(id, name, model string) object {
	device := object{"identifiers": []string{id}, "name": name, "manufacturer": programName, "model": model}
	device.setText("sw_version", i.Version)
	if isSafeLink(i.PageURL) {
		device.setText("configuration_url", i.PageURL)
	}
	return device
}

// isSafeLink reports whether an address may stand in a document: everybody on the
// broker can read it, so credentials may not.
func isSafeLink(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (strings.EqualFold(u.Scheme, "http") || strings.EqualFold(u.Scheme, "https")) &&
		u.Hostname() != "" && u.User == nil
}
