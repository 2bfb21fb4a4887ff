// The one stream type that Beast is compiled for: reads and writes of a Connection as asynchronous
// operations. A write is a copy into the connection's queue. Included by web_socket.cpp only.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/role.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <utility>

#include "gateway/serve/net/connection.hpp"

namespace tickweir::gateway {

namespace net = boost::asio;
using NetError = boost::beast::error_code;

/// Control bytes queued from which a write waits for the peer to take some.
inline constexpr std::size_t stream_queue_mark = 16 * 1024;

/// An operation under way, its handler's type forgotten.
class NetOperation {
public:
    NetOperation() = default;
    NetOperation(const NetOperation&) = delete;
    NetOperation& operator=(const NetOperation&) = delete;
    virtual ~NetOperation() = default;
    virtual void complete(std::unique_ptr<NetOperation> self, NetError error,
                          std::size_t bytes) = 0;
};

template <class Handler>
class NetOperationOf final : public NetOperation {
public:
    explicit NetOperationOf(Handler&& handler) : handler_{std::move(handler)} {}
    void complete(std::unique_ptr<NetOperation> self, NetError error, std::size_t bytes) override {
        // An operation's memory is free before its handler runs: the handler may begin the next.
        Handler handler{std::move(handler_)};
        self.reset();
        std::move(handler)(error, bytes);
    }

private:
    Handler handler_;
};

/// What the stream and its owner share.
struct NetStreamState {
    Connection* connection = nullptr;  ///< none: abandoned
    std::unique_ptr<NetOperation> read;
    std::span<std::byte> read_into;
    std::unique_ptr<NetOperation> write;  ///< its bytes are queued; it waits for room
    std::size_t write_bytes = 0;
    bool close_queued = false;
};

class NetStream {
public:
    using executor_type = net::io_context::executor_type;

    NetStream(executor_type executor, NetStreamState& state)
        : executor_{executor}, state_{&state} {}

    executor_type get_executor() const noexcept { return executor_; }

    template <class Buffers, class Handler>
    auto async_read_some(const Buffers& buffers, Handler&& handler) {
        return net::async_initiate<Handler, void(NetError, std::size_t)>(
            [this](auto&& taken, const Buffers& into) {
                begin_read(into, std::forward<decltype(taken)>(taken));
            },
            handler, buffers);
    }

    template <class Buffers, class Handler>
    auto async_write_some(const Buffers& buffers, Handler&& handler) {
        return net::async_initiate<Handler, void(NetError, std::size_t)>(
            [this](auto&& taken, const Buffers& from) {
                begin_write(from, std::forward<decltype(taken)>(taken));
            },
            handler, buffers);
    }

    /// Beast's end of a WebSocket: the session behind the connection closes it, in its own time.
    template <class Handler>
    friend void async_teardown(boost::beast::role_type, NetStream& stream, Handler&& handler) {
        net::post(stream.executor_, [taken = std::forward<Handler>(handler)]() mutable {
            std::move(taken)(NetError{});
        });
    }
    /// For timeouts, which Beast has none of here.
    friend void beast_close_socket(NetStream&) {}

private:
    template <class Handler>
    void post(Handler&& handler, NetError error, std::size_t bytes) {
        net::post(executor_, [taken = std::forward<Handler>(handler), error, bytes]() mutable {
            std::move(taken)(error, bytes);
        });
    }

    template <class Buffers, class Handler>
    void begin_read(const Buffers& buffers, Handler&& handler) {
        if (state_->connection == nullptr) {
            return post(std::forward<Handler>(handler), net::error::operation_aborted, 0);
        }
        const net::mutable_buffer first = first_of(buffers);
        const std::span into{static_cast<std::byte*>(first.data()), first.size()};
        // The socket's bytes wait for its readiness, else one peer could keep a turn for itself.
        const std::size_t bytes = state_->connection->read_buffered(into);
        if (bytes > 0 || into.empty())
            return post(std::forward<Handler>(handler), NetError{}, bytes);
        state_->read_into = into;
        state_->read = make_operation(std::forward<Handler>(handler));
    }

    template <class Buffers, class Handler>
    void begin_write(const Buffers& buffers, Handler&& handler) {
        if (state_->connection == nullptr) {
            return post(std::forward<Handler>(handler), net::error::operation_aborted, 0);
        }
        std::size_t bytes = 0;
        for (auto i = net::buffer_sequence_begin(buffers); i != net::buffer_sequence_end(buffers);
             ++i) {
            const net::const_buffer buffer{*i};
            const std::span from{static_cast<const std::byte*>(buffer.data()), buffer.size()};
            if (from.empty()) continue;
            if (bytes == 0) note_close(from.front());
            if (!state_->connection->append(from)) {
                return post(std::forward<Handler>(handler), net::error::no_buffer_space, bytes);
            }
            bytes += from.size();
        }
        if (state_->connection->queued() <= stream_queue_mark) {
            return post(std::forward<Handler>(handler), NetError{}, bytes);
        }
        state_->write_bytes = bytes;
        state_->write = make_operation(std::forward<Handler>(handler));
    }

    /// Beast writes a control frame with one call; an answer to the handshake begins with 'H'.
    void note_close(std::byte first) {
        constexpr std::byte final_close{0x88};
        if (first == final_close) state_->close_queued = true;
    }

    template <class Buffers>
    static net::mutable_buffer first_of(const Buffers& buffers) {
        for (auto i = net::buffer_sequence_begin(buffers); i != net::buffer_sequence_end(buffers);
             ++i) {
            const net::mutable_buffer buffer{*i};
            if (buffer.size() > 0) return buffer;
        }
        return {};
    }

    template <class Handler>
    static std::unique_ptr<NetOperation> make_operation(Handler&& handler) {
        return std::make_unique<NetOperationOf<std::decay_t<Handler>>>(
            std::forward<Handler>(handler));
    }

    executor_type executor_;
    NetStreamState* state_;
};

}  // namespace tickweir::gateway
