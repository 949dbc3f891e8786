// SPDX-License-Identifier: MIT

package web

import (
	"time"

	"vitals2mqtt/display"
	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
	"vitals2mqtt/web/draw"
)

// NightImage draws the hypnogram of a night as an SVG document of its own, nil
// for one without stages.
func NightImage(n history.Night, language display.Language, zone *time.Location) []byte {
	stages := stagesOf(n)
	if len(stages) == 0 {
		return nil
	}
	zone = n.Location(zone)
	from, to := time.Unix(n.Start, 0).In(zone), time.Unix(n.At, 0).In(zone)
	picture := draw.Night{
		From:   from,
		To:     to,
		Zone:   zone,
		Stages: stages,
		Time:   func(tick draw.Tick) string { return tick.At.In(zone).Format("15:04") },
	}
	for _, class := range stageRows() {
		picture.Rows = append(picture.Rows, language.Say("stage."+class))
	}
	return picture.Draw().Standalone(language.Say("image.night", language.Date(dateOf(n, to))))
}

// ECGImage draws an electrocardiogram on millimetre paper as an SVG document of
// its own, nil without a curve.
func ECGImage(e history.ECG, w sensors.Waveform, language display.Language, zone *time.Location) []byte {
	at := time.Unix(e.At, 0).In(e.Location(zone))
	return draw.Strip{Microvolts: w.Samples, Frequency: float64(w.Frequency)}.Draw().
		Standalone(language.Say("image.ecg", language.Moment(at)))
}
