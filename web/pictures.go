// SPDX-License-Identifier: MIT

package web

import (
	"context"
	"html/template"
	"sync"
	"time"

	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
	"vitals2mqtt/web/draw"
)

// recentDays is how many days a sparkline shows.
const recentDays = 30

// pictureAge is how long a picture is kept, so that corrections of the past show
// up; emptyAge how long it is that there was nothing to draw.
const (
	pictureAge = 10 * time.Minute
	emptyAge   = time.Minute
)

// pictureCache keeps the small pictures of the overview. A picture is drawn
// again once its value is another one, on another day, or when it is old.
type pictureCache struct {
	mu       sync.Mutex
	pictures map[pictureKey]cachedPicture
}

// pictureKey is what a picture shows, and how large.
type pictureKey struct {
	slug, key string
	kind      pictureKind
}

type pictureKind int

const (
	rowPicture pictureKind = iota
	cardPicture
	nightPicture
)

type cachedPicture struct {
	measured time.Time
	text     string
	day      string
	drawn    time.Time
	picture  template.HTML
}

// isCurrent reports whether a picture still shows a value.
func (c cachedPicture) isCurrent(value Value, now time.Time) bool {
	age := pictureAge
	if c.picture == "" {
		age = emptyAge
	}
	return c.measured.Equal(value.MeasuredAt) && c.text == value.Text &&
		c.day == now.Format(time.DateOnly) && now.Sub(c.drawn) < age
}

func newPictureCache() *pictureCache {
	return &pictureCache{pictures: map[pictureKey]cachedPicture{}}
}

// get returns a picture, painted unless the cache has it. What cannot be painted
// now is not kept. The time is in the person's zone.
func (c *pictureCache) get(
	key pictureKey, value Value, now time.Time, paint func() (draw.Picture, error),
) template.HTML {
	c.mu.Lock()
	cached, found := c.pictures[key]
	c.mu.Unlock()
	if found && cached.isCurrent(value, now) {
		return cached.picture
	}
	painted, err := paint()
	if err != nil {
		return ""
	}
	picture := template.HTML(painted) //nolint:gosec // draw escapes its texts
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pictures[key] = cachedPicture{value.MeasuredAt, value.Text, now.Format(time.DateOnly), now, picture}
	return picture
}

// pictures are the small pictures of a profile. Without an archive there are
// none.
type pictures struct {
	ctx     context.Context //nolint:containedctx // of one request
	cache   *pictureCache
	archive History
	slug    string
	profile HistoryProfile
	now     time.Time
}

// pictures returns the pictures of a profile.
func (v people) pictures(ctx context.Context, slug string) *pictures {
	found := &pictures{ctx: ctx, cache: v.cache, slug: slug, now: v.Now}
	if v.options.History == nil || v.options.HistoryProfile == nil {
		return found
	}
	profile, known := v.options.HistoryProfile(ctx, slug)
	if !known || profile.User == "" {
		return found
	}
	if profile.Zone == nil {
		profile.Zone = time.UTC
	}
	found.archive, found.profile = v.options.History, profile
	return found
}

// row is the sparkline beside a value, card the larger one below it.
func (p *pictures) row(value Value) template.HTML  { return p.sparkline(value, rowPicture) }
func (p *pictures) card(value Value) template.HTML { return p.sparkline(value, cardPicture) }

// hasCourse reports whether the course of a value means something: numbers do,
// but not those of the last workout, nor goals.
func hasCourse(value Value) bool {
	_, numeric := value.Reading.Value.Decimal()
	return numeric && value.Row.Key != "" && value.Group != GroupWorkouts && value.Row.Endpoint != sensors.EndpointGoals
}

func (p *pictures) sparkline(value Value, kind pictureKind) template.HTML {
	if p.archive == nil || !hasCourse(value) {
		return ""
	}
	today := p.now.In(p.profile.Zone)
	return p.cache.get(pictureKey{p.slug, value.Key, kind}, value, today, func() (draw.Picture, error) {
		series, err := p.archive.Range(p.ctx, history.Range{
			User:   p.profile.User,
			Key:    value.Key,
			From:   today.AddDate(0, 0, -recentDays),
			To:     today.Add(time.Hour),
			Bucket: history.BucketDay,
			Zone:   p.profile.Zone,
		})
		if err != nil {
			return "", err
		}
		points := make([]draw.Point, len(series.Points))
		for i, point := range series.Points {
			points[i] = draw.At(point.Time, point.Mean)
		}
		if kind == rowPicture {
			return draw.Trace(points), nil
		}
		return draw.Sparkline(points), nil
	})
}

// night is the hypnogram of the night that a value belongs to.
func (p *pictures) night(value Value) template.HTML {
	if p.archive == nil {
		return ""
	}
	today := p.now.In(p.profile.Zone)
	return p.cache.get(pictureKey{p.slug, value.Key, nightPicture}, value, today, func() (draw.Picture, error) {
		end := value.MeasuredAt
		nights, err := p.archive.Nights(p.ctx, p.profile.User, end, end.Add(time.Second))
		if err != nil {
			return "", err
		}
		for _, night := range nights {
			if stages := stagesOf(night); !night.Nap && len(stages) > 0 {
				from, to := time.Unix(night.Start, 0), time.Unix(night.At, 0)
				return draw.Hypnogram("", from, to, stages, len(stageRows())), nil
			}
		}
		return "", nil
	})
}
