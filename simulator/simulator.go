// Package simulator is a simulated Withings cloud as an http.Handler: consent page, rotating tokens, invented people with
// years of history, limits, and a knob for every fault; it is not a client and shares no code with one.
package simulator

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Options tell New what to simulate; the zero value is a complete cloud with the demo's people.
type Options struct {
	// Seed makes everything invented: same seed and same start, same bytes.
	Seed uint64
	// RedirectURLs are the registered callback URLs, compared exactly; none = every http(s) URL is accepted.
	RedirectURLs []string
	// People have accounts; nil = DemoPeople.
	People []Person
	// Strict calls Panic for paths, actions and parameters nobody knows; otherwise they get 404, status 2554, and are ignored.
	Strict bool
	// Panic is called with the text of such a request; nil = panic.
	Panic func(text string)
	// Knobs settle what the original leaves open.
	Knobs Knobs
	// Start is the cloud's time when New returns, up to which people have a history; zero = the machine's time.
	Start time.Time
	// Callbacks is the way to those who have subscribed to notifications; nil = this machine and nowhere else. See Into.
	Callbacks http.RoundTripper
}

// PersonInfo names a simulated person.
type PersonInfo struct {
	Name   string `json:"name"`
	UserID string `json:"userid"`
}

// Cloud is the simulated cloud. It is safe for concurrent use and tells the time by the standard clock plus what Start and
// Advance added.
type Cloud struct {
	mux          *http.ServeMux
	clientID     string
	secret       string
	redirectURLs []string
	strict       bool
	panicHook    func(string)

	mu       notifyingMutex // of everything below
	offset   time.Duration
	knobs    Knobs
	faults   []*Fault
	people   []*account
	random   *rand.Rand // tokens, codes, nonces
	oauth    oauthState
	push     notifier
	limiter  window
	traffic  window
	busiest  int
	requests map[string]int
	added    int64 // counts what was added by hand, for ids
}

// New returns a cloud whose people have a history up to now.
func New(o Options) *Cloud {
	if o.People == nil {
		o.People = DemoPeople()
	}
	random := newRand(o.Seed, 0, "cloud", 0)
	c := &Cloud{
		clientID: hexDigits(random, 64), secret: hexDigits(random, 64), redirectURLs: slices.Clone(o.RedirectURLs),
		strict: o.Strict, panicHook: o.Panic, knobs: o.Knobs,
		random: random, oauth: newOAuthState(), requests: map[string]int{},
	}
	if c.panicHook == nil {
		c.panicHook = func(text string) { panic("simulator: " + text) }
	}
	c.push = notifier{
		call: newCaller(o.Callbacks), outbox: outbox{busy: map[string]bool{}},
		detectors: map[*account]*changeDetector{}, consented: map[*account]bool{}, serials: map[*account]int64{},
	}
	if !o.Start.IsZero() {
		c.offset = time.Until(o.Start)
	}
	for i, p := range o.People {
		c.people = append(c.people, newAccount(o.Seed, i, p, c.nowLocked()))
	}
	c.mux = c.routes()
	return c
}

// ServeHTTP answers as the vendor's API and account hosts do, told apart by path only.
func (c *Cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.mux.ServeHTTP(w, r) }

// ClientID returns the id of the registered application.
func (c *Cloud) ClientID() string { return c.clientID }

// ClientSecret returns the secret of the registered application.
func (c *Cloud) ClientSecret() string { return c.secret }

// People returns who has an account, in order.
func (c *Cloud) People() []PersonInfo {
	infos := make([]PersonInfo, 0, len(c.people))
	for _, p := range c.people {
		infos = append(infos, PersonInfo{Name: p.Name, UserID: p.userID()})
	}
	return infos
}

// Now returns the cloud's time.
func (c *Cloud) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.nowLocked()
}

func (c *Cloud) nowLocked() time.Time { return time.Now().Add(c.offset) }

// Advance moves the cloud's clock, forwards as a rule; what happens meanwhile is there at once.
func (c *Cloud) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset += d
}

// Requests returns how often each "service action" was asked, such as "measure getmeas". A token call counts as
// "v2/oauth2 requesttoken" and once more by its grant: "v2/oauth2 authorization_code" or "v2/oauth2 refresh_token".
func (c *Cloud) Requests() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.requests)
}

// BusiestMinute returns the most API requests seen in any sliding minute, refused ones and faults included.
func (c *Cloud) BusiestMinute() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.busiest
}

// personLocked finds somebody by name, in any case, or by user id.
func (c *Cloud) personLocked(name string) (*account, error) {
	for _, p := range c.people {
		if strings.EqualFold(p.Name, name) || p.userID() == name {
			return p, nil
		}
	}
	return nil, fmt.Errorf("no person %q", name)
}

// newRand is a repeatable newRand of chance: one for each person, thing and day, so that no history depends on another.
func newRand(seed uint64, user int64, thing string, day int64) *rand.Rand {
	h := seed ^ 0x9e3779b97f4a7c15
	for _, b := range []byte(thing + "/" + strconv.FormatInt(user, 10)) {
		h = (h ^ uint64(b)) * 0x100000001b3
	}
	return rand.New(rand.NewPCG(h, uint64(day))) //nolint:gosec // Invented data, repeatable on purpose.
}

func hexDigits(r *rand.Rand, n int) string {
	var raw []byte
	for len(raw) < n/2 {
		raw = binary.BigEndian.AppendUint64(raw, r.Uint64())
	}
	return hex.EncodeToString(raw[:n/2])
}
