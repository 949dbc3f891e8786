// SPDX-License-Identifier: MIT

package docs_test

import (
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"vitals2mqtt/config"
)

// checkConfig loads a part of config.yaml with the real program, which must
// report neither an error nor a warning.
func checkConfig(t *testing.T, s *harness, b block) {
	t.Helper()
	text := b.text
	if !strings.Contains(text, "withings:") {
		text = "withings: {client_id: a, client_secret: b, profiles: [Alice]}\n" + text
	}
	path := filepath.Join(t.TempDir(), "config.yaml")
	must(t, os.WriteFile(path, []byte(text), 0o600))
	run, out := s.command(t.Context(), "vitals2mqtt --config '"+path+"' check")
	if err := run.Run(); err != nil || strings.Contains(out.String(), "warning") {
		t.Errorf("%s:%d: %v\n%s", b.path, b.line, err, out)
	}
}

// listenerAddress is the listener of notifications according to the pieces of
// config.yaml on a page.
type listenerAddress struct{ public, listen string }

func listenerAddresses(t *testing.T, p page) []listenerAddress {
	t.Helper()
	var all []listenerAddress
	for _, b := range p.blocks {
		var settings struct {
			Notifications struct {
				PublicURL string `yaml:"public_url"`
				Listen    string
			}
		}
		if b.kind != "yaml config" {
			continue
		}
		must(t, yaml.Unmarshal([]byte(b.text), &settings))
		if settings.Notifications.Listen != "" {
			all = append(all, listenerAddress{settings.Notifications.PublicURL, settings.Notifications.Listen})
		}
	}
	return all
}

// expectRoute checks that a proxy forwards a path below a host name to the
// program's listener, and no other path.
func expectRoute(t *testing.T, s *harness, b block, host, path, target string) {
	t.Helper()
	target = strings.TrimPrefix(target, "http://")
	if _, _, err := net.SplitHostPort(target); err != nil {
		t.Errorf("%s:%d leads to %q, which is no address (a path there would change the way)", b.path, b.line, target)
	}
	fits := slices.ContainsFunc(listenerAddresses(t, s.page), func(p listenerAddress) bool {
		public, err := url.Parse(p.public)
		must(t, err)
		return public.Hostname() == host && strings.TrimSuffix(public.Path, "/")+"/notify/" == path && p.listen == target
	})
	if !fits {
		t.Errorf("%s:%d leads %s%s to %s, which no configuration of the page says", b.path, b.line, host, path, target)
	}
}

// capture is the text that a pattern captures, which must be there once.
func capture(t *testing.T, b block, pattern string) string {
	t.Helper()
	found := regexp.MustCompile(`(?m)`+pattern).FindAllStringSubmatch(b.text, -1)
	if len(found) != 1 {
		t.Fatalf("%s:%d has %d of %s", b.path, b.line, len(found), pattern)
	}
	return found[0][1]
}

func checkCaddy(t *testing.T, s *harness, b block) {
	t.Helper()
	if strings.Count(b.text, "{") != strings.Count(b.text, "}") {
		t.Errorf("%s:%d: the braces do not match", b.path, b.line)
	}
	host := capture(t, b, `^([a-z.]+) \{$`)
	path, target := capture(t, b, `^\thandle (\S+/)\* \{$`), capture(t, b, `^\t\treverse_proxy (\S+)$`)
	expectRoute(t, s, b, host, path, target)
}

func checkNginx(t *testing.T, s *harness, b block) {
	t.Helper()
	if strings.Count(b.text, "{") != strings.Count(b.text, "}") {
		t.Errorf("%s:%d: the braces do not match", b.path, b.line)
	}
	for row := range strings.Lines(b.text) {
		if row = strings.TrimSpace(row); row != "" && !strings.ContainsAny(row[len(row)-1:], ";{}") {
			t.Errorf("%s:%d: %q does not end", b.path, b.line, row)
		}
	}
	capture(t, b, `^ +listen (443) ssl;$`)
	host := capture(t, b, `^ +server_name (\S+);$`)
	path, target := capture(t, b, `^ +location (/\S+) \{$`), capture(t, b, `^ +proxy_pass (\S+);$`)
	expectRoute(t, s, b, host, path, target)
}

func checkTraefik(t *testing.T, s *harness, b block) {
	t.Helper()
	type router struct {
		Rule, Service string
		EntryPoints   []string `yaml:"entryPoints"`
		TLS           map[string]string
	}
	type service struct {
		LoadBalancer struct {
			Servers []struct{ URL string }
		} `yaml:"loadBalancer"`
	}
	var file struct {
		HTTP struct {
			Routers  map[string]router
			Services map[string]service
		}
	}
	strict := yaml.NewDecoder(strings.NewReader(b.text))
	strict.KnownFields(true)
	must(t, strict.Decode(&file))
	for _, r := range file.HTTP.Routers {
		rule := regexp.MustCompile("^Host\\(`(.+)`\\) && PathPrefix\\(`(.+)`\\)$").FindStringSubmatch(r.Rule)
		if len(rule) == 0 || len(file.HTTP.Services[r.Service].LoadBalancer.Servers) != 1 {
			t.Fatalf("%s:%d: %+v", b.path, b.line, file)
		}
		expectRoute(t, s, b, rule[1], rule[2], file.HTTP.Services[r.Service].LoadBalancer.Servers[0].URL)
	}
}

func checkTunnel(t *testing.T, s *harness, b block) {
	t.Helper()
	var file struct {
		Ingress []struct{ Hostname, Path, Service string }
	}
	strict := yaml.NewDecoder(strings.NewReader(b.text))
	strict.KnownFields(true)
	must(t, strict.Decode(&file))
	if last := file.Ingress[len(file.Ingress)-1]; len(file.Ingress) != 2 || last.Hostname != "" || last.Path != "" {
		t.Errorf("%s:%d: the last rule must be for everything else", b.path, b.line)
	}
	rule := file.Ingress[0]
	expectRoute(t, s, b, rule.Hostname, strings.TrimPrefix(rule.Path, "^"), rule.Service)
}

// checkTelegraf checks that the topics and the fields of the details exist.
func checkTelegraf(t *testing.T, _ *harness, b block) {
	t.Helper()
	subscribed := regexp.MustCompile(`"(vitals2mqtt/[^"]+)"`).FindAllStringSubmatch(b.text, -1)
	if len(subscribed) < 2 {
		t.Errorf("%s:%d subscribes nothing", b.path, b.line)
	}
	for _, found := range subscribed {
		if !topicExists(found[1]) {
			t.Errorf("%s:%d: there is no topic %s", b.path, b.line, found[1])
		}
	}
	fields := read(t, "topics.md").text
	for _, found := range regexp.MustCompile(`(?m)path = "(\w+)"$`).FindAllStringSubmatch(b.text, -1) {
		if !strings.Contains(fields, "| `"+found[1]+"`") {
			t.Errorf("%s:%d: a detail has no %s", b.path, b.line, found[1])
		}
	}
}

// TestSettingsInProse compares what looks like a setting with the reference.
func TestSettingsInProse(t *testing.T) {
	t.Parallel()
	var sections, keys []string
	for _, key := range config.Reference() {
		keys = append(keys, key.Path)
		section, _, _ := strings.Cut(key.Path, ".")
		sections = append(sections, section, section+".tls", section+".views")
	}
	setting := regexp.MustCompile(`^(?:withings|mqtt|homeassistant|notifications|web|log)\.[a-z_.]+$`)
	for _, path := range guides() {
		for _, code := range read(t, path).inline {
			if setting.MatchString(code.text) && !slices.Contains(slices.Concat(keys, sections), code.text) {
				t.Errorf("%s:%d: there is no setting %s", path, code.line, code.text)
			}
		}
	}
}
