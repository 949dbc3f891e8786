// SPDX-License-Identifier: MIT

package cli

import (
	"net"
	"net/netip"
	"net/url"
	"strings"

	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
)

// configDump is the configuration without private data: kinds of addresses,
// sizes of lists, and whether a value is set.
type configDump struct {
	BaseURL       string            `json:"base_url"`
	CallbackURL   string            `json:"callback_url"`
	Cloud         string            `json:"cloud"`
	PerMinute     int               `json:"requests_per_minute"`
	Attributions  map[int]string    `json:"attributions,omitempty"`
	ExtraTypes    []int             `json:"extra_types,omitempty"`
	MQTT          mqttDump          `json:"mqtt"`
	HomeAssistant homeAssistantDump `json:"homeassistant"`
	Notifications notificationsDump `json:"notifications"`
	History       historyDump       `json:"history"`
	Web           webDump           `json:"web"`
	ReleaseCheck  string            `json:"release_check_url"`
	StateDir      string            `json:"state_dir"`
	LogLevel      string            `json:"log_level"`
	LogFormat     string            `json:"log_format"`
}

type mqttDump struct {
	URL       string `json:"url"`
	Listen    string `json:"listen"`
	Username  bool   `json:"username_set"`
	Password  bool   `json:"password_set"`
	BaseTopic string `json:"base_topic"`
	ClientID  bool   `json:"client_id_set"`
	KeepAlive string `json:"keepalive"`
	QoS       int    `json:"qos"`
	CA        bool   `json:"ca_file_set"`
	Client    bool   `json:"client_certificate_set"`
	Insecure  bool   `json:"insecure"`
	Bare      bool   `json:"view_bare"`
	Detail    bool   `json:"view_detail"`
	Snapshot  bool   `json:"view_snapshot"`
}

type homeAssistantDump struct {
	Discovery    bool   `json:"discovery"`
	Prefix       string `json:"discovery_prefix"`
	BirthTopic   string `json:"birth_topic"`
	BirthPayload string `json:"birth_payload"`
	Language     string `json:"language"`
	Images       bool   `json:"images"`
	URL          string `json:"url"`
	Token        bool   `json:"token_set"`
}

type notificationsDump struct {
	PublicURL string `json:"public_url"`
	Listen    string `json:"listen"`
	Proxies   int    `json:"trusted_proxies"`
	Sources   int    `json:"sources"`
	Relaxed   string `json:"relaxed_schedule"`
}

type historyDump struct {
	Keep     string `json:"keep"`
	Mirror   string `json:"mirror_url"`
	Token    bool   `json:"mirror_token_set"`
	Username bool   `json:"mirror_username_set"`
	Database bool   `json:"mirror_database_set"`
	Org      bool   `json:"mirror_org_set"`
}

type webDump struct {
	Enabled  bool   `json:"enabled"`
	Listen   string `json:"listen"`
	Auth     string `json:"auth"`
	Password bool   `json:"password_set"`
	Hosts    int    `json:"trusted_hosts"`
	Calendar bool   `json:"calendar"`
}

func dumpConfig(c *config.Config) *configDump {
	d := &configDump{
		BaseURL:      redactAddress(c.Withings.BaseURL),
		CallbackURL:  redactAddress(c.Withings.CallbackURL),
		Cloud:        redactAddress(c.Withings.APIURL),
		PerMinute:    c.Withings.RequestsPerMinute,
		Attributions: map[int]string{},
		ReleaseCheck: redactAddress(c.ReleaseCheck.URL),
		StateDir:     defaultOrOther(c.StateDir, "/var/lib/vitals2mqtt"),
		LogLevel:     c.Log.Level,
		LogFormat:    c.Log.Format,
		MQTT: mqttDump{
			URL:       redactAddress(c.MQTT.URL),
			Listen:    redactAddress(c.MQTT.Listen),
			Username:  c.MQTT.Username != "",
			Password:  !c.MQTT.Password.IsEmpty(),
			BaseTopic: defaultOrOther(c.MQTT.BaseTopic, "vitals2mqtt"),
			ClientID:  c.MQTT.ClientID != "",
			KeepAlive: c.MQTT.KeepAlive.String(),
			QoS:       c.MQTT.QoS,
			CA:        c.MQTT.TLS.CAFile != "",
			Client:    c.MQTT.TLS.CertFile != "",
			Insecure:  c.MQTT.TLS.Insecure,
			Bare:      c.MQTT.Views.Bare,
			Detail:    c.MQTT.Views.Detail,
			Snapshot:  c.MQTT.Views.Snapshot,
		},
		HomeAssistant: homeAssistantDump{
			Discovery:    c.HomeAssistant.Discovery,
			Prefix:       defaultOrOther(c.HomeAssistant.DiscoveryPrefix, "homeassistant"),
			BirthTopic:   defaultOrOther(c.HomeAssistant.BirthTopic, "homeassistant/status"),
			BirthPayload: defaultOrOther(c.HomeAssistant.BirthPayload, "online"),
			Language:     c.HomeAssistant.Language,
			Images:       c.HomeAssistant.Images,
			URL:          redactAddress(c.HomeAssistant.URL),
			Token:        !c.HomeAssistant.Token.IsEmpty(),
		},
		Notifications: notificationsDump{
			PublicURL: redactAddress(c.Notifications.PublicURL),
			Listen:    redactAddress(c.Notifications.Listen),
			Proxies:   len(c.Notifications.TrustedProxies),
			Sources:   len(c.Notifications.Sources),
			Relaxed:   redactSchedule(c.Notifications.RelaxedSchedule.Spec),
		},
		History: historyDump{
			Keep:     c.History.Keep.Spec,
			Mirror:   redactAddress(c.History.Mirror.URL),
			Token:    !c.History.Mirror.Token.IsEmpty(),
			Username: c.History.Mirror.Username != "",
			Database: c.History.Mirror.Database != "",
			Org:      c.History.Mirror.Org != "",
		},
		Web: webDump{
			Enabled:  c.Web.Enabled,
			Listen:   redactAddress(c.Web.Listen),
			Auth:     c.Web.Auth,
			Password: !c.Web.Password.IsEmpty(),
			Hosts:    len(c.Web.TrustedHosts),
			Calendar: c.Web.Calendar,
		},
	}
	for number, action := range c.Withings.Attributions {
		d.Attributions[number] = string(action)
	}
	for _, row := range c.Withings.ExtraTypes {
		d.ExtraTypes = append(d.ExtraTypes, row.Measure)
	}
	return d
}

// defaultOrOther distinguishes the default from other values, which are not
// shown.
func defaultOrOther(value, defaultValue string) string {
	switch value {
	case "":
		return "none"
	case defaultValue:
		return "default"
	}
	return "another"
}

// redactSchedule removes the time zone from a schedule: it names a place.
func redactSchedule(spec string) string {
	if zone, rest, ok := strings.Cut(spec, " "); ok && strings.Contains(zone, "TZ=") {
		return "TZ=… " + rest
	}
	return spec
}

// redactAddress returns the kind of an address instead of the address.
func redactAddress(address string) string {
	if address == "" {
		return "none"
	}
	if address == daemon.EmbeddedBroker {
		return daemon.EmbeddedBroker
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		u = &url.URL{Host: address} // HOST:PORT
	}
	text := hostKind(u.Hostname())
	if u.Scheme != "" {
		text = u.Scheme + "://" + text
	}
	if port := u.Port(); port != "" {
		text += ":" + port
	}
	if strings.Trim(u.Path, "/") != "" {
		text += "/…"
	}
	return text
}

func hostKind(host string) string {
	address, err := netip.ParseAddr(strings.Trim(host, "[]"))
	if err != nil {
		if h, _, split := net.SplitHostPort(host); split == nil {
			return hostKind(h)
		}
		switch {
		case strings.HasSuffix(host, ".withings.net") || strings.HasSuffix(host, ".withings.com"):
			return "<the vendor>"
		case host == "" || host == "localhost":
			return "<this machine>"
		case !strings.Contains(host, "."):
			return "<short name>"
		case strings.HasSuffix(host, ".local"), strings.HasSuffix(host, ".lan"), strings.HasSuffix(host, ".home.arpa"):
			return "<local name>"
		}
		return "<name>"
	}
	switch {
	case address.IsLoopback():
		return "<this machine>"
	case address.IsUnspecified():
		return "<all addresses>"
	case address.IsPrivate(), address.IsLinkLocalUnicast():
		return "<private address>"
	}
	return "<address>"
}
