#include "tests/fix/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <span>
#include <stdexcept>

#include "tests/fix/fix_text.hpp"

namespace tickweir::tests {
namespace {

constexpr int patience_ms = 10'000;

}  // namespace

RawClient::RawClient(std::uint16_t port, int receive_buffer_bytes)
    : fd_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    if (receive_buffer_bytes > 0)
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes,
                     sizeof receive_buffer_bytes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error{"cannot connect to port " + std::to_string(port)};
}

RawClient::~RawClient() {
    close();
}

void RawClient::close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

void RawClient::finish_sending() {
    ::shutdown(fd_, SHUT_WR);
}

RawClient::RawClient(std::uint16_t port, const gateway::TlsContext& tls) : RawClient{port} {
    tls_ = gateway::Tls::connect(tls, "localhost");
    send_ciphertext();
    while (tls_->state() == gateway::TlsState::handshaking && fill())
        continue;
    if (tls_->state() != gateway::TlsState::open) throw std::runtime_error{tls_->error()};
}

bool RawClient::send(std::string_view bytes) {
    if (!tls_) return send_plainly(bytes);
    return tls_->write(std::as_bytes(std::span{bytes})) == bytes.size() && send_ciphertext();
}

bool RawClient::send_ciphertext() {
    const std::span<const std::byte> pending = tls_->pending_output();
    const bool sent = send_plainly({reinterpret_cast<const char*>(pending.data()), pending.size()});
    tls_->drain(pending.size());
    return sent;
}

bool RawClient::send_plainly(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool RawClient::fill() {
    pollfd ready{fd_, POLLIN, 0};
    if (::poll(&ready, 1, patience_ms) <= 0) throw std::runtime_error{"nothing came"};
    std::array<char, 16 * 1024> bytes;
    const ssize_t got = ::recv(fd_, bytes.data(), bytes.size(), 0);
    if (got <= 0) return false;
    const std::string_view text{bytes.data(), static_cast<std::size_t>(got)};
    if (!tls_) {
        input_.append(text);
        return true;
    }
    if (tls_->feed(std::as_bytes(std::span{text})) != text.size()) return false;
    std::array<std::byte, 16 * 1024> plain;
    while (const std::size_t length = tls_->read(plain))
        input_.append(reinterpret_cast<const char*>(plain.data()), length);
    return send_ciphertext();
}

std::string RawClient::read() {
    for (;;) {
        const codecs::fix::Frame frame = message_.read(input_);
        if (frame.status == codecs::fix::FrameStatus::garbled)
            throw std::runtime_error{"the gateway sent garbage: " + with_bars(input_)};
        if (frame.status == codecs::fix::FrameStatus::whole) {
            std::string shown = with_bars(message_.text());
            input_.erase(0, frame.bytes);
            return shown;
        }
        if (!fill()) return {};
    }
}

std::string RawClient::read(std::string_view msg_type) {
    for (;;) {
        std::string shown = read();
        if (shown.empty() || field_of(shown, 35) == msg_type) return shown;
    }
}

bool RawClient::has_input() const {
    char byte = 0;
    return !input_.empty() || ::recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0;
}

bool RawClient::is_closed() {
    while (!read().empty())
        continue;
    return true;
}

std::optional<std::string> field_of(const std::string& shown, int tag) {
    const std::string name = "|" + std::to_string(tag) + "=";
    const std::size_t at = shown.find(name);
    if (at == shown.npos) return std::nullopt;
    const std::size_t begin = at + name.size();
    return shown.substr(begin, shown.find('|', begin) - begin);
}

}  // namespace tickweir::tests
