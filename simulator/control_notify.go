package simulator

import (
	"fmt"
	"io"

	"vitals2mqtt/simulator/notify"
)

// controlsOfNotify are the commands about notifications and beds.
func controlsOfNotify() map[string]control {
	return map[string]control{
		"bed":           controlBed,
		"tell":          controlTell,
		"plant":         controlPlant,
		"notify":        controlNotify,
		"notified":      report(func(c *Cloud) map[string]any { return map[string]any{"notified": c.Notified()} }),
		"subscriptions": report(func(c *Cloud) map[string]any { return map[string]any{"subscriptions": c.Subscriptions()} }),
	}
}

func controlBed(c *Cloud, body io.Reader) (map[string]any, error) {
	q := struct {
		controlRow
		Event string `json:"event"`
	}{controlRow: controlRow{At: c.Now()}}
	if err := readControl(body, &q); err != nil {
		return nil, err
	}
	switch q.Event {
	case "in":
		c.BedIn(q.Person, q.At, q.Device)
	case "out":
		c.BedOut(q.Person, q.At, q.Device)
	default:
		return nil, fmt.Errorf("unknown event %q; use in or out", q.Event)
	}
	return map[string]any{}, nil
}

func controlTell(c *Cloud, body io.Reader) (map[string]any, error) {
	var q struct {
		Person   string            `json:"person"`
		Category int               `json:"category"`
		Fields   map[string]string `json:"fields"`
	}
	if err := readControl(body, &q); err != nil {
		return nil, err
	}
	c.SendNotification(q.Person, q.Category, q.Fields)
	return map[string]any{}, nil
}

func controlPlant(c *Cloud, body io.Reader) (map[string]any, error) {
	var q struct {
		Person      string `json:"person"`
		CallbackURL string `json:"callbackurl"`
		Category    int    `json:"category"`
	}
	if err := readControl(body, &q); err != nil {
		return nil, err
	}
	c.Plant(q.Person, q.CallbackURL, q.Category)
	return map[string]any{}, nil
}

// controlNotify replaces the knobs of notifications; an empty body restores the
// likeliest behaviour.
func controlNotify(c *Cloud, body io.Reader) (map[string]any, error) {
	var q struct {
		Delay      duration `json:"delay"`
		Shuffle    duration `json:"shuffle"`
		Unreadable duration `json:"unreadable"`
		Copies     int      `json:"copies"`
		Lost       int      `json:"lost"`
		Unknown    int      `json:"unknown"`
		Empty      int      `json:"empty"`
		Lapse      int      `json:"lapse"`
		Most       int      `json:"most"`
		OddURLs    bool     `json:"odd_urls"`
	}
	if err := readControl(body, &q); err != nil {
		return nil, err
	}
	for name, percent := range map[string]int{"lost": q.Lost, "unknown": q.Unknown, "empty": q.Empty, "lapse": q.Lapse} {
		if percent < 0 || percent > 100 {
			return nil, fmt.Errorf("%s is a chance in percent, not %d", name, percent)
		}
	}
	if q.Copies < 0 || q.Copies > 100 {
		return nil, fmt.Errorf("%d copies; up to 100 are possible", q.Copies)
	}
	c.SetKnobs(notify.Knobs{
		Delay:      q.Delay.Duration,
		Shuffle:    q.Shuffle.Duration,
		Unreadable: q.Unreadable.Duration,
		Copies:     q.Copies,
		Lost:       q.Lost,
		Unknown:    q.Unknown,
		Empty:      q.Empty,
		Lapse:      q.Lapse,
		Most:       q.Most,
		OddURLs:    q.OddURLs,
	})
	return map[string]any{}, nil
}
