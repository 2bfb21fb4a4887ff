// The gateway's half of a session for tests of the load's clients: reads what they send, and says
// what a test wants it to. No sockets.
#pragma once

#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/trading/client_session.hpp"

namespace tickweir::tests {

namespace wire = codecs::fix;
namespace tag = codecs::fix::tag;
using book::TimeNs;

/// A text with `|` for SOH.
inline std::string soh(std::string_view text) {
    std::string out{text};
    for (char& c : out)
        if (c == '|') c = wire::soh;
    return out;
}

class StubGateway {
public:
    /// Takes what a session has to send. The messages as texts, with `|` for SOH and without 8, 9,
    /// 49, 56, 52, 60, 10: what is said, not how.
    std::vector<std::string> take(bench::ClientSession& session) {
        const std::string bytes{session.output()};
        session.drain(bytes.size());
        std::vector<std::string> messages;
        std::string_view rest = bytes;
        while (!rest.empty()) {
            const wire::Frame frame = message_.read(rest);
            if (frame.status != wire::FrameStatus::whole) {
                messages.push_back("garbled: " + std::string{rest});
                break;
            }
            messages.push_back(shown());
            rest.remove_prefix(frame.bytes);
        }
        return messages;
    }

    /// A message of the gateway with its next number; `body` with `|` for SOH.
    std::string say(std::string_view type, std::string_view body = {}) {
        return say_as(number_++, type, body);
    }
    std::string say_as(std::uint64_t number, std::string_view type, std::string_view body = {}) {
        std::string text = "35=" + std::string{type} +
                           "|49=TICKWEIR|56=C1|34=" + std::to_string(number) +
                           "|52=20240102-03:04:05.006|" + std::string{body};
        text = soh(text);
        text = soh("8=FIX.4.4|9=" + std::to_string(text.size()) + "|") + text;
        std::array<char, 4> sum;
        std::snprintf(sum.data(), sum.size(), "%03d", wire::checksum(text));
        return text + soh("10=" + std::string{sum.data()} + "|");
    }
    void skip(std::uint64_t numbers) { number_ += numbers; }

private:
    std::string shown() const {
        constexpr std::array<wire::Tag, 7> left_out{8, 9, 10, 49, 52, 56, 60};
        std::string out;
        for (const wire::Field& field : message_.fields()) {
            if (std::ranges::find(left_out, field.tag) != left_out.end()) continue;
            out += std::to_string(field.tag) + "=" + std::string{message_.value(field)} + "|";
        }
        return out;
    }

    wire::Message message_;
    std::uint64_t number_ = 1;
};

/// A session that is logged on, with its gateway.
struct LoggedOn {
    LoggedOn() {
        session.log_on(now);
        (void)gateway.take(session);
        hear(gateway.say("A", "98=0|108=30|141=Y|"));
    }
    /// What the session makes of bytes: the types and numbers of the messages that it visits.
    std::vector<std::string> hear(std::string_view bytes) {
        std::vector<std::string> visited;
        session.on_bytes(bytes, now, [&](const wire::Message& message) {
            visited.push_back(std::string{message.msg_type()} + " " +
                              std::string{message.find(tag::msg_seq_num).value_or("?")});
        });
        return visited;
    }

    TimeNs now{std::chrono::seconds{1'700'000'000}};
    StubGateway gateway;
    bench::ClientSession session{{.comp_id = "C1"}};
};

using Texts = std::vector<std::string>;

}  // namespace tickweir::tests
