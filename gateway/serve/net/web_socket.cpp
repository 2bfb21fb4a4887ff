#include "gateway/serve/net/web_socket.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <algorithm>
#include <exception>
#include <utility>

#include "gateway/serve/net/net_buffer.hpp"
#include "gateway/serve/net/net_stream.hpp"

namespace tickweir::gateway {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;

bool broke_protocol(NetError error) {
    return error == websocket::condition::protocol_violation ||
           error == websocket::condition::handshake_failed ||
           error == websocket::error::message_too_big;
}

}  // namespace

struct WebSocketLoop::Impl {
    net::io_context context{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE};
    // The context never counts as stopped, so it can be polled again and again.
    net::executor_work_guard<net::io_context::executor_type> guard{context.get_executor()};
    bool posted = false;  // an operation was begun or completed since the last run
    std::uint64_t failures = 0;
};

WebSocketLoop::WebSocketLoop() : impl_{std::make_unique<Impl>()} {}

WebSocketLoop::~WebSocketLoop() = default;

std::uint64_t WebSocketLoop::failures() const {
    return impl_->failures;
}

bool WebSocketLoop::run() {
    if (!impl_->posted) return false;
    impl_->posted = false;
    bool ran = false;
    for (;;) {
        try {
            if (impl_->context.poll() == 0) return ran;
            ran = true;
        } catch (const std::exception&) {
            ++impl_->failures;
        }
    }
}

struct WebSocket::Impl {
    Impl(WebSocketLoop::Impl& used_loop, Connection& connection, WebSocketEvents& told,
         std::span<std::byte> used_scratch, const MessageMemory& memory)
        : loop{used_loop},
          events{told},
          scratch{used_scratch},
          state{.connection = &connection, .read = {}, .read_into = {}, .write = {}},
          stream{NetStream{used_loop.context.get_executor(), state}},
          buffer{memory.bytes_max, BudgetAllocator<char>{memory.budget}},
          kept_bytes_max{memory.kept_bytes_max} {
        stream.auto_fragment(false);
        stream.read_message_max(memory.bytes_max);
        stream.control_callback([this](websocket::frame_type kind, beast::string_view) {
            if (kind == websocket::frame_type::pong && !ended) events.on_web_socket_pong();
        });
        stream.set_option(websocket::stream_base::decorator(
            [](websocket::response_type& answer) { answer.set(http::field::server, "tickweir"); }));
    }

    void accept(std::string_view host, std::string_view key);
    void connect(std::string_view host, std::string_view target);
    void opened(NetError error);
    void read();
    void on_read(NetError error);
    void on_message();
    void end(WebSocketEnd how);
    void end(NetError error);
    void complete(std::unique_ptr<NetOperation>& operation, NetError error, std::size_t bytes);

    WebSocketLoop::Impl& loop;
    WebSocketEvents& events;
    std::span<std::byte> scratch;
    NetStreamState state;  // outlives the stream, which points to it
    // Handlers hold `this`: they run in calls of this object or of the loop, and the destructor
    // comes when none is left.
    websocket::stream<NetStream, false> stream;
    MessageBuffer buffer;
    std::size_t kept_bytes_max;
    websocket::response_type reply;  // to a client's handshake
    bool paused = false;
    bool held = false;  // a read waits for the end of the pause
    bool closing = false;
    bool ended = false;
};

void WebSocket::Impl::accept(std::string_view host, std::string_view key) {
    http::request<http::empty_body> request{http::verb::get, "/", 11};
    request.set(http::field::host, {host.data(), host.size()});
    request.set(http::field::connection, "upgrade");
    request.set(http::field::upgrade, "websocket");
    request.set(http::field::sec_websocket_version, "13");
    request.set(http::field::sec_websocket_key, {key.data(), key.size()});
    loop.posted = true;
    stream.async_accept(request, [this](NetError error) { opened(error); });
}

void WebSocket::Impl::connect(std::string_view host, std::string_view target) {
    loop.posted = true;
    stream.set_option(websocket::stream_base::decorator([](websocket::request_type& request) {
        request.set(http::field::user_agent, "tickweir");
    }));
    stream.async_handshake(reply, {host.data(), host.size()}, {target.data(), target.size()},
                           [this](NetError error) { opened(error); });
}

void WebSocket::Impl::opened(NetError error) {
    if (ended) return;
    if (error) return end(error);
    events.on_web_socket_open();
    read();
}

void WebSocket::Impl::read() {
    if (paused) {
        held = true;
        return;
    }
    loop.posted = true;
    stream.async_read(buffer, [this](NetError error, std::size_t) { on_read(error); });
}

void WebSocket::Impl::on_read(NetError error) {
    if (ended) return;
    // With our close under way, its own handler tells the end.
    if (error == net::error::operation_aborted && closing) return;
    if (error) return end(error);
    try {
        on_message();
    } catch (const std::exception&) {
        ++loop.failures;
        return end(WebSocketEnd::failure);
    }
    if (!ended) read();
}

void WebSocket::Impl::on_message() {
    const auto bytes = buffer.cdata();
    if (stream.got_text()) {
        events.on_web_socket_text({static_cast<const char*>(bytes.data()), bytes.size()});
    } else {
        events.on_web_socket_binary();
    }
    buffer.consume(bytes.size());
    if (buffer.capacity() > kept_bytes_max) buffer.shrink_to_fit();
}

void WebSocket::Impl::end(NetError error) {
    if (error == websocket::error::closed || (closing && !error)) return end(WebSocketEnd::closed);
    if (error == websocket::error::buffer_overflow) return end(WebSocketEnd::memory);
    end(broke_protocol(error) ? WebSocketEnd::protocol : WebSocketEnd::gone);
}

void WebSocket::Impl::end(WebSocketEnd how) {
    if (ended) return;
    ended = true;
    events.on_web_socket_end(how);
}

void WebSocket::Impl::complete(std::unique_ptr<NetOperation>& operation, NetError error,
                               std::size_t bytes) {
    loop.posted = true;
    std::unique_ptr<NetOperation> taken = std::move(operation);
    NetOperation& completed = *taken;
    completed.complete(std::move(taken), error, bytes);
}

WebSocket::WebSocket(WebSocketLoop& loop, Connection& connection, WebSocketEvents& events,
                     std::span<std::byte> scratch, const MessageMemory& memory)
    : impl_{std::make_unique<Impl>(*loop.impl_, connection, events, scratch, memory)} {}

WebSocket::~WebSocket() = default;

void WebSocket::accept(std::string_view host, std::string_view key) {
    impl_->accept(host, key);
}

void WebSocket::connect(std::string_view host, std::string_view target) {
    impl_->connect(host, target);
}

unsigned WebSocket::refusal() const {
    const unsigned status = impl_->reply.result_int();
    return status == static_cast<unsigned>(http::status::switching_protocols) ? 0 : status;
}

void WebSocket::pause() {
    impl_->paused = true;
}

void WebSocket::resume() {
    impl_->paused = false;
    if (!std::exchange(impl_->held, false) || impl_->ended) return;
    impl_->read();
}

bool WebSocket::reading() const {
    return impl_->state.read != nullptr;
}

bool WebSocket::writing() const {
    return impl_->state.write != nullptr;
}

bool WebSocket::on_readable() {
    NetStreamState& state = impl_->state;
    if (!state.read) return false;
    const IoResult got = state.connection->read(state.read_into, impl_->scratch);
    NetError error;
    switch (got.status) {
        case IoStatus::blocked:
            return false;
        case IoStatus::ok:
            if (got.bytes == 0) return false;  // TLS took it for itself
            break;
        case IoStatus::ended:
            error = net::error::eof;
            break;
        case IoStatus::failed:
        case IoStatus::bad_tls:
            error = net::error::connection_reset;
            break;
    }
    const bool full = got.bytes == state.read_into.size();
    try {
        impl_->complete(state.read, error, got.bytes);
    } catch (const std::exception&) {
        ++impl_->loop.failures;
        impl_->end(WebSocketEnd::failure);
    }
    return full && !impl_->ended;
}

void WebSocket::on_room() {
    NetStreamState& state = impl_->state;
    if (!state.write || state.connection->queued() > stream_queue_mark) return;
    try {
        impl_->complete(state.write, {}, state.write_bytes);
    } catch (const std::exception&) {
        ++impl_->loop.failures;
        impl_->end(WebSocketEnd::failure);
    }
}

void WebSocket::close(std::uint16_t code, std::string_view reason) {
    if (impl_->closing || impl_->ended || impl_->state.close_queued) return;
    impl_->closing = true;
    impl_->loop.posted = true;
    websocket::close_reason why;
    why.code = code;
    why.reason.assign(reason.data(), std::min(reason.size(), why.reason.max_size()));
    impl_->stream.async_close(why, [this](NetError error) {
        if (error != net::error::operation_aborted) impl_->end(error);
    });
}

bool WebSocket::close_queued() const {
    return impl_->state.close_queued;
}

bool WebSocket::ended() const {
    return impl_->ended;
}

void WebSocket::abandon() {
    impl_->ended = true;
    NetStreamState& state = impl_->state;
    state.connection = nullptr;
    if (state.read) impl_->complete(state.read, net::error::operation_aborted, 0);
    if (state.write) impl_->complete(state.write, net::error::operation_aborted, 0);
}

}  // namespace tickweir::gateway
