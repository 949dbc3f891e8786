package simulator

// MoreForm is how getmeas says that there is a further page.
type MoreForm int

// The forms met so far.
const (
	MoreInt   MoreForm = iota // 1, absent with offset on the last page
	MoreBool                  // true or false, always present with offset
	MoreCount                 // how many groups remain, absent on the last page
)

// Knobs settle what the original leaves open; the zero value is the likeliest behaviour.
type Knobs struct {
	// LastUpdateExclusive compares modified > lastupdate instead of >=.
	LastUpdateExclusive bool
	// More is the form of getmeas' more.
	More MoreForm
	// EmptyMapsAsObjects writes {} where PHP writes [] for an empty map.
	EmptyMapsAsObjects bool
	// MeasurePage and SleepPage are rows per page; 0 = 1000 and 300.
	MeasurePage, SleepPage int
	// ActivityPage is for days and workouts, HeartPage for ECGs and heart sounds; 0 = 200 and 200.
	ActivityPage, HeartPage int
	// RepeatWorkouts lists every fifth workout twice.
	RepeatWorkouts bool
	// Prescribed gives mats what needs a prescription: breathing events, and sounds that are no snoring.
	Prescribed bool
	// AllowRepeatedTokenCalls switches the refusal of identical token calls within 10 s off.
	AllowRepeatedTokenCalls bool
	// PerMinute is the limit of API requests in a sliding minute; 0 = 120, negative = none.
	PerMinute int
	// NumericUserID writes userid as a number in token answers.
	NumericUserID bool
	// TextExpiry writes expires_in as a text in token answers.
	TextExpiry bool
	// NoRefreshScope leaves scope out of refresh answers.
	NoRefreshScope bool
	// Notify is about notifications.
	Notify NotifyKnobs
}

// SetKnobs replaces the knobs.
func (c *Cloud) SetKnobs(k Knobs) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.knobs = k
}

// Knobs returns the knobs as they are.
func (c *Cloud) Knobs() Knobs {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.knobs
}

func (k Knobs) measurePage() int  { return orDefault(k.MeasurePage, 1000) }
func (k Knobs) sleepPage() int    { return orDefault(k.SleepPage, 300) }
func (k Knobs) activityPage() int { return orDefault(k.ActivityPage, 200) }
func (k Knobs) heartPage() int    { return orDefault(k.HeartPage, 200) }
func (k Knobs) perMinute() int    { return orDefault(k.PerMinute, 120) }

func orDefault[N int | int64](n, fallback N) N {
	if n == 0 {
		return fallback
	}
	return n
}

// emptyMap is an empty map as PHP writes it, or as one would expect it.
func (k Knobs) emptyMap() any {
	if k.EmptyMapsAsObjects {
		return struct{}{}
	}
	return []struct{}{}
}
