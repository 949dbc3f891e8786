// SPDX-License-Identifier: MIT

package bridge_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"vitals2mqtt/daemon"
	"vitals2mqtt/homeassistant"
	"vitals2mqtt/homeassistant/homeassistanttest"
	"vitals2mqtt/internal/secret"
)

// weekHome is Home Assistant behind a line that can break.
type weekHome struct {
	*homeassistanttest.Home

	mu     sync.Mutex
	away   int           // disturbances that keep it away now
	breaks int           // the line breaks after so many messages; 0 is never
	delay  time.Duration // of each message
	lines  []*homeLine
}

// newWeekHome starts Home Assistant, which has statistics of the weights itself
// since the week began.
func (w *weekRun) newWeekHome() *weekHome {
	h := &weekHome{Home: homeassistanttest.StartPiped(w.t)}
	for _, p := range w.profiles {
		series := daemon.StatisticsSeries(p, w.users[p.Slug], []string{"weight_kg"})[0]
		s := &homeassistanttest.Statistic{HasMean: true, MeanType: 1, Unit: &series.Unit, UnitClass: new("mass")}
		s.Rows = map[int64]homeassistanttest.Row{}
		for hours := range 10 {
			start := weekBegins.Add(time.Duration(hours) * time.Hour)
			s.Rows[start.Unix()] = homeassistanttest.Row{Mean: new(77.7), Min: new(77.7), Max: new(77.7)}
		}
		h.Add(homeassistanttest.Entity{ID: "sensor." + p.Slug, UniqueID: series.UniqueID, Platform: "mqtt"}, s)
	}
	return h
}

// set sets knobs of the line.
func (h *weekHome) set(knobs func(*weekHome)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	knobs(h)
}

// cut breaks the lines that there are.
func (h *weekHome) cut() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, line := range h.lines {
		_ = line.Close()
	}
	h.lines = nil
}

// dial connects to it.
func (h *weekHome) dial(ctx context.Context, network, address string) (net.Conn, error) {
	h.mu.Lock()
	away := h.away > 0
	h.mu.Unlock()
	if away {
		return nil, errors.New("connection refused")
	}
	connection, err := h.Dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	line := &homeLine{Conn: connection, home: h, closed: make(chan struct{})}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lines = append(h.lines, line)
	return line, nil
}

// message counts a message, and returns how long it takes and whether the line
// breaks.
func (h *weekHome) message() (delay time.Duration, broken bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.breaks > 0 {
		h.breaks--
		broken = h.breaks == 0
	}
	return h.delay, broken
}

// homeLine is a connection to Home Assistant.
type homeLine struct {
	net.Conn

	home   *weekHome
	once   sync.Once
	closed chan struct{}
}

// Write implements net.Conn. When the line breaks, what was written may have
// arrived, but nothing comes back.
func (l *homeLine) Write(data []byte) (int, error) {
	delay, broken := l.home.message()
	select {
	case <-time.After(delay):
	case <-l.closed:
		return 0, net.ErrClosed
	}
	n, err := l.Conn.Write(data)
	if broken {
		_ = l.Close()
		return n, errors.New("connection reset by peer")
	}
	return n, err
}

// Close implements net.Conn.
func (l *homeLine) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Conn.Close()
}

// importStatistics imports the past of all profiles, as when somebody asks for
// it, in both modes.
func (w *weekRun) importStatistics(ctx context.Context, h *weekHome, journal string) error {
	for _, p := range w.profiles {
		user := w.users[p.Slug]
		client, err := homeassistant.Dial(ctx, homeassistant.Options{
			URL:   "http://127.0.0.1:1",
			Token: secret.New(h.Token),
			Dial:  h.dial,
		})
		if err != nil {
			return err
		}
		importer := homeassistant.Importer{
			Client: client,
			Source: daemon.StatisticsSource{
				Archive: w.archive,
				User:    user,
				Zone:    daemon.AccountZone(ctx, w.archive, user),
			},
			Journal: homeassistant.NewJournal(filepath.Join(w.folder, journal)),
		}
		series := daemon.StatisticsSeries(p, user, p.Keys)
		for _, mode := range []homeassistant.Mode{homeassistant.ModeEntity, homeassistant.ModeExternal} {
			if _, err = importer.Import(ctx, homeassistant.Job{Mode: mode, Series: series}); err != nil {
				break
			}
		}
		client.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// serveStatistics imports what is asked for until the process ends.
func (w *weekRun) serveStatistics(ctx context.Context, asked <-chan struct{}) {
	for {
		select {
		case <-asked:
			if w.importStatistics(ctx, w.home, "statistics.json") != nil {
				w.failedImports.Add(1)
			}
		case <-ctx.Done():
			return
		}
	}
}

// askForStatistics does nothing while no process runs, or while it imports.
func (w *weekRun) askForStatistics() {
	if w.conn == nil {
		return
	}
	select {
	case w.asked <- struct{}{}:
	default:
	}
}

// statistics returns what Home Assistant has at the end, when all profiles were
// imported once more.
func (w *weekRun) statistics() weekCopy {
	anew := w.newWeekHome()
	for journal, home := range map[string]*weekHome{"statistics.json": w.home, "anew.json": anew} {
		home.set(func(h *weekHome) { h.delay = 0 })
		if err := w.importStatistics(w.t.Context(), home, journal); err != nil {
			w.t.Fatal(err)
		}
	}
	return newWeekCopy(w.rowsOf(anew), w.rowsOf(w.home))
}

// rowsOf returns all statistics, by their ids and hours.
func (w *weekRun) rowsOf(h *weekHome) map[string]string {
	rows := map[string]string{}
	for _, p := range w.profiles {
		ids := []string{"sensor." + p.Slug}
		for _, series := range daemon.StatisticsSeries(p, w.users[p.Slug], p.Keys) {
			ids = append(ids, series.ExternalID)
		}
		for _, id := range ids {
			s := h.Statistic(id)
			if s == nil {
				continue
			}
			for _, second := range slices.Sorted(maps.Keys(s.Rows)) {
				row := s.Rows[second]
				key := fmt.Sprint(id, " ", time.Unix(second, 0).UTC().Format(time.DateTime))
				rows[key] = fmt.Sprint(figure(row.Mean), figure(row.Min), figure(row.Max), figure(row.State), figure(row.Sum))
			}
		}
	}
	return rows
}

// figure returns a number with the digits that are compared: what is there
// within a part in a billion is not sent again.
func figure(f *float64) string {
	if f == nil {
		return "-"
	}
	return fmt.Sprintf(" %.6g", *f)
}
