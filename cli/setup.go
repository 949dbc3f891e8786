// SPDX-License-Identifier: MIT

package cli

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sync/errgroup"

	"vitals2mqtt/addon"
	"vitals2mqtt/config"
	"vitals2mqtt/doctor"
	"vitals2mqtt/find"
	"vitals2mqtt/internal/sdnotify"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/setup"
	"vitals2mqtt/web"
)

// firstRun is the program before it has a configuration.
type firstRun struct{ *session }

// setupPlace is where a set-up is needed.
type setupPlace struct {
	file setup.File
	// replaceable means that the file that exists is the example, as shipped.
	replaceable bool
	// unusable is why the configuration that exists cannot be used.
	unusable []string
}

// needsSetup reports whether there is no usable configuration, and a browser can
// help. A file of the user with mistakes is left to the user, except in the
// add-on: there is no terminal.
func (s firstRun) needsSetup(ctx context.Context) (setupPlace, bool) {
	found, err := s.findSource(ctx, nil)
	none := errors.Is(err, errNoConfig)
	if err != nil && !none {
		return setupPlace{}, false
	}
	place := setupPlace{file: setup.File{
		Path:       cmp.Or(found.path, s.newConfigPath(found.environ)),
		Example:    string(s.Example),
		Environ:    found.environ,
		Vocabulary: vocabulary(),
	}}
	if absolute, err := filepath.Abs(place.file.Path); err == nil {
		place.file.Path = absolute // it is shown
	}
	if found.path != "" {
		_, err := os.Stat(found.path)
		none = errors.Is(err, fs.ErrNotExist) && !isConfiguredByEnvironment(found.environ)
		place.replaceable = place.file.IsUnused()
	}
	if !none && !place.replaceable && s.isAddOn() {
		_, _, err := config.Load(found.path, found.environ, vocabulary())
		if invalid, ok := errors.AsType[config.Errors](err); ok {
			place.unusable = strings.Split(invalid.Error(), "\n")
		}
	}
	return place, none || place.replaceable || place.unusable != nil
}

// requiresPassword reports whether the environment asks for a password of the
// page, wherever it listens.
func (p setupPlace) requiresPassword() bool {
	return p.file.Problem(setup.Answers{}, "web.auth", "V2M_WEB_AUTH") != ""
}

// isAddOn reports whether this is an add-on of Home Assistant.
func (s firstRun) isAddOn() bool {
	_, err := os.Stat(cmp.Or(s.AddOn, addon.DefaultLayout()).OptionsFile)
	return s.getenv("SUPERVISOR_TOKEN") != "" && err == nil
}

// newConfigPath is where a new configuration is found at the next start: the
// first of the usual places that can be written.
func (s firstRun) newConfigPath(environ []string) string {
	if s.isAddOn() {
		return cmp.Or(s.AddOn, addon.DefaultLayout()).ConfigFile
	}
	if named := cmp.Or(s.configPath, variables(environ).get("V2M_CONFIG")); named != "" {
		return named
	}
	for _, path := range config.DefaultPaths() {
		if doctor.StateFolder(filepath.Dir(path)).Writable() == nil {
			return path
		}
	}
	return config.DefaultPaths()[0]
}

// madeUp stands for the password of the page that is asked for later.
const madeUp = "asked for later"

// setUp serves the set-up until the configuration is written, or the context
// ends.
func (s firstRun) setUp(ctx context.Context, place setupPlace) error {
	c, err := place.file.Parse(setup.Answers{WebPassword: secret.New(madeUp)})
	if err != nil {
		return configError{err} // the variables of the environment
	}
	if !c.Web.Enabled {
		return configError{errNoConfig}
	}
	if s.logLevel != "" {
		c.Log.Level = s.logLevel
	}
	options := web.Options{
		Listen:       c.Web.Listen,
		Auth:         c.Web.Auth,
		Password:     c.Web.Password,
		TrustedHosts: c.Web.TrustedHosts,
		Ingress:      web.Ingress{Listen: c.Web.IngressListen, From: c.Web.IngressFrom},
		SessionKey:   secret.New(rand.Text()),
		Version:      s.version(),
		Log:          s.newLogger(c),
	}
	// With ingress, without a password, the page is closed to everybody else.
	isOpen := !isLoopbackAddress(c.Web.Listen) && c.Web.Auth != config.AuthNone && c.Web.IngressListen == ""
	hasNone := c.Web.Password.Reveal() == madeUp
	needsPassword := hasNone && (isOpen || place.requiresPassword())
	code := ""
	switch {
	case isOpen && hasNone:
		code = rand.Text()[:10]
		options.Password = secret.New(code)
	case hasNone:
		options.Password = secret.Text{}
		if options.Auth == config.AuthPassword {
			options.Auth = ""
		}
	}
	wizard := setup.New(s.wizardOptions(place, needsPassword))
	options.Setup = wizard
	page, err := web.New(options)
	if err != nil {
		return err
	}
	if err := page.Listen(ctx); err != nil {
		return err
	}
	s.printSetup(place, page.Addr(), code)
	if err := sdnotify.Ready("waiting for the set-up in the browser"); err != nil {
		options.Log.Warn().Err(err).Msg("systemd notification failed")
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	group, inner := errgroup.WithContext(ctx)
	group.Go(func() error { return page.Run(inner) })
	group.Go(func() error {
		wizard.Run(inner)
		return nil
	})
	group.Go(func() error { return sdnotify.RunWatchdog(inner, func() bool { return true }) })
	select {
	case <-wizard.Done():
		options.Log.Info().Str("path", place.file.Path).Msg("configuration written by the set-up")
	case <-inner.Done():
	}
	stop() // the last page is still delivered
	return group.Wait()
}

// wizardOptions are the proofs of the set-up: those of the doctor.
func (s firstRun) wizardOptions(place setupPlace, needsPassword bool) setup.Options {
	options := setup.Options{
		File:             place.file,
		Replaceable:      place.replaceable,
		NeedsPassword:    needsPassword,
		Unusable:         place.unusable,
		Search:           func(ctx context.Context) []find.Broker { return find.Everywhere(ctx, findTimeout, s.finders()...) },
		ProveApplication: s.proveApplication,
		ProveBroker:      s.proveBroker,
		CheckPlace:       checkStatePlace,
	}
	if place.file.Variable("V2M_STATE_DIR") == "" {
		options.StateDir = chooseStateDir(config.DefaultStateDir(place.file.Path, place.file.Environ))
	}
	return options
}

// printSetup says where the set-up is.
func (s firstRun) printSetup(place setupPlace, at net.Addr, code string) {
	reason := "No configuration found."
	if place.unusable != nil {
		reason = "The configuration cannot be used."
	}
	s.printf("%s Open this page in a browser to set up vitals2mqtt:\n\n   http://%s/\n\n", reason, browserAddress(at))
	if code != "" {
		s.printf("   Code: %s\n\n", code)
	}
	s.printf("It will write %s. Press Ctrl-C to stop; `vitals2mqtt init` asks the same at a terminal,\n"+
		"and `vitals2mqtt demo` needs no configuration.\n", place.file.Path)
}

// browserAddress is an address as a browser can open it.
func browserAddress(at net.Addr) string {
	host, port, err := net.SplitHostPort(at.String())
	if err != nil {
		return at.String()
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.IsUnspecified() {
		host = "ADDRESS-OF-THIS-MACHINE"
	}
	return net.JoinHostPort(host, port)
}

// isLoopbackAddress reports whether HOST:PORT can be reached from this machine
// only.
func isLoopbackAddress(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip, notName := netip.ParseAddr(host)
	return err == nil && (strings.EqualFold(host, "localhost") || notName == nil && ip.IsLoopback())
}
