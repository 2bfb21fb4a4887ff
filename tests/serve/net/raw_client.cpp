#include "tests/serve/net/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>
#include <stdexcept>

namespace tickweir::gateway::tests {
namespace {

constexpr std::array<std::uint8_t, 4> mask{0x37, 0xfa, 0x21, 0x3d};

void append_length(std::string& out, std::uint64_t length, unsigned mask_bit) {
    const auto add = [&out](std::uint64_t value, int bytes) {
        for (int i = bytes - 1; i >= 0; --i)
            out.push_back(static_cast<char>(value >> (8 * i)));
    };
    if (length < 126) return add(length | mask_bit, 1);
    add((length < 65'536 ? 126U : 127U) | mask_bit, 1);
    add(length, length < 65'536 ? 2 : 8);
}

}  // namespace

unsigned WsFrame::close_code() const {
    if (opcode != 8 || payload.size() < 2) return 0;
    return static_cast<unsigned>(static_cast<std::uint8_t>(payload[0]) << 8U |
                                 static_cast<std::uint8_t>(payload[1]));
}

std::string ws_frame(std::string_view payload, unsigned opcode, bool final, bool masked) {
    std::string out(1, static_cast<char>(opcode | (final ? 0x80U : 0U)));
    append_length(out, payload.size(), masked ? 0x80U : 0U);
    if (!masked) return out.append(payload);
    for (const std::uint8_t byte : mask)
        out.push_back(static_cast<char>(byte));
    for (std::size_t i = 0; i < payload.size(); ++i) {
        out.push_back(static_cast<char>(static_cast<std::uint8_t>(payload[i]) ^ mask[i % 4]));
    }
    return out;
}

std::string ws_upgrade(std::string_view target, std::string_view more) {
    std::string out = "GET ";
    out.append(target).append(" HTTP/1.1\r\nHost: localhost:8080\r\nUpgrade: websocket\r\n");
    out.append("Connection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n");
    out.append("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n").append(more).append("\r\n");
    return out;
}

RawClient::RawClient(std::uint16_t port, int receive_buffer)
    : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    if (receive_buffer > 0) {
        ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    const int on = 1;
    ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // The kernel of the listening side completes it: nobody has to accept.
    if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
        0) {
        throw std::runtime_error{"cannot connect"};
    }
}

void RawClient::use_tls(const TlsContext& context) {
    tls_.emplace(Tls::connect(context, "localhost"));
}

void RawClient::send(std::string_view bytes) {
    unsent_.append(bytes);
    pump();
}

void RawClient::send_past_tls(std::string_view bytes) {
    static_cast<void>(
        ::send(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
}

void RawClient::take_plain(std::span<const std::byte> bytes) {
    received_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

void RawClient::pump() {
    if (!socket_.open()) return;
    if (tls_) {
        unsent_.erase(0, tls_->write(std::as_bytes(std::span{unsent_})));
        while (!tls_->pending_output().empty()) {
            const auto out = tls_->pending_output();
            const ssize_t sent =
                ::send(socket_.get(), out.data(), out.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
            if (sent <= 0) break;
            tls_->drain(static_cast<std::size_t>(sent));
        }
    } else if (!unsent_.empty()) {
        const ssize_t sent =
            ::send(socket_.get(), unsent_.data(), unsent_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent > 0) unsent_.erase(0, static_cast<std::size_t>(sent));
    }
    std::array<std::byte, 16'384> buffer;
    for (;;) {
        const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (got < 0) {
            if (errno != EAGAIN) ended_ = true;
            return;
        }
        if (got == 0) {
            ended_ = true;
            return;
        }
        const auto bytes = std::span{buffer}.first(static_cast<std::size_t>(got));
        if (!tls_) {
            take_plain(bytes);
            continue;
        }
        static_cast<void>(tls_->feed(bytes));
        std::array<std::byte, 16'384> plain;
        while (const std::size_t read = tls_->read(plain))
            take_plain(std::span{plain}.first(read));
    }
}

void RawClient::finish() {
    ::shutdown(socket_.get(), SHUT_WR);
}

void RawClient::reset() {
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
}

std::optional<HttpAnswer> RawClient::take_answer(bool head) {
    const std::size_t end = received_.find("\r\n\r\n");
    if (end == std::string::npos) return std::nullopt;
    HttpAnswer answer;
    answer.status = std::stoi(received_.substr(9, 3));
    std::size_t at = received_.find("\r\n") + 2;
    while (at < end + 2) {
        const std::size_t line_end = received_.find("\r\n", at);
        const std::size_t colon = received_.find(": ", at);
        std::string name = received_.substr(at, colon - at);
        std::ranges::transform(name, name.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        });
        answer.fields[name] = received_.substr(colon + 2, line_end - colon - 2);
        at = line_end + 2;
    }
    const auto length = answer.fields.find("content-length");
    const std::size_t body = head || length == answer.fields.end() ? 0 : std::stoul(length->second);
    if (received_.size() < end + 4 + body) return std::nullopt;
    answer.body = received_.substr(end + 4, body);
    received_.erase(0, end + 4 + body);
    return answer;
}

std::optional<WsFrame> RawClient::take_frame() {
    const auto byte = [this](std::size_t i) { return static_cast<std::uint8_t>(received_[i]); };
    if (received_.size() < 2) return std::nullopt;
    WsFrame frame{.final = (byte(0) & 0x80U) != 0, .opcode = byte(0) & 0x0fU, .payload = {}};
    std::uint64_t length = byte(1);  // never masked: the bit would make it too long
    std::size_t header = 2;
    if (length >= 126) {
        const std::size_t bytes = length == 126 ? 2 : 8;
        header += bytes;
        if (received_.size() < header) return std::nullopt;
        length = 0;
        for (std::size_t i = 2; i < header; ++i)
            length = length << 8U | byte(i);
    }
    if (received_.size() < header + length) return std::nullopt;
    frame.payload = received_.substr(header, length);
    received_.erase(0, header + length);
    return frame;
}

}  // namespace tickweir::gateway::tests
