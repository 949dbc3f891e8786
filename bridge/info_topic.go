// SPDX-License-Identifier: MIT

package bridge

// infoTopic publishes bridge/info.
type infoTopic struct {
	shared *shared
	info   map[string]any
}

func newInfoTopic(s *shared, info map[string]any) *infoTopic {
	topic := &infoTopic{s, info}
	topic.publish()
	return topic
}

// PublishRelease adds the latest release of the program to bridge/info, and the
// URL of its page unless it is "". Only one goroutine may call it.
func (i *infoTopic) PublishRelease(version, page string) {
	i.info["latest_version"] = version
	delete(i.info, "release_url")
	if page != "" {
		i.info["release_url"] = page
	}
	i.publish()
}

func (i *infoTopic) publish() {
	i.shared.publisher.Set(i.shared.site.Tree.BridgeInfo(), encode(i.info))
}
