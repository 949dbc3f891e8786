// SPDX-License-Identifier: MIT

package mqtt

import (
	"bytes"
	"errors"
	"io"
	"net"
	"testing"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// arrived is a connection on which everything has arrived.
type arrived struct {
	net.Conn

	data  *bytes.Reader
	reads int
}

func (a *arrived) Read(into []byte) (int, error) {
	a.reads++
	return a.data.Read(into)
}

// TestArrivedMessagesAreReadTogether counts reads, each of which is a system
// call: three for each message without a buffer.
func TestArrivedMessagesAreReadTogether(t *testing.T) {
	t.Parallel()
	const messages = 100
	var sent bytes.Buffer
	for range messages {
		if err := packets.NewControlPacket(packets.Puback).Write(&sent); err != nil {
			t.Fatal(err)
		}
	}
	a := &arrived{data: bytes.NewReader(sent.Bytes())}
	conn, got := newChunkedConn(a, func() {}), 0
	for {
		_, err := packets.ReadPacket(conn)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		got++
	}
	if got != messages || a.reads > 2 { // the second finds the end
		t.Errorf("%d messages of %d in %d reads", got, messages, a.reads)
	}
}
