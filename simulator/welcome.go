// SPDX-License-Identifier: MIT

package simulator

import (
	"html/template"
	"net/http"

	"vitals2mqtt/simulator/people"
)

// welcomePage is for a person who opens the bare address in a browser.
var welcomePage = template.Must(template.New("welcome").Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Simulated cloud</title>
<style>
:root { color-scheme: light dark }
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif }
pre { overflow-x: auto; padding: .75rem; border: 1px solid }
dd { overflow-wrap: anywhere }
</style>
</head>
<body>
<h1>Simulated cloud</h1>
<p>This is the simulated cloud of vitals2mqtt. It answers as the Withings API does; its people and all of
their measurements are invented. It has no pages of its own besides this one and the consent page.</p>
<h2>Make something happen</h2>
{{with .Weigh}}<p>This command makes somebody step on the scale:</p>
<pre tabindex="0">{{.}}</pre>
{{end}}<ul>
<li><a href="/control?format=text">All controls</a> with their fields and an example each: nights, workouts, deletions,
faults, the cloud's clock and more</li>
<li><a href="/control?format=json">The same as JSON</a></li>
</ul>
<h2>Connect a client</h2>
<dl>
<dt>API and account URL</dt><dd><code>{{.Address}}</code></dd>
<dt>Client id</dt><dd><code>{{.ClientID}}</code></dd>
<dt>Client secret</dt><dd><code>{{.ClientSecret}}</code></dd>
<dt>People</dt><dd>{{range $i, $p := .People}}{{if $i}}, {{end}}{{$p.Name}} ({{$p.UserID}}){{end}}</dd>
</dl>
</body>
</html>
`))

// WeighCommand is a command line that makes the first person step on the scale,
// "" without people. The address is the cloud's, like http://127.0.0.1:8100.
func (c *Cloud) WeighCommand(address string) string {
	known := c.People()
	if len(known) == 0 {
		return ""
	}
	return "curl -d '{\"person\":\"" + known[0].Name + "\",\"kg\":\"81.4\"}' " + address + controlPath + "/weigh"
}

// ListCommand is a command line that lists all controls.
func (*Cloud) ListCommand(address string) string {
	return "curl '" + address + controlPath + "?format=text'"
}

// serveWelcome says what answers here, and what can be done with it.
func (c *Cloud) serveWelcome(w http.ResponseWriter, r *http.Request) {
	address := "http://" + r.Host
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	_ = welcomePage.Execute(w, struct { // The client may have disconnected.
		Address, Weigh, ClientID, ClientSecret string
		People                                 []people.PersonInfo
	}{address, c.WeighCommand(address), c.ClientID(), c.ClientSecret(), c.People()})
}
