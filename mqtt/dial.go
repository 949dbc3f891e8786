package mqtt

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"

	paho "github.com/eclipse/paho.mqtt.golang"
)

// openConn dials the broker. It stands in for paho's own dialling, which cannot be
// called off, and so that the connection can be cut without a goodbye.
func (c *Client) openConn(ctx context.Context, to *url.URL, o paho.ClientOptions) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, o.ConnectTimeout)
	defer cancel()
	if c.dialer != nil {
		return c.dialer(ctx, to.Host)
	}
	switch to.Scheme {
	case "ws", "wss":
		conn, err := paho.NewWebsocket(to.String(), o.TLSConfig, o.ConnectTimeout, http.Header{}, &paho.WebsocketOptions{})
		if err != nil {
			return nil, fmt.Errorf("opening a websocket: %w", err)
		}
		return conn, nil
	case "ssl":
		dialer := tls.Dialer{Config: o.TLSConfig}
		return dialer.DialContext(ctx, "tcp", to.Host)
	}
	var dialer net.Dialer
	return dialer.DialContext(ctx, "tcp", to.Host)
}
