// A SoupBinTCP feed in its surroundings: a listener of the test, and for each connection the
// server's half of the protocol, which does what the test says.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "codecs/soup/framing.hpp"
#include "codecs/soup/server.hpp"
#include "gateway/live/soup_feed.hpp"
#include "gateway/serve/net/descriptor.hpp"
#include "tests/live/feed_bed.hpp"

namespace tickweir::tests {

/// What a client asked for when it logged in.
struct Login {
    std::string username;
    std::string password;
    std::string session;
    std::uint64_t sequence = 0;
    friend bool operator==(const Login&, const Login&) = default;
};

/// The server's end of one connection.
class SoupPeer {
public:
    SoupPeer(int fd, book::TimeNs now) : socket_{fd}, server_{codecs::soup::server_limits, now} {}

    /// Takes what has come and sends what waits.
    void pump(book::TimeNs now) {
        std::array<std::byte, 4'096> room;
        for (;;) {
            const ssize_t got = ::recv(socket_.get(), room.data(), room.size(), MSG_DONTWAIT);
            if (got == 0) closed_ = true;
            if (got <= 0) break;
            count_heartbeats(std::span{room}.first(static_cast<std::size_t>(got)));
            input_.insert(input_.end(), room.begin(), room.begin() + got);
        }
        const auto done = server_.on_bytes(input_, now, *this);
        input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(done.bytes));
        while (!server_.pending_output().empty()) {
            const auto bytes = server_.pending_output();
            const ssize_t sent =
                ::send(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
            if (sent <= 0) return;
            server_.drained(static_cast<std::size_t>(sent));
        }
    }

    void on_login_request(const codecs::Alpha<6>& username, const codecs::Alpha<10>& password,
                          const codecs::soup::Session& session, std::uint64_t sequence) {
        login_ = Login{std::string{username.view()}, std::string{password.view()},
                       std::string{session.view()}, sequence};
    }
    void on_logout() { logged_out_ = true; }

    void accept(std::string_view session, std::uint64_t sequence, book::TimeNs now) {
        ASSERT_EQ(server_.accept(codecs::soup::Session{session}, sequence, now),
                  codecs::soup::Sent::ok);
        next_ = sequence;
    }
    void send(std::uint64_t count, book::TimeNs now) {
        for (; count > 0; --count)
            ASSERT_EQ(server_.send_sequenced(numbered(next_++), now), codecs::soup::Sent::ok);
    }

    /// Past the protocol.
    void send_raw(const std::vector<std::byte>& bytes) {
        ASSERT_EQ(::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(bytes.size()));
    }

    codecs::soup::Server& server() { return server_; }
    /// Of the client, each received in one piece.
    unsigned heartbeats() const { return heartbeats_; }
    const std::optional<Login>& login() const { return login_; }
    bool logged_out() const { return logged_out_; }
    bool closed() const { return closed_; }

private:
    void count_heartbeats(codecs::Bytes bytes) {
        codecs::soup::PacketCursor cursor{bytes};
        codecs::soup::Packet packet;
        while (cursor.next(packet) == codecs::soup::FrameStatus::packet)
            heartbeats_ += packet.type == codecs::soup::PacketType::client_heartbeat;
    }

    gateway::Descriptor socket_;
    codecs::soup::Server server_;
    unsigned heartbeats_ = 0;
    std::vector<std::byte> input_;
    std::optional<Login> login_;
    std::uint64_t next_ = 1;
    bool logged_out_ = false;
    bool closed_ = false;
};

class SoupListener {
public:
    SoupListener() : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)} {
        const sockaddr_in any = gateway::to_sockaddr({gateway::ipv4_loopback, 0});
        sockaddr_in bound{};
        socklen_t length = sizeof bound;
        if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0 ||
            ::listen(socket_.get(), 8) != 0 ||
            ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&bound), &length) != 0)
            throw std::runtime_error{"cannot listen"};
        address_ = gateway::from_sockaddr(bound);
    }

    const gateway::UdpAddress& address() const { return address_; }
    std::unique_ptr<SoupPeer> accept(book::TimeNs now) {
        const int fd = ::accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        return fd < 0 ? nullptr : std::make_unique<SoupPeer>(fd, now);
    }

private:
    gateway::Descriptor socket_;
    gateway::UdpAddress address_;
};

inline gateway::SoupFeedOptions soup_options() {
    gateway::SoupFeedOptions options;
    options.name = "test";
    options.login.username = codecs::Alpha<6>{"USER"};
    options.login.password = codecs::Alpha<10>{"SECRET"};
    options.login.limits.silence = std::chrono::hours{2};
    options.stale_after = std::chrono::hours{1};
    return options;
}

struct SoupBed : FeedBed {
    explicit SoupBed(gateway::SoupFeedOptions options = soup_options(),
                     gateway::RecordTap* tap = nullptr)
        : feed{at(std::move(options), listener), inputs(), reactor, 1, now, tap} {}

    static gateway::SoupFeedOptions at(gateway::SoupFeedOptions options,
                                       const SoupListener& listener) {
        options.server = listener.address();
        return options;
    }

    /// Both sides, until `done`.
    bool until(const std::function<bool()>& done) {
        return FeedBed::until(feed, [&] {
            if (auto next = listener.accept(now)) peer = std::move(next);
            if (peer) peer->pump(now);
            return done();
        });
    }
    /// Until the feed has asked to be let in, on a connection after the one there was.
    void expect_login(const Login& login) {
        const SoupPeer* const before = peer.get();
        ASSERT_TRUE(until([&] { return peer.get() != before && peer && peer->login(); }));
        EXPECT_EQ(*peer->login(), login);
    }
    /// Until the shards have been told so.
    void expect_told(const std::string& expected) {
        std::string text;
        until([&] {
            const std::string more = told.text();
            if (!more.empty()) text += (text.empty() ? "" : " ") + more;
            return text.size() >= expected.size();
        });
        EXPECT_EQ(text, expected);
    }
    void expect_state(gateway::FeedState expected) {
        EXPECT_TRUE(until([&] { return state() == expected; }));
    }
    /// Ends the connection from the server's side.
    void cut() {
        const auto before = report().soup.disconnects;
        peer.reset();
        EXPECT_TRUE(until([&] { return report().soup.disconnects > before; }));
    }
    void settle() { FeedBed::settle(feed); }
    void pass(std::chrono::nanoseconds time) { FeedBed::pass(feed, time); }
    gateway::FeedReport report() const { return FeedBed::report(feed); }
    gateway::FeedState state() const { return FeedBed::state(feed); }

    SoupListener listener;
    std::unique_ptr<SoupPeer> peer;
    gateway::SoupFeed feed;
};

}  // namespace tickweir::tests
