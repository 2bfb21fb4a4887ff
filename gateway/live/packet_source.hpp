// A socket as a feed takes packets from it: a batch at a time, one after the other, and only while
// the feed has room for what they bring. What is left waits in the kernel.
#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include "gateway/live/udp_socket.hpp"
#include "gateway/runtime/reactor.hpp"

namespace tickweir::gateway {

/// Registered with the reactor of the feed's thread while it is open.
class PacketSource final : public ReadyHandler {
public:
    /// Nothing but memory is taken here. The socket and the reactor must outlive it.
    PacketSource(UdpSocket& socket, Reactor& reactor) : socket_{socket}, reactor_{reactor} {}
    PacketSource(const PacketSource&) = delete;
    PacketSource& operator=(const PacketSource&) = delete;
    ~PacketSource() { close(); }

    /// False when the system refuses to watch the socket (errno tells).
    [[nodiscard]] bool open() {
        return open_ = reactor_.add(socket_.fd(), *this, {.readable = true});
    }
    void close() {
        if (std::exchange(open_, false)) reactor_.remove(socket_.fd(), *this);
        readable_ = false;
    }

    void on_ready(bool readable, bool) override { readable_ = readable_ || readable; }

    /// Tells the reactor whether readiness is of interest: without that a thread would not sleep
    /// while packets wait that nobody takes.
    void pause(bool paused) {
        if (!open_ || paused == paused_) return;
        paused_ = paused;
        reactor_.change(socket_.fd(), *this, {.readable = !paused});
    }

    /// Takes the next batch, if the last one is used up and there is one.
    void fill(book::TimeNs now) {
        if (at_ != count_ || !readable_) return;
        at_ = 0;
        count_ = socket_.receive(now);
        // What comes later makes the reactor tell again.
        readable_ = count_ == socket_.batch();
    }

    /// The next packet in hand; nullptr when there is none.
    const Datagram* front() const { return at_ == count_ ? nullptr : &socket_[at_]; }
    /// The packet stays where it is until the next fill().
    void advance() { ++at_; }

    /// Whether the kernel may have more, earlier ones than the other sources, that are not in hand.
    bool must_fill() const { return at_ == count_ && readable_; }
    /// Whether there is nothing in hand and, as far as we were told, nothing in the kernel.
    bool drained() const { return at_ == count_ && !readable_; }

    const UdpSocket& socket() const { return socket_; }

private:
    UdpSocket& socket_;
    Reactor& reactor_;
    std::size_t at_ = 0;
    std::size_t count_ = 0;
    bool open_ = false;
    bool paused_ = false;
    bool readable_ = false;
};

}  // namespace tickweir::gateway
