package find

import (
	"context"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// Multicast is where machines of the local network listen for questions.
const Multicast = "224.0.0.251:5353"

const (
	// listening is how long answers are waited for: whoever is there is quick.
	listening = 1200 * time.Millisecond
	// answering is how long a broker that was announced may take to let us in, and
	// mostBrokers how many are asked.
	answering   = 1500 * time.Millisecond
	mostBrokers = 16
	// longest is what one packet holds at most.
	longest = 9000
	// unicast asks for an answer to us alone; on an answer the bit has another
	// meaning, and none for us.
	unicast = 1 << 15
)

// services are the two kinds of announcements, by the scheme of their addresses.
func services() map[string]string {
	return map[string]string{"_mqtt._tcp.local.": "mqtt", "_secure-mqtt._tcp.local.": "mqtts"}
}

// Announced asks the local network for brokers that announce themselves
// (DNS-SD), and looks whether they answer. Anybody in the network can announce
// one: a person should say whether it is the right one.
func Announced(to string) Finder {
	return func(ctx context.Context) []Broker {
		told := listen(ctx, to)
		told = told[:min(len(told), mostBrokers)]
		there := make([]bool, len(told))
		ctx, cancel := context.WithTimeout(ctx, answering)
		defer cancel()
		var group sync.WaitGroup
		for i := range told {
			group.Go(func() { there[i] = told[i].answers(ctx) }) // at once: one that is mute must not use up the time
		}
		group.Wait()
		var found []Broker
		for i, broker := range told {
			if there[i] {
				found = append(found, broker)
			}
		}
		return found
	}
}

// hostName is what a machine may be called: what is announced goes to a terminal
// and into a file.
var hostName = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$`)

// listen asks once and gathers the answers.
func listen(ctx context.Context, to string) []Broker {
	target, err := net.ResolveUDPAddr("udp4", to)
	if err != nil {
		return nil
	}
	socket, err := (&net.ListenConfig{}).ListenPacket(ctx, "udp4", ":0")
	if err != nil {
		return nil
	}
	defer func() { _ = socket.Close() }()
	ask, err := question()
	if err != nil {
		return nil
	}
	if _, err := socket.WriteTo(ask, target); err != nil {
		return nil
	}
	end := time.Now().Add(listening)
	if limit, ok := ctx.Deadline(); ok && limit.Before(end) {
		end = limit
	}
	_ = socket.SetReadDeadline(end)
	book := records{services: map[string][]string{}, places: map[string]place{}, addresses: map[string]netip.Addr{}}
	packet := make([]byte, longest)
	for {
		n, _, err := socket.ReadFrom(packet)
		if err != nil {
			return book.brokers()
		}
		book.read(packet[:n])
	}
}

func question() ([]byte, error) {
	message := dnsmessage.Message{}
	for name := range services() {
		asked, err := dnsmessage.NewName(name)
		if err != nil {
			return nil, err
		}
		message.Questions = append(message.Questions, dnsmessage.Question{
			Name: asked, Type: dnsmessage.TypePTR, Class: dnsmessage.ClassINET | unicast,
		})
	}
	return message.Pack()
}

// place is where a service runs.
type place struct {
	host string
	port uint16
}

// records are what the answers said, names in small letters.
type records struct {
	services  map[string][]string // service type to instances
	places    map[string]place    // instance to place
	addresses map[string]netip.Addr
}

// read takes an answer over. One that is no DNS is nobody's.
func (r *records) read(packet []byte) {
	var message dnsmessage.Message
	if message.Unpack(packet) != nil || !message.Response {
		return
	}
	for _, row := range slices.Concat(message.Answers, message.Additionals) {
		name := strings.ToLower(row.Header.Name.String())
		switch body := row.Body.(type) {
		case *dnsmessage.PTRResource:
			if instance := strings.ToLower(body.PTR.String()); !slices.Contains(r.services[name], instance) {
				r.services[name] = append(r.services[name], instance)
			}
		case *dnsmessage.SRVResource:
			r.places[name] = place{strings.ToLower(body.Target.String()), body.Port}
		case *dnsmessage.AResource:
			r.addresses[name] = netip.AddrFrom4(body.A)
		}
	}
}

// brokers puts the records together. The address is preferred to the name: few
// programs can look up names of the local network.
func (r *records) brokers() []Broker {
	var found []Broker
	for service, scheme := range services() {
		for _, instance := range r.services[service] {
			at, ok := r.places[instance]
			if !ok || at.port == 0 {
				continue
			}
			name := strings.TrimSuffix(at.host, ".")
			host := name
			if address, known := r.addresses[at.host]; known && scheme == "mqtt" { // a certificate has the name
				host = address.String()
			}
			if !hostName.MatchString(name) {
				continue
			}
			found = append(found, Broker{
				URL:    scheme + "://" + net.JoinHostPort(host, strconv.Itoa(int(at.port))),
				Origin: "announced in the local network as " + name, Announced: true,
			})
		}
	}
	slices.SortFunc(found, func(a, b Broker) int { return strings.Compare(a.URL, b.URL) })
	return found
}
