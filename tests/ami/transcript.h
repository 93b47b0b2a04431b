#ifndef CLICK2CALL_AMI_TRANSCRIPT_H_
#define CLICK2CALL_AMI_TRANSCRIPT_H_

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "ami/message.h"
#include "ami/reader.h"

namespace click2call::ami {

inline void ReplaceAll(std::string* text, std::string_view from, std::string_view to) {
  for (std::size_t at = text->find(from); at != std::string::npos;
       at = text->find(from, at + to.size())) {
    text->replace(at, from.size(), to);
  }
}

// What went over the wire between a client and a real Asterisk (data/ami/*.txt; their first two
// lines explain the format).
struct Transcript {
  struct Part {
    bool received;  // from Asterisk
    std::string bytes;
  };
  std::vector<Part> parts;  // in turns
  bool closed = false;      // by Asterisk, at the end

  std::string Received() const { return Join(true); }
  std::string Sent() const { return Join(false); }

  void Replace(std::string_view from, std::string_view to) {
    for (Part& part : parts) ReplaceAll(&part.bytes, from, to);
  }

 private:
  std::string Join(bool received) const {
    std::string bytes;
    for (const Part& part : parts) {
      if (part.received == received) bytes += part.bytes;
    }
    return bytes;
  }
};

// "asterisk-16-call-connected" and so on.
inline std::vector<std::string> TranscriptNames() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator("data/ami")) {
    if (entry.path().extension() == ".txt") names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

inline Transcript ReadTranscript(const std::string& name) {
  std::ifstream file("data/ami/" + name + ".txt", std::ios::binary);
  if (!file) throw std::runtime_error("there is no transcript " + name + " (run in tests/)");
  Transcript transcript;
  std::string line;
  while (std::getline(file, line)) {
    if (line == "# (closed by Asterisk)") transcript.closed = true;
    if (!line.starts_with("< ") && !line.starts_with("> ")) continue;
    const bool received = line.front() == '<';
    if (transcript.parts.empty() || transcript.parts.back().received != received) {
      transcript.parts.push_back({received, {}});
    }
    transcript.parts.back().bytes += line.substr(2) + "\r\n";
  }
  return transcript;
}

// The ChannelId of the transcript's first Originate.
inline std::string ChannelIdOf(const Transcript& transcript) {
  constexpr std::string_view kName = "\r\nChannelId: ";
  const std::string sent = transcript.Sent();
  const std::size_t at = sent.find(kName);
  if (at == std::string::npos) throw std::runtime_error("there is no Originate in it");
  const std::size_t begin = at + kName.size();
  return sent.substr(begin, sent.find('\r', begin) - begin);
}

// All messages that Asterisk sent in a recorded call, which is given the id `call_id`.
inline std::vector<Message> RecordedMessages(const std::string& name, std::string_view call_id) {
  Transcript transcript = ReadTranscript(name);
  transcript.Replace(ChannelIdOf(transcript), call_id);
  Reader reader;
  reader.Feed(transcript.Received());
  std::string banner;
  reader.NextLine(&banner);
  std::vector<Message> messages;
  Message message;
  while (reader.NextMessage(&message) == Reader::Outcome::kDone) messages.push_back(message);
  return messages;
}

}  // namespace click2call::ami

#endif  // CLICK2CALL_AMI_TRANSCRIPT_H_
