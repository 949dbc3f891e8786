// SPDX-License-Identifier: MIT

package web

import (
	"context"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"time"

	"vitals2mqtt/bloodpressure"
	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
	"vitals2mqtt/web/draw"
)

// heartPage is the data of the page of a person's heart.
type heartPage struct {
	subject

	Ranges   []rangeLink
	Pressure pressureView
	Pulse    template.HTML // "" for none
	ECG      *ecgView      // nil for none
	Others   []ecgRow
	// More is the number of electrocardiograms that are not listed.
	More int
	// Report is the address of the page for the doctor.
	Report string
}

// rangeLink is a link to the same page over another time.
type rangeLink struct {
	Name, Link string
	Current    bool
}

// pressureView is the blood pressure over a range.
type pressureView struct {
	Latest, LatestAt string // "" for none
	Picture          template.HTML
	Parted           bool // the picture has dots for morning and evening
	Means            []pressureMean
	Readings         []pressureRow
}

// pressureMean is a line of the means.
type pressureMean struct {
	Name        string
	Count       int
	Mean, Pulse string
	Range       string // the lowest and highest of both
}

// pressureRow is a line of the readings.
type pressureRow struct {
	At                    time.Time
	When, Pressure, Pulse string
	Device                string
}

// maxReadings is how many readings and electrocardiograms the tables have.
const (
	maxReadings  = 100
	maxShownECGs = 50
	pulsePoints  = 400
	pulseHeight  = 160
)

// heartDays are the ranges of the page, in days; 0 is everything.
func heartDays() []int { return []int{30, 90, 365, 0} }

// usualDays is the range without a choice.
const usualDays = 90

// showHeart shows blood pressure, pulse and electrocardiograms.
func (s *Server) showHeart(w http.ResponseWriter, r *http.Request) {
	person, found := s.subject(w, r, "heart.heading")
	if !found {
		return
	}
	page := &heartPage{subject: person}
	page.frame = page.with("sleep.css", "heart.css")
	page.Report = page.Base + "/report/" + page.Profile.Slug
	query := r.URL.Query()
	days, err := strconv.Atoi(query.Get("days"))
	if err != nil || !slices.Contains(heartDays(), days) {
		days = usualDays
	}
	for _, choice := range heartDays() {
		page.Ranges = append(page.Ranges, rangeLink{
			Name:    page.rangeName(choice),
			Link:    page.Base + "/heart/" + page.Profile.Slug + "?days=" + strconv.Itoa(choice),
			Current: choice == days,
		})
	}
	if page.archive != nil {
		if err := page.fill(r.Context(), days, query.Get("ecg")); err != nil {
			s.showFailure(w, r, err)
			return
		}
	}
	s.pages.render(w, http.StatusOK, "heart.html", page)
}

// rangeName is a number of days in words.
func (v subject) rangeName(days int) string {
	switch days {
	case 0:
		return v.Say("heart.range.all")
	case 365:
		return v.Say("heart.range.year")
	}
	return v.Say("heart.range.days", days)
}

func (p *heartPage) fill(ctx context.Context, days int, ecg string) error {
	from := time.Time{}
	if days > 0 {
		from = p.Now.AddDate(0, 0, -days)
	}
	readings, err := bloodpressure.Read(ctx, p.archive, p.user, from, time.Time{}, p.Zone)
	if err != nil {
		return err
	}
	p.fillPressure(readings, from)
	if err := p.fillPulse(ctx, from); err != nil {
		return err
	}
	return p.fillECGs(ctx, ecg)
}

func (p *heartPage) fillPressure(readings []bloodpressure.Reading, from time.Time) {
	if len(readings) == 0 {
		return
	}
	last := readings[len(readings)-1]
	view := pressureView{
		Latest:   bloodpressure.Both(last.Systolic, last.Diastolic),
		LatestAt: joinParts(p.pulse(last.Pulse), p.Moment(last.At), last.Device),
		Picture:  drawn(bloodpressure.Chart(readings, from, p.Now, p.Reader, 0)),
		Parted:   bloodpressure.Parted(len(readings)),
	}
	for _, part := range []struct {
		name     string
		readings []bloodpressure.Reading
	}{
		{"pressure.morning", bloodpressure.Of(bloodpressure.Morning, readings)},
		{"pressure.evening", bloodpressure.Of(bloodpressure.Evening, readings)},
		{"pressure.all", readings},
	} {
		if m := bloodpressure.MeanOf(part.readings); m.Count > 0 {
			view.Means = append(view.Means, pressureMean{
				Name:  p.Say(part.name),
				Count: m.Count,
				Mean:  m.Text(),
				Pulse: bloodpressure.Whole(m.Pulse),
				Range: m.Range(p.Language),
			})
		}
	}
	for _, r := range slices.Backward(readings) {
		if len(view.Readings) == maxReadings {
			break
		}
		view.Readings = append(view.Readings, pressureRow{
			At:       r.At,
			When:     p.Moment(r.At),
			Pressure: bloodpressure.Both(r.Systolic, r.Diastolic),
			Pulse:    bloodpressure.Whole(r.Pulse),
			Device:   r.Device,
		})
	}
	p.Pressure = view
}

// pulse is a pulse in words, "" for 0.
func (p *heartPage) pulse(rate float64) string {
	if rate == 0 {
		return ""
	}
	return p.Say("heart.pulse_of", p.bpm(rate))
}

// bpm is a heart rate with its unit.
func (v subject) bpm(rate float64) string {
	row, _ := sensors.Lookup(bloodpressure.KeyPulse)
	return v.rounded(row, rate)
}

// fillPulse draws the pulse, which scales measure as well.
func (p *heartPage) fillPulse(ctx context.Context, from time.Time) error {
	series, err := p.archive.Range(ctx, history.Range{
		User:      p.user,
		Key:       bloodpressure.KeyPulse,
		From:      from,
		Zone:      p.Zone,
		MaxPoints: pulsePoints,
	})
	if err != nil || len(series.Points) == 0 {
		return err
	}
	line := draw.Line{Class: "second", Dots: series.Bucket == history.BucketNone && len(series.Points) < pulsePoints/2}
	for _, point := range series.Points {
		line.Points = append(line.Points, draw.Point{
			At:    point.Time,
			Value: point.Mean,
			Min:   point.Min.Float(),
			Max:   point.Max.Float(),
		})
	}
	line.Gap = draw.UsualGap(line.Points)
	if from.IsZero() {
		from = line.Points[0].At
	}
	p.Pulse = drawn(draw.Chart{
		Title:  p.Say("heart.pulse.picture"),
		From:   from,
		To:     p.Now,
		Zone:   p.Zone,
		Lines:  []draw.Line{line},
		Whole:  true,
		Height: pulseHeight,
		Value:  func(value float64) string { return strconv.Itoa(int(value)) },
		Time:   p.Tick,
	}.Draw())
	return nil
}
