package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"vitals2mqtt/withings"
)

// checkCredentials proves the application's client id and secret.
func checkCredentials(ctx context.Context, e *run) []Finding {
	err := e.Cloud.Probe(ctx)
	if err == nil {
		return []Finding{passed("the cloud knows them")}
	}
	failure, ours := errors.AsType[*withings.Error](err)
	switch {
	case ours && failure.Status == withings.NoStatus && failure.HTTP == 0:
		return []Finding{fail("the cloud cannot be reached",
			"does this machine reach the internet, and does its name server answer? withings.api_url is "+
				e.Config.Withings.APIURL).withError(err.Error(), err)}
	case ours && failure.Class == withings.Limited:
		return []Finding{warn("the cloud wants to be left alone for a while", "another program may use the same client id; try later")}
	case ours && (failure.Class == withings.Temporary || failure.Class == withings.Unsupported) && failure.Status == withings.NoStatus:
		return []Finding{fail("what answers is not the cloud, or the cloud is in trouble",
			"a proxy or a login page of the network in between? Otherwise try again later").withError(err.Error(), err)}
	case ours && failure.Class == withings.Temporary:
		return []Finding{fail("the cloud is in trouble", "try again later; if it stays, compare client id and secret").
			withError(err.Error(), err)}
	}
	return []Finding{fail("the cloud does not accept them", "compare withings.client_id and client_secret with your application in "+
		"the developer portal; no space, no quote may be left over").withError(err.Error(), err)}
}

// How far a clock may be off: tokens and signatures carry times.
const (
	clockWarnOffset = 30 * time.Second
	clockFailOffset = 5 * time.Minute
)

func checkClock(_ context.Context, e *run) []Finding {
	ahead, known := e.Cloud.ClockOffset()
	if !known {
		return []Finding{skipped("the cloud did not say what time it has")}
	}
	off, direction := ahead, "ahead of"
	if ahead < 0 {
		off, direction = -ahead, "behind"
	}
	text := fmt.Sprintf("this machine is %s %s the cloud", off.Round(time.Second), direction)
	const cure = "set the clock, better still let it set itself (timedatectl set-ntp true)"
	switch {
	case off >= clockFailOffset:
		return []Finding{fail(text, cure)}
	case off >= clockWarnOffset:
		return []Finding{warn(text, cure)}
	}
	return []Finding{passed("agrees with the cloud's")}
}

// checkCallback judges the address that the consent page sends people back to.
func checkCallback(ctx context.Context, e *run) []Finding {
	findings := []Finding{judgeCallback(e.CallbackURL, e.Config.Withings.APIURL, e.notSignedIn() == 0)}
	if e.CallbackIsExternal {
		return append(findings, passed("it is not the page's address: unless it leads there, people sign in with "+
			"`vitals2mqtt login NAME --paste`"))
	}
	running, err := e.daemonRunning()
	if !e.Config.Web.Enabled || err != nil || !running {
		return append(findings, skipped("whether it leads to the page is seen while the daemon runs"))
	}
	status, err := e.Web.Head(ctx, e.CallbackURL)
	const paste = "people can still sign in with `vitals2mqtt login NAME --paste`; else lead that address to web.listen"
	switch {
	case err != nil:
		return append(findings, warn("it does not answer from here", paste).withError(err.Error(), err))
	case status != 200:
		return append(findings, warn("it leads to something else than the page: HTTP "+strconv.Itoa(status), paste))
	}
	return append(findings, passed("it leads to the page"))
}

// judgeCallback says whether the developer portal would take an address.
func judgeCallback(address, api string, everybody bool) Finding {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return fail(address+" is no address", "set withings.callback_url, for example to https://example.org/")
	}
	text := address + " must stand in the developer portal exactly so"
	ip, notName := netip.ParseAddr(u.Hostname())
	local := u.Hostname() == "localhost" || notName == nil && ip.IsLoopback()
	vendor := strings.HasSuffix(hostOf(api), ".withings.net")
	const cure = "the portal takes https and a name; any page that answers will do as withings.callback_url, " +
		"because `login NAME --paste` works with every address"
	switch {
	case everybody:
		return passed(text + "; it is needed again at the next sign-in only")
	case u.Scheme != "https" && !local:
		return warn(text+", but it is not https", cure)
	case vendor && (local || notName == nil):
		return warn(text+", but it is this network's own", cure)
	case vendor && u.Port() != "" && u.Port() != "443":
		return warn(text+", but it has a port of its own", cure)
	}
	return passed(text)
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	if host, _, err := net.SplitHostPort(u.Host); err == nil {
		return host
	}
	return u.Host
}
