// A receiver of MoldUDP64 under a script: packets whose messages tell which they are go in, and
// everything that it tells or asks comes out as text. Each message that it gives is compared.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "codecs/mold/receiver.hpp"
#include "tests/codecs/wire.hpp"

namespace tickweir::tests {

/// A message of a session, different from all others; from 8 to 14 bytes long.
Buffer mold_message(std::string_view session, std::uint64_t sequence);
/// A packet with `count` of them; a heartbeat if 0.
Buffer mold_packet(std::string_view session, std::uint64_t sequence, std::uint64_t count);
Buffer mold_end(std::string_view session, std::uint64_t sequence);

/// One event or request, in words.
std::string text_of(const codecs::mold::Event& event);
std::string text_of(const codecs::mold::OutgoingRequest& request);

class MoldScript {
public:
    using Lines = std::vector<std::string>;

    explicit MoldScript(const codecs::mold::ReceiverLimits& limits) : receiver_{limits} {}

    /// Of the session below.
    void line(std::uint32_t line, std::uint64_t sequence, std::uint64_t count);
    void heartbeat(std::uint32_t line, std::uint64_t next) { this->line(line, next, 0); }
    void end(std::uint32_t line, std::uint64_t next);
    void answer(std::uint32_t server, std::uint64_t sequence, std::uint64_t count);

    void raw_line(std::uint32_t line, codecs::Bytes datagram);
    void raw_answer(std::uint32_t server, codecs::Bytes datagram);
    /// Time passes, at once.
    void after(std::chrono::nanoseconds time);
    /// Time passes, and the receiver is told whenever it wants to be.
    void pass(std::chrono::nanoseconds time);

    /// What happened since this was called last.
    Lines told();

    std::string session = "A";

    /// Called where set, in the order of told(), for those who go by more than text.
    std::function<void(const codecs::mold::Event&)> on_event;
    std::function<void(const codecs::mold::OutgoingRequest&)> on_request;

    /// Sets the clock without a word to the receiver.
    void set_now(codecs::mold::TimeNs now) { now_ = now; }

    const codecs::mold::Receiver& receiver() const { return receiver_; }
    const codecs::mold::ReceiverCounts& counts() const { return receiver_.counts(); }
    codecs::mold::TimeNs now() const { return now_; }

private:
    void take_events();
    void check_messages(const codecs::mold::Event& event);

    codecs::mold::Receiver receiver_;
    codecs::mold::TimeNs now_{std::chrono::seconds{1'000}};
    std::string given_session_;
    std::uint64_t next_ = 0;  // as told
    bool frozen_ = false;     // as told
    Lines told_;
};

/// A session of which the first three messages were given.
MoldScript begun(const codecs::mold::ReceiverLimits& limits);

}  // namespace tickweir::tests
