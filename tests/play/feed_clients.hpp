// Plain sockets that follow a published feed, and a capture to publish.
#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "codecs/mold/packet.hpp"
#include "codecs/soup/framing.hpp"
#include "gateway/live/udp_address.hpp"
#include "gateway/serve/net/descriptor.hpp"
#include "replay/simulator.hpp"
#include "tests/play/support.hpp"
#include "tests/replay/support.hpp"

namespace tickweir::tests {

/// The messages of a simulated day.
inline std::vector<Message> simulated_day(std::uint64_t messages, std::uint64_t seed = 3) {
    replay::SimulatorOptions options;
    options.seed = seed;
    options.instruments = 5;
    options.messages = messages;
    options.live_orders = 200;
    auto market = replay::Simulator::create(options);
    EXPECT_TRUE(market) << market.error();
    std::vector<Message> day;
    for (codecs::Bytes message = market->next(); !message.empty(); message = market->next())
        day.emplace_back(message.begin(), message.end());
    return day;
}

/// Writes them as an ITCH file.
inline void write_itch(const std::filesystem::path& path, const std::vector<Message>& messages) {
    replay::tests::Buffer frames;
    for (const Message& message : messages) {
        replay::tests::append_big(frames, static_cast<std::uint16_t>(message.size()));
        replay::tests::append(frames, message);
    }
    replay::tests::write_file(path, frames);
}

inline gateway::UdpAddress address_of(const gateway::Descriptor& socket) {
    sockaddr_in address{};
    socklen_t length = sizeof address;
    EXPECT_EQ(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &length), 0);
    return gateway::from_sockaddr(address);
}

/// A UDP socket on a free port of the loopback, with all it received in order. Without waiting.
class Receiver {
public:
    Receiver() : socket_{::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)} {
        const int buffer = 4 * 1024 * 1024;
        ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
        const sockaddr_in any = gateway::to_sockaddr({gateway::ipv4_loopback, 0});
        EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any), 0);
        address = address_of(socket_);
    }

    int get() const { return socket_.get(); }

    /// Takes all that is there; whether there was anything.
    bool drain() {
        std::vector<std::byte> datagram(65'536);
        bool any = false;
        for (;;) {
            const ssize_t got = ::recv(socket_.get(), datagram.data(), datagram.size(), 0);
            if (got < 0) return any;
            any = true;
            take(codecs::Bytes{datagram}.first(static_cast<std::size_t>(got)));
        }
    }

    void ask(const gateway::UdpAddress& server, const codecs::mold::Request& request) const {
        const sockaddr_in to = gateway::to_sockaddr(server);
        EXPECT_EQ(::sendto(socket_.get(), &request, sizeof request, 0,
                           reinterpret_cast<const sockaddr*>(&to), sizeof to),
                  ssize_t{sizeof request});
    }

    /// The messages of a session by number; an equal copy is no news.
    std::map<std::string, std::map<std::uint64_t, Message>> sessions;
    std::map<std::string, std::uint64_t> ended_at;  ///< what ends of session told
    std::uint64_t packets = 0;                      ///< all
    std::uint64_t heartbeats = 0;
    std::uint64_t ends = 0;
    std::uint64_t copies = 0;     ///< of packets with messages
    std::uint64_t backwards = 0;  ///< packets that a later one overtook
    std::size_t longest = 0;
    gateway::UdpAddress address;

private:
    void take(codecs::Bytes datagram) {
        const codecs::mold::PacketView packet{datagram};
        ASSERT_EQ(packet.status(), codecs::mold::PacketStatus::ok);
        const std::string session{packet.session().view()};
        ++packets;
        longest = std::max(longest, datagram.size());
        heartbeats += packet.is_heartbeat();
        if (packet.is_end_of_session()) {
            ++ends;
            ended_at[session] = packet.sequence();
            return;
        }
        if (packet.is_heartbeat()) return;
        if (packet.sequence() < highest_) ++backwards;
        highest_ = packet.sequence();
        std::uint64_t sequence = packet.sequence();
        auto& messages = sessions[session];
        if (messages.contains(sequence)) ++copies;
        for (const codecs::Bytes message : packet.messages()) {
            const Message copy{message.begin(), message.end()};
            ASSERT_EQ(messages.try_emplace(sequence, copy).first->second, copy);
            ++sequence;
        }
    }

    gateway::Descriptor socket_;
    std::uint64_t highest_ = 0;
};

/// The numbers of a session of `count` messages that are not there.
inline std::vector<std::uint64_t> missing(const std::map<std::uint64_t, Message>& messages,
                                          std::uint64_t count) {
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t sequence = 1; sequence <= count; ++sequence)
        if (!messages.contains(sequence)) numbers.push_back(sequence);
    return numbers;
}

/// Whether a session is exactly this day.
inline void expect_day(const std::map<std::uint64_t, Message>& messages,
                       const std::vector<Message>& day) {
    ASSERT_EQ(messages.size(), day.size());
    for (const auto& [sequence, message] : messages)
        ASSERT_EQ(message, day.at(sequence - 1)) << sequence;
}

/// A SoupBinTCP client that logs in from a message on and reads. Without waiting.
class SoupReader {
public:
    /// Logs in as well, unless `first` is none.
    SoupReader(const gateway::UdpAddress& server, std::optional<std::uint64_t> first,
               int receive_buffer = 0)
        : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        if (receive_buffer != 0)
            ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer,
                         sizeof receive_buffer);
        const sockaddr_in to = gateway::to_sockaddr(server);
        EXPECT_EQ(::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
        if (first) log_in(*first);
    }

    void log_in(std::uint64_t first) {
        const codecs::soup::LoginRequest request{"user", "secret", {}, first};
        std::array<std::byte, 64> bytes;
        const std::size_t length = codecs::soup::write_packet(bytes, request);
        EXPECT_EQ(::send(socket_.get(), bytes.data(), length, MSG_NOSIGNAL),
                  static_cast<ssize_t>(length));
    }

    int get() const { return socket_.get(); }

    /// Takes at most `bytes_max` of what is there; whether there was anything.
    bool drain(std::size_t bytes_max = 1 << 20) {
        std::vector<std::byte> bytes(bytes_max);
        const ssize_t got = ::recv(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (got == 0) closed = true;
        if (got <= 0) return false;
        rest_.insert(rest_.end(), bytes.begin(), bytes.begin() + got);
        codecs::soup::PacketCursor cursor{rest_};
        codecs::soup::Packet packet;
        while (cursor.next(packet) == codecs::soup::FrameStatus::packet) {
            if (packet.type == codecs::soup::PacketType::sequenced)
                messages.emplace_back(packet.payload.begin(), packet.payload.end());
            else
                letters += codecs::soup::letter(packet.type);
        }
        rest_.erase(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(cursor.position()));
        return true;
    }

    std::vector<Message> messages;
    std::string letters;  ///< of packets that are no messages
    bool closed = false;

private:
    gateway::Descriptor socket_;
    std::vector<std::byte> rest_;
};

}  // namespace tickweir::tests
