// SPDX-License-Identifier: MIT

package web

import (
	"context"
	"html/template"
	"slices"
	"strconv"
	"time"

	"vitals2mqtt/bloodpressure"
	"vitals2mqtt/sensors"
	"vitals2mqtt/web/draw"
)

// ecgView is an electrocardiogram in full.
type ecgView struct {
	Result string
	Line   string // heart rate, time, device
	// Wide and Narrow are the same curve, in rows of ten and of three seconds;
	// both are "" when the archive has no curve.
	Wide, Narrow template.HTML
	// Note is the key of a text about the curve.
	Note string
}

// ecgRow is a line in the list of electrocardiograms.
type ecgRow struct {
	At                   time.Time
	When, Result, Device string
	HeartRate            string
	Link                 string
	Current              bool
}

// narrowRow is how many seconds of a curve are as wide as a phone.
const narrowRow = 3

// fillECGs lists the electrocardiograms, the newest first, and draws the one
// that is asked for by its id, else the newest.
func (p *heartPage) fillECGs(ctx context.Context, asked string) error {
	found, err := p.archive.ECGs(ctx, p.user, time.Time{}, time.Time{})
	if err != nil || len(found) == 0 {
		return err
	}
	all := make([]ECG, len(found))
	for i, e := range found {
		all[len(found)-1-i] = NewECG(e, p.Zone)
	}
	chosen := max(0, slices.IndexFunc(all, func(e ECG) bool { return asked != "" && e.name() == asked }))
	if err := p.fillECG(ctx, all[chosen]); err != nil {
		return err
	}
	p.More = max(0, len(all)-maxShownECGs)
	for i, e := range all[:min(len(all), maxShownECGs)] {
		p.Others = append(p.Others, ecgRow{
			At:        e.Time,
			When:      p.Moment(e.Time),
			Result:    p.result(e),
			Device:    e.Device,
			HeartRate: bloodpressure.Whole(float64(e.HeartRate)),
			Link:      p.Base + "/heart/" + p.Profile.Slug + "?ecg=" + e.name() + "#ecg",
			Current:   i == chosen,
		})
	}
	return nil
}

// name is how a link names an electrocardiogram: by its id, else by its time.
func (e ECG) name() string {
	if e.ID != 0 {
		return strconv.FormatInt(e.ID, 10)
	}
	return "t" + strconv.FormatInt(e.Time.Unix(), 10)
}

// result is the result of an electrocardiogram in words.
func (p *heartPage) result(e ECG) string {
	if e.Class == "" {
		return p.Say("heart.no_result")
	}
	row, _ := sensors.Lookup(keyECGClass)
	return p.Option(row, e.Class)
}

// fillECG describes and draws one.
func (p *heartPage) fillECG(ctx context.Context, e ECG) error {
	rate := ""
	if e.HeartRate > 0 {
		rate = p.bpm(float64(e.HeartRate))
	}
	p.ECG = &ecgView{
		Result: p.result(e),
		Line:   joinParts(rate, p.Moment(e.Time), e.Device),
		Note:   "heart.ecg.no_curve",
	}
	if e.ID == 0 {
		return nil
	}
	curve, known, err := p.archive.Waveform(ctx, p.user, e.ID)
	if err != nil || !known {
		return err
	}
	strip := draw.Strip{
		Title:      p.Say("heart.ecg.picture", p.ECG.Result),
		Microvolts: curve.Samples,
		Frequency:  float64(curve.Frequency),
	}
	p.ECG.Wide = drawn(strip.Draw())
	strip.RowSeconds = narrowRow
	p.ECG.Narrow = drawn(strip.Draw())
	if p.ECG.Wide != "" {
		p.ECG.Note = "heart.ecg.scale"
	}
	return nil
}
