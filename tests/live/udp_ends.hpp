// The other ends of a MoldUDP64 feed, plain sockets of the test: a sender of packets, and a
// re-request server that is asked and answers when it is told to.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <vector>

#include "codecs/mold/packet.hpp"
#include "gateway/live/udp_socket.hpp"
#include "gateway/runtime/host.hpp"
#include "tests/live/feed_bed.hpp"

namespace tickweir::tests {

inline constexpr gateway::UdpAddress any_loopback_port{gateway::ipv4_loopback, 0};

inline gateway::UdpSocket loopback_socket(std::size_t batch = 64) {
    auto socket = gateway::UdpSocket::open(
        {.address = any_loopback_port, .interface = {}, .buffer_bytes = 1U << 20, .batch = batch});
    if (!socket) throw std::runtime_error{socket.error()};
    return std::move(*socket);
}

/// A system begins to stamp packets as they arrive some time after the first socket asked for it;
/// before that they have the time at which they are read. Waits for that, and keeps it so.
class KernelStamps {
public:
    KernelStamps() {
        const std::vector<std::byte> probe(1);
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
        while (!begun_ && std::chrono::steady_clock::now() < deadline) {
            if (!socket_.send(probe, socket_.address())) return;
            const book::TimeNs sent = gateway::wall_clock_now();
            while (socket_.receive(gateway::wall_clock_now()) == 0)
                if (std::chrono::steady_clock::now() >= deadline) return;
            begun_ = socket_[0].received <= sent;
        }
    }
    /// False: it did not come to that in time.
    bool begun() const { return begun_; }

private:
    gateway::UdpSocket socket_ = loopback_socket();
    bool begun_ = false;
};

/// Packets with messages that tell their numbers.
class MoldSender {
public:
    explicit MoldSender(std::string_view session = "S1") : session_{session} {}

    void set_session(std::string_view session) { session_ = codecs::Alpha<10>{session}; }

    std::vector<std::byte> packet(std::uint64_t first, std::uint64_t last) {
        codecs::mold::PacketWriter writer{room_, session_, first};
        for (std::uint64_t n = first; n <= last; ++n)
            EXPECT_TRUE(writer.append(numbered(n)));
        return copy(writer.finish());
    }

    /// Messages first to last; last below first: a heartbeat.
    void send(const gateway::UdpAddress& to, std::uint64_t first, std::uint64_t last) {
        send(to, packet(first, last));
    }
    void end(const gateway::UdpAddress& to, std::uint64_t next) {
        codecs::mold::PacketWriter writer{room_, session_, next};
        send(to, copy(writer.finish_session()));
    }
    void send(const gateway::UdpAddress& to, const std::vector<std::byte>& bytes) {
        ASSERT_TRUE(socket_.send(bytes, to));
    }

    gateway::UdpSocket& socket() { return socket_; }

private:
    static std::vector<std::byte> copy(codecs::Bytes bytes) { return {bytes.begin(), bytes.end()}; }

    codecs::Alpha<10> session_;
    std::vector<std::byte> room_ = std::vector<std::byte>(60'000);
    gateway::UdpSocket socket_ = loopback_socket();
};

/// Asked by the feed; what it answers is the test's decision.
class FakeServer {
public:
    struct Asked {
        std::uint64_t sequence;
        std::uint64_t count;
        friend bool operator==(const Asked&, const Asked&) = default;
    };

    gateway::UdpAddress address() const { return socket_.address(); }

    /// The requests that have arrived.
    std::vector<Asked> asked() {
        std::vector<Asked> all;
        for (std::size_t n = socket_.receive({}); n != 0; n = socket_.receive({}))
            for (std::size_t i = 0; i < n; ++i) {
                const auto request = codecs::mold::read_request(socket_[i].bytes);
                EXPECT_TRUE(request.has_value());
                if (!request) continue;
                client_ = socket_[i].source;
                all.push_back({request->sequence, request->count});
            }
        return all;
    }

    /// To whoever asked last.
    void answer(const std::vector<std::byte>& packet) {
        ASSERT_TRUE(client_.has_value());
        ASSERT_TRUE(socket_.send(packet, *client_));
    }
    std::optional<gateway::UdpAddress> client() const { return client_; }

private:
    gateway::UdpSocket socket_ = loopback_socket();
    std::optional<gateway::UdpAddress> client_;
};

}  // namespace tickweir::tests
