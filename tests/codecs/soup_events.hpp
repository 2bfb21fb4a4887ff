// What the SoupBinTCP tests share: packets from text, listeners that write down what they hear, and
// a clock that stands where it is put.
#pragma once

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "codecs/soup/client.hpp"
#include "codecs/soup/server.hpp"
#include "tests/codecs/wire.hpp"

namespace tickweir::codecs::soup {

inline void PrintTo(const Status& status, std::ostream* out) {
    *out << to_string(status.fault) << " at " << status.offset << ": " << status.value;
}
inline void PrintTo(Sent sent, std::ostream* out) {
    *out << to_string(sent);
}

}  // namespace tickweir::codecs::soup

namespace tickweir::tests {

using Lines = std::vector<std::string>;

/// A packet around a text.
inline Buffer soup_packet(char type, std::string_view payload = "") {
    Buffer wire = framed(text_bytes(std::string{type} + std::string{payload}));
    return wire;
}

/// Several packets as one run of bytes.
inline Buffer joined(const std::vector<Buffer>& packets) {
    Buffer all;
    for (const Buffer& packet : packets)
        append(all, packet);
    return all;
}

inline std::string text_of(codecs::Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Writes and forgets everything a machine has to send.
template <class Machine>
Buffer drained(Machine& machine) {
    Buffer all;
    while (!machine.pending_output().empty()) {
        append(all, machine.pending_output());
        machine.drained(machine.pending_output().size());
    }
    return all;
}

/// So many seconds into a day.
inline codecs::soup::TimeNs at(double seconds) {
    return codecs::soup::TimeNs{std::chrono::nanoseconds{static_cast<std::int64_t>(seconds * 1e9)}};
}

/// Hears everything a client tells. Takes `room` messages, then no more.
struct ClientListener {
    Lines lines;
    std::size_t room = static_cast<std::size_t>(-1);

    void on_login_accepted(const codecs::soup::Session& session, std::uint64_t sequence) {
        lines.push_back("accepted " + std::string{session.view()} + " " + std::to_string(sequence));
    }
    void on_new_session(const codecs::soup::Session& session) {
        lines.push_back("new session " + std::string{session.view()});
    }
    void on_missed(std::uint64_t first, std::uint64_t count) {
        lines.push_back("missed " + std::to_string(count) + " from " + std::to_string(first));
    }
    void on_login_rejected(codecs::soup::RejectReason reason) {
        lines.push_back("rejected " + std::string{to_string(reason)});
    }
    bool on_sequenced(std::uint64_t sequence, codecs::Bytes message) {
        if (room == 0) return false;
        --room;
        lines.push_back("message " + std::to_string(sequence) + " " + text_of(message));
        return true;
    }
    bool on_unsequenced(codecs::Bytes message) {
        if (room == 0) return false;
        --room;
        lines.push_back("unsequenced " + text_of(message));
        return true;
    }
    void on_debug(codecs::Bytes text) { lines.push_back("debug " + text_of(text)); }
    void on_end_of_session() { lines.push_back("end of session"); }
};

/// Hears everything a server tells. Takes `room` messages, then no more.
struct ServerListener {
    Lines lines;
    std::size_t room = static_cast<std::size_t>(-1);

    void on_login_request(const codecs::Alpha<6>& username, const codecs::Alpha<10>& password,
                          const codecs::soup::Session& session, std::uint64_t sequence) {
        lines.push_back("login " + std::string{username.view()} + "/" +
                        std::string{password.view()} + " '" + std::string{session.view()} + "' " +
                        std::to_string(sequence));
    }
    bool on_unsequenced(codecs::Bytes message) {
        if (room == 0) return false;
        --room;
        lines.push_back("unsequenced " + text_of(message));
        return true;
    }
    void on_debug(codecs::Bytes text) { lines.push_back("debug " + text_of(text)); }
    void on_logout() { lines.push_back("logout"); }
};

/// Hears nothing.
struct Deaf {};

}  // namespace tickweir::tests
